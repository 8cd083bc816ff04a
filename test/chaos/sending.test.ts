import { expect, test } from 'vitest'
import { openDiscordStage } from './sending/discord-stage.ts'
import { isKept, tableOf } from './sending/report.ts'
import { runSending } from './sending/run.ts'
import { openSlackStage } from './sending/slack-stage.ts'
import { usualMalice } from './sending/stage.ts'

const seed = Math.floor(Math.random() * 1e9)

test.each([
  ['Slack', openSlackStage, { questions: 500, kills: 3 }],
  ['Discord', openDiscordStage, { questions: 60, kills: 1 }],
] as const)(
  `%s loses answers and takes replies late, the bot is killed: one visible reply each, in order (seed ${seed})`,
  async (name, openStage, plan) => {
    const report = await runSending({ seed, ...plan, malice: usualMalice }, openStage)

    process.stdout.write(`${name}\n\n${tableOf(report)}\n`)
    expect({ ...report, isKept: isKept(report) }).toMatchObject({ isKept: true, questions: plan.questions })
    expect(report.acknowledged).toBeGreaterThan(plan.questions * 0.95)
  },
  300_000,
)
