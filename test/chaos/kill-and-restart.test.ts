import { expect, test } from 'vitest'
import { runChaos } from './kill-and-restart.ts'

const seed = Math.floor(Math.random() * 1e9)

test(`killed while customers write, the bot answers each message once and in order (seed ${seed})`, async () => {
  const report = await runChaos({ seed, kills: 4, messages: 60 })

  expect(report).toMatchObject({ messages: 60, exactlyOneReply: 60, lost: [], doubled: [], outOfOrder: [] })
}, 120_000)
