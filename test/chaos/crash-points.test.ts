import { expect, test } from 'vitest'
import { openSlackStage } from './sending/slack-stage.ts'
import { runCrashPoints } from './production/crash-run.ts'

const seed = Math.floor(Math.random() * 1e9)
/** Which ones the seed decides; all of them take half a minute: `node bin/run.mjs test/chaos/crash-points.ts`. */
const every = 5

test(`killed at a border to the outside, the bot has one reply to the message (seed ${seed})`, async () => {
  const report = await runCrashPoints({ seed, every }, openSlackStage)

  expect(report).toMatchObject({ lost: [], doubled: [], outOfOrder: [], astray: [] })
  expect(report.exactlyOneReply).toBe(report.questions)
  expect(report.points.length).toBeGreaterThan(1)
}, 300_000)
