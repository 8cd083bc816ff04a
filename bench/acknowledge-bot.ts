import { monitorEventLoopDelay } from 'node:perf_hooks'
import { loadConfig } from '../config/load.ts'
import { startBot } from '../src/assemble.ts'
import type { DelayReport } from './acknowledge/load.ts'

/* The bot as `npm start` runs it, which tells how long its event loop was held up when its parent asks. */
const delay = monitorEventLoopDelay({ resolution: 5 })
let cpu = process.cpuUsage()
// The few people of the load write faster than people do, and each of their messages is to be answered at once.
const limits = { user: undefined, channel: undefined }
const bot = await startBot({ ...loadConfig(process.env), limits }, 'configured')
process.on('message', (asked) => {
  if (asked === 'begin') {
    delay.enable()
    delay.reset()
    cpu = process.cpuUsage()
    return
  }
  const toMs = (nanoseconds: number): number => Math.round(nanoseconds / 1e5) / 10
  const { user, system } = process.cpuUsage(cpu)
  const cpuMs = Math.round((user + system) / 1000)
  const report: DelayReport = { p99Ms: toMs(delay.percentile(99)), maxMs: toMs(delay.max), cpuMs }
  process.send?.(report)
})
process.send?.({ url: bot.url })
