import { expect, test } from 'vitest'
import { runChaos } from './kill-and-restart.ts'

test(
  'no message is lost, doubled or out of order when the bot is killed while customers write',
  { timeout: 120_000 },
  async () => {
    const seed = Math.floor(Math.random() * 1e9)
    console.info(`seed ${seed}`)

    const report = await runChaos({ seed, kills: 4, messages: 60 })

    expect(report).toMatchObject({ messages: 60, exactlyOneReply: 60, lost: [], doubled: [], outOfOrder: [] })
  },
)
