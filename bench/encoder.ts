import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createSentenceEncoder } from '../adapters/encoder/sentence.ts'
import { openBlockingEncoder } from '../adapters/encoder/sentence-blocking.ts'
import { loadConfig } from '../config/load.ts'
import type { Encoder } from '../src/core/encoder.ts'
import { openPackagedEncoder } from './encoder-packaged.ts'
import { installPeers } from './peers/install.ts'

/*
 * Our sentence encoder beside the packaged program with the same weights, in one run, on the utterances of the intents:
 *   npm run bench -- encoder [--messages 500]
 * The messages are encoded in turns, one by this and the same by that, so that a busy machine slows both.
 */

/** Of the packaged program's time for one message, and how far a number of a vector may be away. */
const limits = { times: 0.3, difference: 1e-5 }
const batchSize = 32
const runs = 3

interface Start {
  readonly openMs: number
  readonly firstMs: number
  readonly megabytes: number
}

interface Encoders {
  readonly 'packaged program': (texts: readonly string[]) => Promise<ArrayLike<number>>
  readonly 'ours, same thread': (texts: readonly string[]) => Promise<ArrayLike<number>>
  readonly 'ours, own thread': (texts: readonly string[]) => Promise<ArrayLike<number>>
}
type Name = keyof Encoders
const names = ['packaged program', 'ours, same thread', 'ours, own thread'] as const satisfies readonly Name[]

/** Ends with 1 when ours is too slow or too far away, with 2 when the packaged program cannot be installed. */
export default async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { messages: { type: 'string', default: '500' } } })
  try {
    await installPeers()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 2
  }
  const utterances = loadConfig({}).intents.flatMap((intent) => intent.utterances)
  const texts = everySo(utterances, Number(values.messages))
  const starts = { ours: await medianStart('ours'), packaged: await medianStart('packaged') }
  const apart = createSentenceEncoder()
  try {
    const encoders = await openAll(apart)
    const single = await timesOf(
      encoders,
      texts.map((text) => [text]),
    )
    const batches = Array.from({ length: Math.ceil(texts.length / batchSize) }, (_, index) =>
      texts.slice(index * batchSize, (index + 1) * batchSize),
    )
    return report({ starts, single, batches: await timesOf(encoders, batches), texts })
  } finally {
    await apart.close()
  }
}

/** About so many of them, from the whole list. */
function everySo(texts: readonly string[], count: number): string[] {
  const step = Math.max(1, Math.floor(texts.length / count))
  return texts.filter((_, index) => index % step === 0).slice(0, count)
}

async function openAll(apart: Encoder): Promise<Encoders> {
  const packaged = await openPackagedEncoder()
  const here = openBlockingEncoder()
  return {
    'packaged program': async (texts) =>
      texts.length === 1 ? await packaged.embed(texts[0] ?? '') : (await packaged.embed(texts)).flat(),
    'ours, same thread': async (texts) => await Promise.resolve(here.encode(texts)),
    'ours, own thread': async (texts) => await apart.encode(texts),
  }
}

/** In a process of its own, so that neither pays for what the other has loaded. */
async function medianStart(name: 'ours' | 'packaged'): Promise<Start> {
  const started: Start[] = []
  for (let run = 0; run < runs; run += 1) {
    const child = fork(fileURLToPath(new URL('encoder-program.ts', import.meta.url)), [name])
    const gone = once(child, 'exit')
    const [told]: readonly unknown[] = await Promise.race([once(child, 'message'), gone])
    await gone
    if (typeof told !== 'object' || told === null) throw new Error(`The process of ${name} ended without a word.`)
    started.push({ openMs: NaN, firstMs: NaN, megabytes: NaN, ...told })
  }
  return {
    openMs: shareOf(
      started.map(({ openMs }) => openMs),
      0.5,
    ),
    firstMs: shareOf(
      started.map(({ firstMs }) => firstMs),
      0.5,
    ),
    megabytes: shareOf(
      started.map(({ megabytes }) => megabytes),
      0.5,
    ),
  }
}

interface Times {
  readonly ms: Readonly<Record<Name, readonly number[]>>
  /** Between the packaged program's vectors and ours. */
  readonly difference: number
}

async function timesOf(encoders: Encoders, questions: readonly (readonly string[])[]): Promise<Times> {
  const ms = { 'packaged program': [], 'ours, same thread': [], 'ours, own thread': [] } as Record<Name, number[]>
  let difference = 0
  for (const name of names) for (const texts of questions.slice(0, 20)) await encoders[name](texts) // warm
  for (const texts of questions) {
    let packaged: ArrayLike<number> = []
    for (const name of names) {
      const begunMs = performance.now()
      const vectors = await encoders[name](texts)
      ms[name].push((performance.now() - begunMs) / texts.length)
      if (name === 'packaged program') packaged = vectors
      for (let index = 0; index < packaged.length; index += 1)
        difference = Math.max(difference, Math.abs((packaged[index] ?? NaN) - (vectors[index] ?? NaN)))
    }
  }
  return { ms, difference }
}

function shareOf(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}

interface Measured {
  readonly starts: { readonly ours: Start; readonly packaged: Start }
  readonly single: Times
  readonly batches: Times
  readonly texts: readonly string[]
}

function report({ starts, single, batches, texts }: Measured): number {
  const { ours, packaged } = starts
  const rows = names.map((name) => {
    const start = name === 'packaged program' ? packaged : ours
    const cells = [start.openMs, start.firstMs, shareOf(single.ms[name], 0.5), shareOf(single.ms[name], 0.95)]
    const numbers = [...cells, shareOf(batches.ms[name], 0.5)].map((value) => value.toFixed(1))
    return `| ${[name, ...numbers, Math.round(start.megabytes)].join(' | ')} |\n`
  })
  const ratio = (times: Times, name: Name, share: number): number =>
    shareOf(times.ms[name], share) / shareOf(times.ms['packaged program'], share)
  const times = ratio(single, 'ours, same thread', 0.5)
  const difference = Math.max(single.difference, batches.difference)
  process.stdout.write(
    `${texts.length} messages\n\n` +
      '| | open, ms | first vector, ms | one message p50, ms | p95, ms | in batches of 32, ms a message | memory, MB |\n' +
      `| --- | --- | --- | --- | --- | --- | --- |\n${rows.join('')}\n` +
      `One message takes ${times.toFixed(2)} × the packaged program’s time (at most ${limits.times}), from a thread of its own ` +
      `${ratio(single, 'ours, own thread', 0.5).toFixed(2)} ×; a batch ${ratio(batches, 'ours, same thread', 0.5).toFixed(2)} ×; ` +
      `opening ${(ours.openMs / packaged.openMs).toFixed(2)} ×; memory ${(ours.megabytes / packaged.megabytes).toFixed(2)} ×. ` +
      `The greatest difference is ${difference.toExponential(1)} (at most ${limits.difference}).\n`,
  )
  return times <= limits.times && difference <= limits.difference ? 0 : 1
}
