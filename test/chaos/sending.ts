import { parseArgs } from 'node:util'
import { openDiscordStage } from './sending/discord-stage.ts'
import { isKept, tableOf } from './sending/report.ts'
import { runSending } from './sending/run.ts'
import { isSafeguard, safeguards } from './sending/safeguards.ts'
import { openSlackStage } from './sending/slack-stage.ts'
import { heavyMalice, type OpenStage, usualMalice } from './sending/stage.ts'

const stages: Readonly<Record<string, OpenStage>> = { slack: openSlackStage, discord: openDiscordStage }

/**
 * `node bin/run.mjs test/chaos/sending.ts [--platform slack|discord] [--questions 500] [--kills 3] [--seed N] [--without look]
 * [--heavy]`
 * prints what became of the questions, and ends with 1 when one of them has not exactly one reply, in order.
 */
export default async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      platform: { type: 'string', default: 'slack' },
      questions: { type: 'string', default: '500' },
      kills: { type: 'string', default: '3' },
      seed: { type: 'string' },
      without: { type: 'string' },
      heavy: { type: 'boolean', default: false },
    },
  })
  const openStage = stages[values.platform]
  const { without } = values
  if (openStage === undefined || (without !== undefined && !isSafeguard(without))) {
    const [platforms, names] = [Object.keys(stages).join(', '), Object.keys(safeguards).join(', ')]
    process.stderr.write(`--platform is one of ${platforms}, --without one of ${names}.\n`)
    return 2
  }
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9))
  process.stderr.write(`seed ${seed}\n`)
  const malice = values.heavy ? heavyMalice : usualMalice
  const plan = { seed, questions: Number(values.questions), kills: Number(values.kills), malice }
  const report = await runSending({ ...plan, ...(without === undefined ? {} : { without }) }, openStage, (line) =>
    process.stderr.write(`${line}\n`),
  )
  process.stdout.write(tableOf(report))
  return isKept(report) ? 0 : 1
}
