import { expect, test } from 'vitest'
import { openSlackStage } from './sending/slack-stage.ts'
import { usualMalice } from './sending/stage.ts'
import { isKept, tableOf } from './production/report.ts'
import { runProduction } from './production/run.ts'

const seed = Math.floor(Math.random() * 1e9)

test(`bots, Redis and Postgres fail in turn: one visible reply each, in order (seed ${seed})`, async () => {
  const disturbances = { kills: 3, freezes: 1, wipes: 1, redisCrashes: 1, postgresCrashes: 1 }
  const plan = { seed, questions: 60, perSecond: 8, bots: 2, malice: usualMalice, disturbances }

  const report = await runProduction(plan, openSlackStage)

  process.stdout.write(`${tableOf(report)}\n`)
  expect({ ...report, isKept: isKept(report) }).toMatchObject({ isKept: true, disturbances })
  expect(report.acknowledged).toBeGreaterThan(plan.questions * 0.9)
}, 300_000)
