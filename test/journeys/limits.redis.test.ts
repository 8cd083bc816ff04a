import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { startTestBot } from '../bot.ts'
import { startTestServer, writeTestCatalogue } from '../models.ts'
import { startWay } from '../servers/way.ts'

const url = process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:1' // the runner leaves this file out without it
const notice = "I'm taking them one at a time"
const limits = { user: { messages: 5, seconds: 3 } }

interface Said {
  readonly conversation: string
  readonly receipt?: { readonly stage: string }
  readonly replies: readonly { readonly text: string }[]
}

interface Transcript {
  readonly turns: readonly { readonly message: string }[]
  readonly replies: readonly { readonly message: string; readonly text: string }[]
}

/** The assembled bot with limits, and a Redis for what processes share that can be taken away. */
async function openBot(models: Parameters<typeof writeTestCatalogue>[0] = []) {
  const way = await startWay(url)
  onTestFinished(() => way.close())
  const folder = writeTestCatalogue(models, { limits, tenant: `limits-${process.pid}-${Date.now()}` })
  const bot = await startTestBot({ TUPPENCE_CONFIG_DIR: folder, REDIS_CACHE_URL: way.url })
  const post = async (body: object, cookie = ''): Promise<{ said: Said; cookie: string }> => {
    const response = await fetch(`${bot.url}/api/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify(body),
    })
    const given = response.headers.get('set-cookie')?.split(';')[0] ?? cookie
    return { said: (await response.json()) as Said, cookie: given }
  }
  const transcript = async (conversation: string, cookie: string): Promise<Transcript> =>
    (await (await fetch(`${bot.url}/api/chat/${conversation}`, { headers: { cookie } })).json()) as Transcript
  return { bot, way, post, transcript }
}

test.each(['Redis', 'a Redis that is killed meanwhile'])(
  'with %s twelve messages at once are answered once each, in order, with one notice, and nobody else waits',
  async (which) => {
    const { bot, way, post, transcript } = await openBot()
    const { said, cookie } = await post({ text: 'what are your hours?', id: 'm1' })
    const { conversation } = said
    const ids = Array.from({ length: 11 }, (_, index) => `m${index + 2}`)

    const burst = ids.map((id) => post({ text: 'what are your hours?', id, conversation }, cookie))
    const repeated = ids.map((id) => post({ text: 'what are your hours?', id, conversation }, cookie))
    await Promise.any(burst)
    if (which.includes('killed')) way.cut()
    const begun = performance.now()
    const other = await post({ text: 'what are your hours?', id: 'other' })
    const waitedMs = performance.now() - begun
    await Promise.all([...burst, ...repeated])

    const { turns, replies } = await transcript(conversation, cookie)
    expect(turns.map(({ message }) => message).toSorted()).toEqual(['m1', ...ids].toSorted())
    expect(replies.map(({ message }) => message)).toEqual(turns.map(({ message }) => message))
    expect(replies.flatMap(({ text }, index) => (text.includes(notice) ? [index] : []))).toEqual([5])
    expect(other.said.replies).toHaveLength(1)
    expect(waitedMs).toBeLessThan(2000)
    const metrics = await (await fetch(`${bot.url}/metrics`)).text()
    expect(metrics).toMatch(/tuppence_events_total\{event="message.limited"\} \d/)
  },
)

test('nobody reads from Redis who wrote, nor which message it was', async () => {
  const { post } = await openBot()
  const redis = new Redis(url)
  onTestFinished(() => redis.disconnect())

  const { said, cookie } = await post({ text: 'hello', id: 'a-message-of-mine' })

  const keys = await redis.keys('tuppence:limit:{limits-*')
  const stored = await Promise.all(keys.map((key) => redis.zrange(key, '0', '-1')))
  expect(keys.length).toBeGreaterThan(0)
  for (const key of keys) expect(key).toMatch(/^tuppence:limit:\{limits-\d+-\d+\}:(?:user|channel):[\w-]{43}$/)
  const visitor = decodeURIComponent(cookie.split('=')[1] ?? '').split('.')[0] ?? ''
  for (const text of [...keys, ...stored.flat()])
    for (const secret of [said.conversation, 'a-message-of-mine', visitor]) expect(text).not.toContain(secret)
})

test('no model is asked for the message that is told', async () => {
  const cheap = await startTestServer({
    protocol: 'ollama',
    answer: () => JSON.stringify({ intent: 'general.return-policy', confidence: 0.95 }),
  })
  const { post } = await openBot([{ alias: 'cheap', provider: 'ollama', server: cheap, tier: 1 }])
  const { said, cookie } = await post({ text: 'hello', id: 'm1' })
  for (const id of ['m2', 'm3', 'm4', 'm5']) await post({ text: 'hello', id, conversation: said.conversation }, cookie)
  const hard = 'If my first parcel was lost and replaced, and the second one is unused, can I still send it back?'

  const told = await post({ text: hard, id: 'm6', conversation: said.conversation }, cookie)

  expect(told.said.replies[0]?.text).toContain(notice)
  expect(cheap.requests).toHaveLength(0)
  await post({ text: hard, id: 'other' })
  expect(cheap.requests).toHaveLength(1)
})
