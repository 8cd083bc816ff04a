import { UsageError } from '../src/core/errors.ts'
import { orUsage, positive, positiveWhole, readFlags } from './flags.ts'
import { openContender, titles, type Contender, type ContenderName } from './pipeline/contenders.ts'
import { countRoundTrips } from './pipeline/round-trips.ts'
import { measureRounds, type Measured } from './pipeline/measure.ts'
import { compareProcesses } from './pipeline/processes.ts'
import { compareSizes } from './pipeline/grown.ts'
import { watchMemory } from './pipeline/steady.ts'
import { tableOf } from './pipeline/table.ts'

/*
 * How many messages one bot answers, and how soon, from a signed event of Slack to the posted reply; rules alone answer:
 *   npm run bench -- pipeline [--seconds 30] [--rounds 3] [--only echo,production] [--json]
 * and, instead, what a second process on the same Postgres and Redis is worth:
 *   npm run bench -- pipeline --backlog 2000
 * or what many conversations cost, or whether memory stays as it is:
 *   npm run bench -- pipeline --conversations 10,1000,100000 [--seconds 30]
 *   npm run bench -- pipeline --minutes 30 [--per-second 10] [--only production]
 */

/** Of messages at 60 % of what a bot can do, 95 in 100 are answered within this. */
const latestMs = 200
/** At least so much of the echo's messages a second, on Postgres and Redis. An embedded database runs in the bot's own thread. */
const leastOfEcho = 1 / 3

/** Ends with 1 when ours is too slow, or a message has no reply. */
export default async function main(args: readonly string[]): Promise<number> {
  return await orUsage(() => run(args))
}

async function run(args: readonly string[]): Promise<number> {
  const values = readFlags(args, {
    seconds: { type: 'string', default: '30' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: Object.keys(titles).join(',') },
    backlog: { type: 'string' },
    conversations: { type: 'string' },
    minutes: { type: 'string' },
    'per-second': { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  })
  const names = values.only.split(',').map(toContender)
  const seconds = positive('seconds', values.seconds)
  const { backlog, conversations, minutes } = values
  const wanted = Object.entries({ backlog, conversations, minutes }).filter(([, value]) => value !== undefined)
  if (wanted.length > 1)
    throw new UsageError(`${wanted.map(([flag]) => `--${flag}`).join(' and ')} are a run each; leave out all but one.`)
  if (backlog !== undefined) return told(await compareProcesses(positiveWhole('backlog', backlog)))
  if (conversations !== undefined) {
    const sizes = conversations.split(',').map((size) => positiveWhole('conversations', size))
    return told(await compareSizes(sizes, seconds))
  }
  if (minutes !== undefined) {
    const plan = {
      minutes: positive('minutes', minutes),
      perSecond: positive('per-second', values['per-second']),
    }
    for (const name of names.filter(isOurs)) told(await watchMemory(name, plan))
    return 0
  }
  return await compareBots(names, { rounds: positiveWhole('rounds', values.rounds), seconds, json: values.json })
}

function told(text: string): number {
  process.stdout.write(text)
  return 0
}

async function compareBots(
  names: readonly ContenderName[],
  { rounds, seconds, json }: { readonly rounds: number; readonly seconds: number; readonly json: boolean },
): Promise<number> {
  const contenders: Contender[] = []
  try {
    for (const name of names) contenders.push(await openContender(name))
    const measured = await measureRounds(contenders, { rounds, seconds })
    const production = contenders.find(({ name }) => name === 'production')
    const trips = production === undefined ? undefined : await countRoundTrips(production)
    process.stdout.write(json ? `${JSON.stringify({ measured, trips }, undefined, 2)}\n` : tableOf(measured, trips))
    return isKept(measured) ? 0 : 1
  } finally {
    for (const contender of contenders) await contender.close()
  }
}

function isOurs(name: ContenderName): boolean {
  return name === 'embedded' || name === 'production'
}

/** @throws UsageError for a name that nobody has */
function toContender(name: string): ContenderName {
  if (isContender(name)) return name
  throw new UsageError(`--only ${name}: nobody is called so; known: ${Object.keys(titles).join(', ')}.`)
}

function isContender(name: string): name is ContenderName {
  return Object.hasOwn(titles, name)
}

function isKept(measured: readonly Measured[]): boolean {
  const echo = measured.find(({ name }) => name === 'echo')
  const ours = measured.filter(({ name }) => isOurs(name))
  return ours.every(
    ({ name, perSecond, steady, missing }) =>
      missing === 0 &&
      steady.latency.p95Ms < latestMs &&
      (echo === undefined || name === 'embedded' || perSecond >= echo.perSecond * leastOfEcho),
  )
}
