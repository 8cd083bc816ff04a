import { parseArgs } from 'node:util'
import { openContender, titles, type Contender, type ContenderName } from './pipeline/contenders.ts'
import { countRoundTrips } from './pipeline/round-trips.ts'
import { measureRounds, type Measured } from './pipeline/measure.ts'
import { tableOf } from './pipeline/table.ts'

/*
 * How many messages one bot answers, and how soon, from a signed event of Slack to the posted reply; rules alone answer:
 *   npm run bench -- pipeline [--seconds 30] [--rounds 3] [--only echo,production] [--json]
 */

/** Of messages at 60 % of what a bot can do, 95 in 100 are answered within this. */
const latestMs = 200
/** At least so much of the bare echo bot's messages a second. */
const leastOfEcho = 1 / 3

/** Ends with 1 when ours is too slow, or a message has no reply. */
export default async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '30' },
      rounds: { type: 'string', default: '3' },
      only: { type: 'string', default: Object.keys(titles).join(',') },
      json: { type: 'boolean', default: false },
    },
  })
  const wanted = values.only.split(',').filter(isContender)
  const contenders: Contender[] = []
  try {
    for (const name of wanted) contenders.push(await openContender(name))
    const measured = await measureRounds(contenders, { rounds: Number(values.rounds), seconds: Number(values.seconds) })
    const production = contenders.find(({ name }) => name === 'production')
    const trips = production === undefined ? undefined : await countRoundTrips(production)
    if (values.json) process.stdout.write(`${JSON.stringify({ measured, trips }, undefined, 2)}\n`)
    else process.stdout.write(tableOf(measured, trips))
    return isKept(measured) ? 0 : 1
  } finally {
    for (const contender of contenders) await contender.close()
  }
}

function isContender(name: string): name is ContenderName {
  return Object.hasOwn(titles, name)
}

function isKept(measured: readonly Measured[]): boolean {
  const echo = measured.find(({ name }) => name === 'echo')
  const ours = measured.filter(({ name }) => name === 'embedded' || name === 'production')
  return ours.every(
    ({ perSecond, steady, missing }) =>
      missing === 0 &&
      steady.latency.p95Ms < latestMs &&
      (echo === undefined || perSecond >= echo.perSecond * leastOfEcho),
  )
}
