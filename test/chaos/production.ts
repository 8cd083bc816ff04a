import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { orUsage, positive, positiveWhole, readFlags } from '../../bench/flags.ts'
import { UsageError } from '../../src/core/errors.ts'
import { openDiscordStage } from './sending/discord-stage.ts'
import { openSlackStage } from './sending/slack-stage.ts'
import { isSafeguard, safeguards } from './sending/safeguards.ts'
import { type OpenStage, usualMalice } from './sending/stage.ts'
import { isKept, tableOf } from './production/report.ts'
import { runProduction } from './production/run.ts'
import { dailyLimitFor, disturbancesFor } from './production/sizes.ts'

const stages: Readonly<Record<string, OpenStage>> = { slack: openSlackStage, discord: openDiscordStage }

const usage = `npm run chaos -- [options]: several bots on one Postgres and one Redis, which are killed, frozen, emptied and interrupted
while customers write on a malicious platform and a model is asked until the day's money is used up; prints what became of each
question, and ends with 1 when one of them has not exactly one reply, in order, or more is billed than the limit.

  --seed N           what happens, and when; printed, so that a run that failed can be made again
  --minutes M        how long customers write (1)
  --questions N      how many questions instead
  --per-second N     questions a second, on average (12)
  --bots N           processes (3)
  --platform NAME    slack or discord (slack)
  --without NAME     without a safeguard: ${Object.keys(safeguards).join(', ')}
  --history FILE     where everything that happened is written, a JSON object a line
`

/** See `usage`. */
export default async function main(args: string[]): Promise<number> {
  return await orUsage(() => run(args))
}

async function run(args: readonly string[]): Promise<number> {
  const values = readFlags(args, {
    seed: { type: 'string' },
    minutes: { type: 'string', default: '1' },
    questions: { type: 'string' },
    'per-second': { type: 'string', default: '12' },
    bots: { type: 'string', default: '3' },
    platform: { type: 'string', default: 'slack' },
    without: { type: 'string' },
    history: { type: 'string' },
    help: { type: 'boolean', default: false },
  })
  if (values.help) return (process.stdout.write(usage), 0)
  const { without, history } = values
  const openStage = stages[values.platform]
  if (openStage === undefined)
    throw new UsageError(`--platform ${values.platform} is none; known: ${Object.keys(stages).join(', ')}.`)
  if (without !== undefined && !isSafeguard(without))
    throw new UsageError(`--without ${without} is no safeguard; known: ${Object.keys(safeguards).join(', ')}.`)
  if (history !== undefined && !existsSync(dirname(history)))
    throw new UsageError(`--history ${history}: there is no folder ${dirname(history)}; make it first.`)
  const perSecond = positive('per-second', values['per-second'])
  const questions =
    values.questions === undefined
      ? Math.ceil(positive('minutes', values.minutes) * 60 * perSecond)
      : positiveWhole('questions', values.questions)
  const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) : positiveWhole('seed', values.seed)
  const bots = positiveWhole('bots', values.bots)
  process.stderr.write(`seed ${seed}\n`)
  const sizes = { disturbances: disturbancesFor(questions), dailyLimit: dailyLimitFor(questions) }
  const plan = { seed, questions, perSecond, bots, malice: usualMalice, ...sizes }
  const report = await runProduction(
    {
      ...plan,
      ...(without === undefined ? {} : { without }),
      ...(history === undefined ? {} : { history }),
    },
    openStage,
    (line) => process.stderr.write(`${line}\n`),
  )
  process.stdout.write(tableOf(report))
  return isKept(report) ? 0 : 1
}
