import { expect, test } from 'vitest'
import { isKept, tableOf } from './production/report.ts'
import { runProduction } from './production/run.ts'
import { openSlackStage } from './sending/slack-stage.ts'
import { usualMalice } from './sending/stage.ts'

const seed = Math.floor(Math.random() * 1e9)
/** As many for each question as in a night's run (sizes.ts), and at least one of each kind that ends within a test. */
const disturbances = { kills: 4, freezes: 1, sleeps: 0, wipes: 1, redisCrashes: 1, postgresCrashes: 1 }

test(`bots, Redis and Postgres fail in turn: one visible reply each, in order, within the day's money (seed ${seed})`, async () => {
  const plan = { seed, questions: 120, perSecond: 12, bots: 2, malice: usualMalice, disturbances, dailyLimit: 3000 }

  const report = await runProduction(plan, openSlackStage)

  process.stdout.write(`${tableOf(report)}\n`)
  expect({ ...report, isKept: isKept(report) }).toMatchObject({ isKept: true, disturbances })
  expect(report.acknowledged).toBeGreaterThan(plan.questions * 0.9)
  expect(report.money.modelRequests).toBeGreaterThan(0)
}, 300_000)
