import { expect, test } from 'vitest'
import { isKept, tableOf } from './sending/report.ts'
import { runSending } from './sending/run.ts'
import { openSlackStage } from './sending/slack-stage.ts'
import { usualMalice } from './sending/stage.ts'

const seed = Math.floor(Math.random() * 1e9)

test(`Slack loses answers and takes replies late, the bot is killed three times: one visible reply each, in order (seed ${seed})`, async () => {
  const report = await runSending({ seed, questions: 150, kills: 3, malice: usualMalice }, openSlackStage)

  process.stdout.write(tableOf(report))
  expect(report).toMatchObject({ questions: 150, lost: [], doubled: [], outOfOrder: [], astray: [] })
  expect({ ...report, isKept: isKept(report) }).toMatchObject({ isKept: true, exactlyOneReply: report.acknowledged })
  expect(report.acknowledged).toBeGreaterThan(140)
}, 120_000)
