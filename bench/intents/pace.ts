import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { percentile } from '../../src/classification/evaluation.ts'

/** What one message takes a contender, as a share of what it takes another: of some rounds, each with fresh processes. */
export interface Pace {
  readonly rounds: readonly number[]
  /** Of the rounds. */
  readonly median: number
  readonly least: number
  readonly most: number
}

/** Asks a contender for the test messages from one to below another; gives the microseconds of each. */
export type AskBlock = (from: number, to: number) => Promise<readonly number[]>

const blocks = 10
const program = join(import.meta.dirname, 'pace-program.ts')

/**
 * One round: both are asked for the same messages, block by block, one after the other, and whoever began comes second in
 * the next block. What else the machine does meanwhile then falls on both.
 *
 * @returns the median of the first one's times, divided by that of the other one's
 */
export async function paceOf(contenders: readonly [AskBlock, AskBlock], messages: number): Promise<number> {
  const times: readonly [number[], number[]] = [[], []]
  for (let block = 0; block < blocks; block++) {
    const [from, to] = [block, block + 1].map((at) => Math.round((at * messages) / blocks)) as [number, number]
    for (const turn of [0, 1]) {
      const who = (block + turn) % 2 === 0 ? 0 : 1
      times[who].push(...(await contenders[who](from, to)))
    }
  }
  const [own, other] = times.map((all) => percentile(Float64Array.from(all).sort(), 0.5)) as [number, number]
  return own / other
}

/** The median of the rounds and how far they lie apart. */
export function summedUp(rounds: readonly number[]): Pace {
  const rising = Float64Array.from(rounds).sort()
  return { rounds, median: percentile(rising, 0.5), least: rising[0] ?? Number.NaN, most: rising.at(-1) ?? Number.NaN }
}

/** A contender and the file it learned. */
export interface Learned {
  readonly name: string
  readonly file: string
}

/**
 * Compares what a message takes two contenders.
 *
 * @param path of the data set
 * @param rounds how often both are started anew: a message is one that its process has not seen, as it is in the table
 */
export async function comparePace(path: string, pair: readonly [Learned, Learned], rounds: number): Promise<Pace> {
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const [own, other] = [await start(path, pair[0]), await start(path, pair[1])]
    ratios.push(await paceOf([own.ask, other.ask], own.messages))
    await Promise.all([own.stop(), other.stop()])
  }
  return summedUp(ratios)
}

interface Started {
  readonly messages: number
  readonly ask: AskBlock
  readonly stop: () => Promise<unknown>
}

async function start(path: string, { name, file }: Learned): Promise<Started> {
  const child = fork(program, [name, path, file], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const ended = once(child, 'exit')
  const failed = ended.then(([code]) => {
    throw new Error(`pace ${name} ended with ${String(code)}.`)
  })
  failed.catch(() => undefined) // It ends when all is done, too.
  const told = async (): Promise<unknown> => (await Promise.race([once(child, 'message'), failed]))[0]
  const messages = Number(await told())
  return {
    messages,
    async ask(from, to) {
      const times = told()
      child.send({ from, to })
      return (await times) as readonly number[]
    },
    stop() {
      child.disconnect()
      return ended
    },
  }
}
