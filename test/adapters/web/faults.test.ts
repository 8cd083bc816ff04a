import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Store } from '../../../adapters/store/store.ts'
import { createWeb, type Web, type WebParts } from '../../../adapters/web/server.ts'
import { StoreUnavailableError } from '../../../src/core/errors.ts'
import { zeroDollars } from '../../../src/core/money.ts'
import type { BotEvent, ChannelEvent, Intake } from '../../../src/core/ports.ts'
import { openTestStore } from '../../store.ts'
import { createVisitor, get, post, readEvents } from './web-bot.ts'

/** The real web and the real store; what becomes of a message is the test's to say. */
let store: Store
let web: Web
let looks = 0
let events: BotEvent[] = []
let intake: (event: ChannelEvent) => Promise<Intake> = async () => ({ kind: 'new' })
let ready = async (): Promise<void> => {}

beforeAll(async () => {
  store = await openTestStore()
  web = await createWeb(webParts())
  await web.start(async (event) => await intake(event))
})
afterAll(async () => {
  await web.stop()
  await store.close()
})

function webParts(more: Partial<WebParts> = {}): WebParts {
  const company = { name: 'Kettle', tagline: '', hours: '' }
  return {
    host: '127.0.0.1',
    port: 0,
    tenant: 'default',
    adminTokens: [],
    cookieKey: 'a key',
    conversations: {
      ...store.conversations,
      turn: async (key, message) => {
        looks += 1
        return await store.conversations.turn(key, message)
      },
    },
    agentOf: () => 'unknown',
    linkHosts: new Set(),
    playground: { company, suggestions: [], people: [], version: '0.0.0' },
    observer: { receipt: () => {}, event: (event) => void events.push(event) },
    platformPaths: [],
    receivers: new Map(),
    ready: async () => await ready(),
    metrics: async () => '',
    spend: async () => ({}),
    labels: () => Promise.resolve({}),
    models: async () => ({}),
    decideTier: async () => ({}),
    parked: { list: async () => ({}), show: async () => ({}), decide: async () => ({}) },
    statusText: () => 'Reading',
    newId: uuidv7,
    now: () => new Date(),
    ...more,
  }
}

async function streamed(text: string): Promise<string> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text }) }
  return await (await fetch(`${web.url()}/api/chat/stream`, init)).text()
}

/** The message is stored, and nobody in this process answers it. */
async function storeOnly(event: ChannelEvent): Promise<Intake> {
  if (event.kind !== 'message') throw new TypeError('a message is expected')
  const kind = await store.inbox.accept(event.message)
  return kind === 'new' || kind === 'seen' ? { kind } : { kind: 'ignored', because: kind }
}

/** What another process on the same database does. */
async function answerElsewhere(text: string): Promise<void> {
  const [key] = await store.inbox.owed()
  const claim = key === undefined ? undefined : await store.inbox.claim(key)
  const conversation = key === undefined ? undefined : await store.conversations.load(key)
  if (claim === undefined || conversation === undefined) throw new Error('no message is owed')
  const classification = {
    intent: 'general.greeting',
    confidence: 1,
    stage: 'keywords',
    candidates: [],
    evidence: [],
  } as const
  const route = { kind: 'person', because: 'a test' } as const
  const durationsMs = { understand: 0, answer: 0 }
  const costs = { calls: [], cost: zeroDollars, wouldHaveCost: zeroDollars, wouldHaveCostModel: 'none' }
  const receipt = {
    message: claim.message.id,
    classification,
    effort: 0,
    tier: 0,
    route,
    durationsMs,
    ...costs,
  } as const
  await store.inbox.complete(claim, {
    conversation,
    replies: [{ text, actions: [], audience: 'customer' }],
    effects: [],
    receipt,
  })
}

test('a fault of ours is 500 without a word about our inside, and the log is told the whole of it', async () => {
  events = []
  intake = async () => Promise.reject(new TypeError('secret path /srv/tuppence in undefined'))

  const { status, body } = await post(`${web.url()}/api/chat`, { text: 'hello' })

  expect(status).toBe(500)
  expect(body).toEqual({
    error: { code: 'internal', message: expect.stringContaining('send the same request again with the same id') },
  })
  expect(events).toMatchObject([
    { name: 'request.failed', level: 'error', fields: { status: 500 }, error: expect.any(TypeError) },
  ])
})

test('a fault of ours in a stream is its event "error", and the log is told the whole of it too', async () => {
  events = []
  intake = async () => Promise.reject(new TypeError('secret path /srv/tuppence in undefined'))

  const last = readEvents(await streamed('hello')).at(-1)

  expect(last).toEqual({
    event: 'error',
    data: { code: 'internal', status: 500, message: expect.not.stringContaining('secret') },
  })
  expect(events).toMatchObject([{ name: 'request.failed', level: 'error', error: expect.any(TypeError) }])
})

test('while the store is away, messages and readiness are 503 and say that nothing was accepted', async () => {
  const away = async (): Promise<never> =>
    Promise.reject(new StoreUnavailableError('Postgres at 10.0.0.5 did not answer.'))
  intake = away
  ready = away

  const said = await post(`${web.url()}/api/chat`, { text: 'hello' })
  const probe = await get(`${web.url()}/readyz`)
  const alive = await get(`${web.url()}/healthz`)
  ready = async () => {}

  for (const answer of [said, probe]) {
    expect(answer).toMatchObject({
      status: 503,
      body: { error: { code: 'store.unavailable', message: expect.stringContaining('Nothing was accepted') } },
    })
    expect(JSON.stringify(answer.body)).not.toContain('10.0.0.5')
  }
  expect(alive.status).toBe(200)
})

test('an answer that another process gave is found, however long it took, and nothing is left listening', async () => {
  const warnings: string[] = []
  const onWarning = (warning: Error): void => void warnings.push(warning.name)
  process.on('warning', onWarning)
  intake = storeOnly
  looks = 0

  const waiting = createVisitor(web.url()).say('hello')
  await expect.poll(() => store.inbox.owed()).toHaveLength(1)
  await expect.poll(() => looks, { timeout: 10_000 }).toBeGreaterThan(2)
  await answerElsewhere('Answered elsewhere.')
  const { status, body } = await waiting
  process.off('warning', onWarning)

  expect([status, body.replies.map(({ text }) => text)]).toEqual([200, ['Answered elsewhere.']])
  expect(warnings).toEqual([])
})

test('a server that stops cuts off after five seconds whoever still waits, and what was accepted stays owed', async () => {
  intake = storeOnly

  const waiting = createVisitor(web.url())
    .say('hello')
    .catch((error: unknown) => error)
  await expect.poll(() => store.inbox.owed()).toHaveLength(1)
  await web.stop()

  expect(await waiting).toBeInstanceOf(Error)
  expect(await store.inbox.owed()).toHaveLength(1)
})
