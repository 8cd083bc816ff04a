import { parseArgs } from 'node:util'
import { openSlackStage } from './sending/slack-stage.ts'
import { runCrashPoints } from './production/crash-run.ts'

/**
 * `node bin/run.mjs test/chaos/crash-points.ts [--every 1] [--seed N]` kills the bot at every border to the outside that one
 * message passes, prints what became of the messages, and ends with 1 when one has not exactly one reply.
 */
export default async function main(args: string[]): Promise<number> {
  const options = { every: { type: 'string', default: '1' }, seed: { type: 'string', default: '1' } } as const
  const { values } = parseArgs({ args, options })
  const report = await runCrashPoints({ seed: Number(values.seed), every: Number(values.every) }, openSlackStage)
  const { points, ...verdict } = report
  process.stdout.write(`${JSON.stringify({ killedAt: points.length, ...verdict })}\n`)
  return report.exactlyOneReply === report.questions && report.doubled.length === 0 ? 0 : 1
}
