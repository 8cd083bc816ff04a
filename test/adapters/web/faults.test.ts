import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Store } from '../../../adapters/store/store.ts'
import { createWeb, type Web, type WebParts } from '../../../adapters/web/server.ts'
import { StoreUnavailableError } from '../../../src/core/errors.ts'
import type { BotEvent, ChannelEvent, Intake } from '../../../src/core/ports.ts'
import { openTestStore } from '../../store.ts'
import { createVisitor, get, post, readEvents } from './web-bot.ts'

/** The real web and the real store; what becomes of a message is the test's to say. */
let store: Store
let web: Web
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
    conversations: store.conversations,
    agentOf: () => 'unknown',
    playground: { company, suggestions: [], people: [], version: '0.0.0' },
    observer: { receipt: () => {}, event: (event) => void events.push(event) },
    ready: async () => await ready(),
    metrics: async () => '',
    newId: uuidv7,
    now: () => new Date(),
    ...more,
  }
}

async function streamed(text: string): Promise<string> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text }) }
  return await (await fetch(`${web.url()}/api/chat/stream`, init)).text()
}

test('a fault of ours is 500 without a word about our inside, and the log is told the whole of it', async () => {
  events = []
  intake = async () => Promise.reject(new TypeError('secret path /srv/tuppence in undefined'))

  const { status, body } = await post(`${web.url()}/api/chat`, { text: 'hello' })

  expect(status).toBe(500)
  expect(body).toEqual({ error: { code: 'internal', message: expect.stringContaining('send the same request again with the same id') } })
  expect(events).toMatchObject([{ name: 'request.failed', level: 'error', fields: { status: 500 }, error: expect.any(TypeError) }])
})

test('a fault of ours in a stream is its event "error", and the log is told the whole of it too', async () => {
  events = []
  intake = async () => Promise.reject(new TypeError('secret path /srv/tuppence in undefined'))

  const last = readEvents(await streamed('hello')).at(-1)

  expect(last).toEqual({ event: 'error', data: { code: 'internal', message: expect.not.stringContaining('secret') } })
  expect(events).toMatchObject([{ name: 'request.failed', level: 'error', error: expect.any(TypeError) }])
})

test('while the store is away, messages and readiness are 503 and say that nothing was accepted', async () => {
  const away = async (): Promise<never> => Promise.reject(new StoreUnavailableError('Postgres at 10.0.0.5 did not answer.'))
  intake = away
  ready = away

  const said = await post(`${web.url()}/api/chat`, { text: 'hello' })
  const probe = await get(`${web.url()}/readyz`)
  const alive = await get(`${web.url()}/healthz`)
  ready = async () => {}

  for (const answer of [said, probe]) {
    expect(answer).toMatchObject({ status: 503, body: { error: { code: 'store.unavailable', message: expect.stringContaining('Nothing was accepted') } } })
    expect(JSON.stringify(answer.body)).not.toContain('10.0.0.5')
  }
  expect(alive.status).toBe(200)
})

test('a visitor who is refused by a fault keeps being the visitor of the next try', async () => {
  intake = async () => Promise.reject(new TypeError('a fault'))
  const visitor = createVisitor(web.url())
  await visitor.say('hello', { id: 'm-1' })
  intake = async (event) => {
    if (event.kind !== 'message') throw new TypeError('a message is expected')
    await store.inbox.accept(event.message)
    web.stop().catch(() => {}) // the answer never comes: the request ends with the server
    return { kind: 'new' }
  }

  const failed = await visitor.say('hello', { id: 'm-1' }).catch((error: unknown) => error)

  expect(failed).toBeInstanceOf(Error)
  expect(await store.inbox.owed()).toHaveLength(1)
})
