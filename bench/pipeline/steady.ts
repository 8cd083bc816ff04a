import { setTimeout as pause } from 'node:timers/promises'
import { openContender, titles, type Contender, type ContenderName } from './contenders.ts'
import { round, slopeOf } from './numbers.ts'
import { usageOf } from './processor.ts'

interface Plan {
  readonly minutes: number
  readonly perSecond: number
}

/** Memory of one process. */
interface Sample {
  readonly hour: number
  readonly megabytes: number
}

const everyMs = 15_000
/** Until then caches fill and the compiler works. */
const warmShare = 0.2

/** How memory goes at a rate that does not change. */
export async function watchMemory(name: ContenderName, { minutes, perSecond }: Plan): Promise<string> {
  const contender = await openContender(name)
  try {
    const samples = new Map<string, Sample[]>(Object.keys(contender.processes).map((process) => [process, []]))
    const begunMs = performance.now()
    const sampling = sampleUntil(begunMs + minutes * 60_000, () => take(contender, samples, begunMs))
    const flow = await contender.customers.openLoop({ perSecond, seconds: minutes * 60 })
    await sampling
    const rows = [...samples].map(([process, taken]) =>
      rowOf(process, taken.slice(Math.floor(taken.length * warmShare))),
    )
    return (
      `${titles[name]}: ${perSecond} messages a second for ${minutes} minutes, p95 ${flow.latency.p95Ms} ms, ` +
      `${contender.customers.missing()} without a reply\n\n` +
      `| | first MB | last MB | MB an hour |\n| --- | --- | --- | --- |\n${rows.join('')}`
    )
  } finally {
    await contender.close()
  }
}

async function sampleUntil(endsMs: number, sample: () => void): Promise<void> {
  while (performance.now() < endsMs) {
    sample()
    await pause(Math.min(everyMs, Math.max(0, endsMs - performance.now())))
  }
}

function take({ processes }: Contender, samples: ReadonlyMap<string, Sample[]>, begunMs: number): void {
  const hour = (performance.now() - begunMs) / 3_600_000
  for (const [name, pid] of Object.entries(processes))
    samples.get(name)?.push({ hour, megabytes: usageOf(pid).megabytes })
}

function rowOf(name: string, samples: readonly Sample[]): string {
  const [first, last] = [samples[0]?.megabytes ?? NaN, samples.at(-1)?.megabytes ?? NaN]
  const slope = slopeOf(samples.map(({ hour, megabytes }) => [hour, megabytes]))
  return `| ${name} | ${round(first)} | ${round(last)} | ${round(slope)} |\n`
}
