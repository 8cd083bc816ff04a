import { rm } from 'node:fs/promises'
import { uuidv7 } from 'uuidv7'
import { expect, test } from 'vitest'
import { openStore } from '../../adapters/store/store.ts'
import { createVisitor } from '../adapters/web/web-bot.ts'
import { startBotProcess } from '../bot-process.ts'
import { newDataFolder } from '../data-folder.ts'
import { endProcess, freePort, startRedis } from '../servers/redis.ts'

test('a bot that is told to stop under load, its Redis already gone, ends with 0 within ten seconds and loses nothing', async (own) => {
  const folder = newDataFolder()
  own.onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const port = await freePort()
  const redis = await startRedis(port, own)
  const bot = await startBotProcess(folder, { REDIS_URL: `redis://127.0.0.1:${port}` })
  const visitors = Array.from({ length: 60 }, () => createVisitor(bot.url))
  const saying = visitors.map(
    async (visitor, n) => await visitor.say('What does Plus cost?', { id: `m-${n}` }).catch(() => undefined),
  )
  await Promise.race(saying)

  await endProcess(redis)
  const begun = performance.now()
  const code = await bot.end('SIGTERM')
  const tookMs = performance.now() - begun
  const answers = (await Promise.all(saying)).flatMap((answer) => (answer?.status === 200 ? [answer.body] : []))

  expect([code, bot.errors()]).toEqual([0, expect.not.stringContaining('cut short')])
  expect(tookMs).toBeLessThan(10_000)
  expect(answers.length).toBeGreaterThan(0)
  const store = await openStore({ kind: 'folder', folder, tenant: 'default' }, () => new Date(), uuidv7)
  const kept = await Promise.all(
    answers.map(({ conversation }) => store.conversations.transcript({ tenant: 'default', conversation })),
  )
  await store.close()
  expect(kept.map((transcript) => transcript?.turns.every(({ isAnswered }) => isAnswered))).toEqual(
    answers.map(() => true),
  )
}, 60_000)
