import { cpus } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { storeBacklog } from './backlog.ts'
import { openServers, startOn } from './contenders.ts'
import { createCustomers } from './load.ts'
import { round } from './numbers.ts'
import { usageOf } from './processor.ts'
import { openQuickSlack } from './slack.ts'

/** How a backlog went down. */
interface Drained {
  readonly bots: number
  readonly perSecond: number
  /** Cores that were busy meanwhile, by what kept them so. */
  readonly cores: Readonly<Record<string, number>>
}

/** A second process is worth so many times one, where there are cores for it. */
const worthOfTwo = 1.6
/** Shares of the backlog between which the clock runs: at its ends not everybody works. */
const [from, until] = [0.1, 0.9]

/** One that is stopped while it asks Redis for its settings ends: it has had no answer in time. */
const startMs = 3000

/** How many messages a second one process and two answer from a backlog in one Postgres and one Redis, and what limits them. */
export async function compareProcesses(messages: number): Promise<string> {
  const [one, two] = [await drain(1, messages), await drain(2, messages)]
  const times = two.perSecond / one.perSecond
  const rows = [one, two].map(({ bots, perSecond, cores }) => {
    const listed = Object.entries(cores).map(([name, share]) => `${name} ${share.toFixed(2)}`)
    return `| ${bots} | ${perSecond} | ${listed.join(', ')} |\n`
  })
  const [idle, all] = [two.cores['idle'] ?? 0, cpus().length]
  const why = idle < all * 0.1 ? 'its cores are the limit' : 'the cores are not the limit'
  const verdict =
    times >= worthOfTwo ? '' : ` Of the ${all} cores of this machine ${idle.toFixed(2)} stood idle with two: ${why}.`
  return (
    `A backlog of ${messages} messages\n\n| processes | messages/s | cores busy |\n| --- | --- | --- |\n${rows.join('')}` +
    `\nTwo processes answer ${times.toFixed(2)} × as many as one.${verdict}\n`
  )
}

async function drain(bots: number, messages: number): Promise<Drained> {
  const slack = await openQuickSlack()
  const [postgres, redis] = await openServers()
  const started = await Promise.all(Array.from({ length: bots }, () => startOn({ slack, postgres, redis })))
  const customers = createCustomers(started[0]?.url ?? '', slack)
  try {
    await pause(startMs)
    for (const { pid } of started) process.kill(pid, 'SIGSTOP')
    await storeBacklog(messages, { postgres: postgres.address, redis: redis.address })
    const busyMs = (): Readonly<Record<string, number>> => {
      const { user, system } = process.cpuUsage()
      const own = started.reduce((sum, { pid }) => sum + usageOf(pid).cpuMs, 0)
      const of = { postgres: usageOf(postgres.pid()).cpuMs, redis: usageOf(redis.pid()).cpuMs }
      return { bots: own, ...of, outside: (user + system) / 1000, idle: idleMs() }
    }
    for (const { pid } of started) process.kill(pid, 'SIGCONT')
    const begun = await customers.shown(messages * from)
    const before = busyMs()
    const ended = await customers.shown(messages * until)
    const after = busyMs()
    const ms = ended.atMs - begun.atMs
    const cores = Object.entries(after).map(([name, cpuMs]) => [name, (cpuMs - (before[name] ?? 0)) / ms] as const)
    return { bots, perSecond: round(((ended.count - begun.count) * 1000) / ms), cores: Object.fromEntries(cores) }
  } finally {
    customers.close()
    for (const bot of started) await bot.close()
    await Promise.all([slack.close(), postgres.close(), redis.close()])
  }
}

/** Of all cores together, whatever else the machine does. */
function idleMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.idle, 0)
}
