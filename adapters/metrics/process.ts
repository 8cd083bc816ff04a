import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, type Registry } from 'prom-client'

/** How often the loop is looked at, in milliseconds. */
const lookEveryMs = 20

/** A watch of the loop, which costs a timer as long as it goes on. */
interface LoopWatch {
  begin(): void
  stop(): void
}

/** The numbers of this process: its version, memory, processor, and how long its loop was kept from everything else. */
export function createProcessNumbers(registry: Registry, version: string): LoopWatch {
  const registers = [registry]
  new Gauge({
    name: 'tuppence_build_info',
    help: 'The versions of the bot and of Node; always 1.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node: process.version }, 1)
  new Gauge({
    name: 'process_start_time_seconds',
    help: 'When this process was started, in seconds since 1970.',
    registers,
  }).set(Math.round(performance.timeOrigin) / 1000)
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory of this process.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Time of processors that this process has used.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage()
      this.reset()
      this.inc((user + system) / 1_000_000)
    },
  })
  return watchLoop(registry)
}

function watchLoop(registry: Registry): LoopWatch {
  const delay = monitorEventLoopDelay({ resolution: lookEveryMs })
  new Gauge({
    name: 'tuppence_event_loop_delay_seconds',
    help: 'How late timers were since the numbers were last asked for: the median, the 99th percentile and the worst.',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      // The histogram holds whole intervals in nanoseconds; what is beyond the interval asked for is the delay.
      const late = (nanoseconds: number): number =>
        Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / 1e9 - lookEveryMs / 1000) : 0
      const isEmpty = delay.count === 0
      this.set({ quantile: '0.5' }, isEmpty ? 0 : late(delay.percentile(50)))
      this.set({ quantile: '0.99' }, isEmpty ? 0 : late(delay.percentile(99)))
      this.set({ quantile: '1' }, isEmpty ? 0 : late(delay.max))
      delay.reset()
    },
  })
  return { begin: () => void delay.enable(), stop: () => void delay.disable() }
}
