import { rm } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { startBotProcess } from '../bot-process.ts'
import { startTestBot } from '../bot.ts'
import { newDataFolder } from '../data-folder.ts'
import { startTestServer, writeTestCatalogue } from '../models.ts'
import type { ScriptedAnswer } from '../servers/models.ts'
import { startWay } from '../servers/way.ts'
import { until } from '../until.ts'

const redis = process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:1' // the runner leaves this file out without it
/** No intent is sure of it. */
const hard =
  'If my first parcel was lost and replaced, and the second one is unused, can I still send it back and within how many days?'
const choice = JSON.stringify({ intent: 'general.return-policy', confidence: 0.95 })

interface Said {
  readonly receipt: { readonly intent: string; readonly stage: string }
}

/** One cheap model that several processes ask, each a whole bot with a store of its own, over one Redis. */
async function openModel(answer: () => ScriptedAnswer | Promise<ScriptedAnswer>, url = redis) {
  const cheap = await startTestServer({ protocol: 'ollama', answer })
  // The tenant is in every key, so nobody meets what another test has found.
  const tenant = `one-look-${process.pid}-${Date.now()}`
  const folder = writeTestCatalogue([{ alias: 'cheap', provider: 'ollama', server: cheap, tier: 1 }], { tenant })
  return { cheap, environment: { TUPPENCE_CONFIG_DIR: folder, REDIS_CACHE_URL: url } }
}

async function ask(url: string, text = hard): Promise<Said['receipt']> {
  const response = await fetch(`${url}/api/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  })
  return ((await response.json()) as Said).receipt
}

/** Waits until each has taken in so many messages. */
async function untilAccepted(bots: readonly { readonly url: string }[], count: number): Promise<void> {
  for (const { url } of bots) {
    const accepted = async (): Promise<number> => {
      const metrics = await (await fetch(`${url}/metrics`)).text()
      return Number(/^tuppence_events_total\{event="message.accepted"\} (\d+)/m.exec(metrics)?.[1] ?? 0)
    }
    await expect.poll(accepted, { timeout: 10_000, interval: 20 }).toBeGreaterThanOrEqual(count)
  }
}

/** Answers once it is let. */
function createGate() {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { passed: promise, open: resolve }
}

test('of 200 copies of a message over two processes one is put to a model', async () => {
  const gate = createGate()
  let isGated = false
  const { cheap, environment } = await openModel(async () => {
    if (isGated) await gate.passed
    return choice
  })
  const bots = await Promise.all([startTestBot(environment), startTestBot(environment)])
  const [one, two] = bots
  // The first request of a process loads what all others use.
  await Promise.all([ask(one?.url ?? '', `${hard} From France?`), ask(two?.url ?? '', `${hard} From Spain?`)])
  const before = cheap.requests.length
  isGated = true

  const first = ask(one?.url ?? '')
  await until(() => cheap.requests.length > before, 'the model to be asked')
  const second = ask(two?.url ?? '')
  await untilAccepted(bots, 2)
  const others = bots.flatMap(({ url }) => Array.from({ length: 99 }, () => ask(url)))
  gate.open()
  const receipts = await Promise.all([first, second, ...others])

  expect(cheap.requests.length - before).toBe(1)
  expect(new Set(receipts.map(({ intent }) => intent))).toEqual(new Set(['general.return-policy']))
  expect(receipts.filter(({ stage }) => stage === 'model')).toHaveLength(1)
  expect(receipts.filter(({ stage }) => stage === 'cache')).toHaveLength(199)
})

test('where the one that asks is killed, another asks in its place', async () => {
  let asked = 0
  const { cheap, environment } = await openModel(() => {
    asked += 1
    return asked === 1 ? new Promise(() => {}) : choice
  })
  const folder = newDataFolder()
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const [killed, other] = await Promise.all([startBotProcess(folder, environment), startTestBot(environment)])
  onTestFinished(async () => void (await killed.end('SIGKILL')))
  const lost = ask(killed.url).catch(() => undefined)
  await until(() => cheap.requests.length === 1, 'the model to be asked')

  const waiting = Array.from({ length: 20 }, () => ask(other.url))
  await killed.end('SIGKILL')
  const receipts = await Promise.all(waiting)

  expect(await lost).toBeUndefined()
  expect(receipts.map(({ intent }) => intent)).toEqual(Array.from({ length: 20 }, () => 'general.return-policy'))
  expect(cheap.requests).toHaveLength(2)
})

test('with Redis gone while one asks, every message is answered, and each process asks once at most', async () => {
  const way = await startWay(redis)
  onTestFinished(() => way.close())
  const gate = createGate()
  const { cheap, environment } = await openModel(async () => {
    await gate.passed
    return choice
  }, way.url)
  const bots = await Promise.all([startTestBot(environment), startTestBot(environment)])

  const asked = bots.flatMap((bot) => Array.from({ length: 10 }, () => ask(bot.url)))
  await until(() => cheap.requests.length > 0, 'the model to be asked')
  way.cut()
  await untilAccepted(bots, 8)
  gate.open()
  const receipts = await Promise.all(asked)

  expect(new Set(receipts.map(({ intent }) => intent))).toEqual(new Set(['general.return-policy']))
  expect(cheap.requests.length).toBeLessThanOrEqual(2)
})
