import type { Schedule } from '../../src/core/ports.ts'
import { beginEvery, oneAtATime } from '../../src/core/repeat.ts'

/** The schedule of one process. @param onError told of tasks that failed */
export function createInProcessSchedule(onError: (error: unknown) => void): Schedule {
  const stops: (() => Promise<void>)[] = []
  return {
    async every(_name, everyMs, task) {
      stops.push(beginEvery(everyMs, oneAtATime(task, onError)))
    },
    async stop() {
      await Promise.all(stops.map((stop) => stop()))
    },
  }
}
