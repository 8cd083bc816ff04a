import { expect, test } from 'vitest'
import { startTestBot } from '../bot.ts'
import { runOutage } from '../chaos/outage/run.ts'
import { endProcess, freePort, startRedis } from '../servers/redis.ts'

test('while Redis is away for 3 seconds questions are taken and answered, and within 10 of its return it is used again', async (own) => {
  const port = await freePort()
  const server = await startRedis(port, own)
  const bot = await startTestBot({ REDIS_URL: `redis://127.0.0.1:${port}` })

  const report = await runOutage(
    { awayMs: 3000, everyMs: 250, aroundMs: 500 },
    { urls: [bot.url], takeAway: () => endProcess(server), bringBack: async () => void (await startRedis(port, own)) },
  )

  const { before, away, back, usedAgainMs } = report
  for (const { count, answered } of [before, away, back]) expect(answered).toBe(count)
  expect(away.count).toBeGreaterThan(3)
  expect(away.slowestMs).toBeLessThan(5000) // they are not answered after its return
  expect(usedAgainMs).toBeLessThan(10_000)
}, 60_000)
