import { titles } from './contenders.ts'
import type { Measured } from './measure.ts'
import type { RoundTrips } from './round-trips.ts'

/** The figures of all bots, for people. */
export function tableOf(measured: readonly Measured[], trips: RoundTrips | undefined): string {
  const echo = measured.find(({ name }) => name === 'echo')
  const rows = measured.map((one) => {
    const { name, perSecond, steady, cpuSeconds, megabytes, missing } = one
    const { p50Ms, p95Ms, p99Ms } = steady.latency
    const share = echo === undefined ? '' : (perSecond / echo.perSecond).toFixed(2)
    const times = echo === undefined ? '' : (own(one) / own(echo)).toFixed(1)
    const cells = [
      titles[name],
      perSecond,
      share,
      p50Ms,
      p95Ms,
      p99Ms,
      listed(cpuSeconds),
      times,
      listed(megabytes),
      missing,
    ]
    return `| ${cells.join(' | ')} |\n`
  })
  return (
    '| | messages/s | of the echo’s | p50 ms at 60 % | p95 ms | p99 ms | CPU s for 1,000 messages | × the echo’s | MB | missing |\n' +
    `| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n${rows.join('')}` +
    callsOf(measured) +
    (trips === undefined ? '' : tripsOf(trips))
  )
}

function callsOf(measured: readonly Measured[]): string {
  const lines = measured.map(({ name, calls }) => `- ${titles[name]}: ${listed(calls)}\n`)
  return `\nCalls of Slack for a message:\n${lines.join('')}`
}

function tripsOf({ statements, commands, dearest }: RoundTrips): string {
  const rows = dearest.map(({ text, times, ms }) => `| ${times} | ${ms} | ${text.replaceAll('|', '\\|')} |\n`)
  return (
    `\nA message takes ${statements} statements of Postgres and ${commands} commands of Redis.\n\n` +
    `| times | ms | statement |\n| --- | --- | --- |\n${rows.join('')}`
  )
}

/** What a bot and its servers take; Slack and the customers are none of it. */
function own({ cpuSeconds }: Measured): number {
  return Object.entries(cpuSeconds).reduce((sum, [name, seconds]) => sum + (name === 'outside' ? 0 : seconds), 0)
}

function listed(numbers: Readonly<Record<string, number>>): string {
  return Object.entries(numbers)
    .map(([name, number]) => `${name} ${Math.round(number * 100) / 100}`)
    .join(', ')
}
