import { url as inspectedAt } from 'node:inspector'
import { Worker } from 'node:worker_threads'
import type { BotEvent } from './core/ports.ts'

/** How long the loop may stand still, counted by the thread that watches it. */
export interface WatchdogPlan {
  readonly everyMs: number
  /** Looks in a row without a sign of life. */
  readonly mostMissed: number
}

const usualPlan: WatchdogPlan = { everyMs: 1000, mostMissed: 20 }
const event: BotEvent['name'] = 'process.blocked'

/** What the thread is given: in the first number how often the loop came round, in the second whether it may stand still. */
interface Watched extends WatchdogPlan {
  readonly signs: Int32Array<SharedArrayBuffer>
  readonly event: string
}

/**
 * Ends this process with SIGKILL when its loop stands still for 20 seconds, in an endless calculation for example: whatever
 * it was answering is given to another process, or to the next start, when its lease is over. Not while a debugger is
 * attached, which stops the loop on purpose, nor for a time in which the whole process was stopped.
 */
export function startWatchdog(plan: WatchdogPlan = usualPlan): void {
  const signs = new Int32Array(new SharedArrayBuffer(8))
  const giveSign = (): void => {
    Atomics.add(signs, 0, 1)
    Atomics.store(signs, 1, inspectedAt() === undefined ? 0 : 1)
  }
  giveSign()
  setInterval(giveSign, plan.everyMs / 2).unref()
  const workerData: Watched = { ...plan, signs, event }
  // From the text of the function: as a file of TypeScript the thread would take twice the memory, 21 instead of 10 MB.
  const thread = new Worker(`(${watch.toString()})()`, { eval: true, workerData })
  thread.unref()
  // A process that nobody watches still answers.
  thread.on('error', () => {})
}

/** Runs in the thread by its text alone, so it may name nothing of this file and import nothing. */
function watch(): void {
  const { writeSync } = process.getBuiltinModule('node:fs')
  // The cast is the border between the two threads.
  const given = process.getBuiltinModule('node:worker_threads').workerData as Watched
  const { signs, everyMs, mostMissed } = given
  let seen = Atomics.load(signs, 0)
  let missed = 0
  setInterval(() => {
    const now = Atomics.load(signs, 0)
    const mayStand = Atomics.load(signs, 1) === 1
    // Looks are counted, not time: a process that was stopped as a whole has not looked either.
    missed = now !== seen || mayStand ? 0 : missed + 1
    seen = now
    if (missed < mostMissed) return
    missed = 0 // the first process of a container without an init lives on: the kernel keeps SIGKILL from it
    const blocked = { event: given.event, blockedMs: mostMissed * everyMs, msg: 'process blocked' }
    const line = { level: 50, time: new Date().toISOString(), ...blocked }
    // The log belongs to the loop that stands still, so this goes to standard error, and at once.
    writeSync(2, `${JSON.stringify(line)}\n`)
    process.kill(process.pid, 'SIGKILL')
  }, everyMs)
}
