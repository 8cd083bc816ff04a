import { afterEach, expect, test } from 'vitest'
import { Conversation } from '../../../../adapters/web/pages/conversation.js'
import { createClient } from '../../../../adapters/web/pages/client.js'
import { tryShelf, type Shelf } from '../../../../adapters/web/pages/keep.js'
import { turnsOf } from '../../../../adapters/web/pages/turns.js'
import { type Answerer, sendEvents, sendJson, startChatServer, until } from './chat-server.ts'

const stops: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** The storage of one tab. */
function newShelf(): Shelf & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>()
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  }
}

async function setUp(answer: Answerer) {
  const server = await startChatServer(answer)
  const faults: unknown[] = []
  let ids = 0
  const open = (shelf: Shelf = newShelf(), more: object = {}) => {
    const conversation = new Conversation({
      client: createClient({ origin: server.origin, silenceMs: 2_000 }),
      shelf,
      newId: () => `m${(ids += 1)}`,
      onFault: (fault: unknown) => faults.push(fault),
      followMs: 10,
      delayMs: () => 10,
      ...more,
    })
    stops.unshift(() => conversation.stop())
    return conversation
  }
  stops.push(server.stop, () => expect(faults).toEqual([]))
  return { server, open }
}

const answerAll: Answerer = ({ path, body }, response) => {
  if (path.startsWith('/api/chat/c1'))
    return sendJson(response, 200, { conversation: 'c1', state: 'bot', turns: [], replies: [] })
  sendEvents(response, [
    ['reply', { id: `r-${String(body['id'])}`, text: `to ${String(body['text'])}` }],
    ['done', { conversation: 'c1', message: body['id'], state: 'bot' }],
  ])
  response.end()
}
const progress = (conversation: Conversation): string[] =>
  turnsOf(conversation.session).map((turn) => `${turn.text} ${turn.progress}`)
const posts = (seen: readonly { method: string; body: Record<string, unknown> }[]) =>
  seen.filter(({ method }) => method === 'POST').map(({ body }) => body)

test('messages written at once are sent in order, the second into the conversation the first opened', async () => {
  const { server, open } = await setUp(answerAll)
  const conversation = open()

  conversation.write('one')
  conversation.write('two')
  await until(() => progress(conversation).join() === 'one answered,two answered')

  expect(posts(server.seen)).toEqual([
    { id: 'm1', text: 'one' },
    { id: 'm2', text: 'two', conversation: 'c1' },
  ])
})

test('a message is tried again with the same id until the server is back, and those behind it wait', async () => {
  let failures = 3
  const { server, open } = await setUp((seen, response) => {
    failures -= 1
    if (failures === 2) response.destroy()
    else if (failures >= 0) sendJson(response, 503, { error: { code: 'x', message: 'Restarting.' } })
    else return answerAll(seen, response)
  })
  const conversation = open()

  conversation.write('one')
  conversation.write('two')
  await until(() => progress(conversation).join() === 'one answered,two answered')

  expect(posts(server.seen).map(({ id }) => id)).toEqual(['m1', 'm1', 'm1', 'm1', 'm2'])
})

test('a refused message is kept with the server’s words and goes again only when asked to', async () => {
  const { server, open } = await setUp((_, response) =>
    sendJson(response, 400, { error: { code: 'input', message: 'Too odd.' } }),
  )
  const conversation = open()

  conversation.write('odd')
  await until(() => progress(conversation).join() === 'odd refused')
  expect(turnsOf(conversation.session)[0]?.fault?.message).toBe('Too odd.')
  server.answerWith(answerAll)
  conversation.retry('m1')
  await until(() => progress(conversation).join() === 'odd answered')

  expect(posts(server.seen).map(({ id }) => id)).toEqual(['m1', 'm1'])
})

test('a reloaded tab shows the conversation and sends what the server has not confirmed, under its old id', async () => {
  const shelf = newShelf()
  const { server, open } = await setUp((_, response) => sendJson(response, 503, {}))
  const before = open(shelf, { delayMs: () => 60_000 })
  before.write('unsent')
  await until(() => progress(before).join() === 'unsent unsent')
  before.stop()
  shelf.setItem('tuppence.conversation', 'c1')
  server.answerWith((seen, response) =>
    seen.method === 'GET'
      ? sendJson(response, 200, {
          conversation: 'c1',
          state: 'bot',
          turns: [
            { message: 'm0', text: 'earlier', at: '2026-03-01T10:00:00Z', isAnswered: true, replies: [{ id: 'r0' }] },
          ],
          replies: [],
        })
      : answerAll(seen, response),
  )

  const conversation = open(shelf)
  conversation.start()
  await until(() => progress(conversation).join() === 'earlier answered,unsent answered')

  expect(posts(server.seen).map(({ id }) => id)).toEqual(['m1', 'm1'])
  expect([...shelf.kept.keys()]).toEqual(['tuppence.conversation'])
})

test('a tab reloaded while the server is away shows its conversation once it is back', async () => {
  const shelf = newShelf()
  shelf.setItem('tuppence.conversation', 'c1')
  let failures = 3
  const { open } = await setUp((_, response) => {
    failures -= 1
    if (failures >= 0) response.destroy()
    else
      sendJson(response, 200, {
        conversation: 'c1',
        state: 'bot',
        turns: [{ message: 'm0', text: 'earlier', isAnswered: true }],
        replies: [],
      })
  })
  const conversation = open(shelf)

  conversation.start()

  expect(conversation.session.isRestoring).toBe(true)
  await until(() => progress(conversation).join() === 'earlier answered')
  expect(conversation.session.isRestoring).toBeUndefined()
})

test('a conversation the server no longer knows is left, and the message opens another', async () => {
  const shelf = newShelf()
  shelf.setItem('tuppence.conversation', 'gone')
  const { server, open } = await setUp((seen, response) =>
    seen.path.includes('gone') || seen.body['conversation'] === 'gone'
      ? sendJson(response, 404, { error: { code: 'conversation.unknown', message: 'Unknown.' } })
      : answerAll(seen, response),
  )
  const conversation = open(shelf)
  conversation.start()
  await until(() => conversation.session.conversation === undefined)
  expect(shelf.kept.size).toBe(0)

  conversation.write('one')
  await until(() => progress(conversation).join() === 'one answered')
  server.answerWith((seen, response) =>
    seen.body['conversation'] === 'c1' ? sendJson(response, 404, {}) : answerAll(seen, response),
  )
  conversation.write('two')
  await until(() => progress(conversation).join() === 'one answered,two answered')

  expect(posts(server.seen).at(-1)).toEqual({ id: 'm2', text: 'two' })
})

test('a person’s replies arrive by themselves, asked for after the last one seen', async () => {
  let asked = 0
  const { server, open } = await setUp((seen, response) => {
    if (seen.method === 'POST') return answerAll(seen, response)
    asked += 1
    sendJson(response, 200, {
      conversation: 'c1',
      state: 'person',
      turns: [],
      replies: asked > 2 ? [{ id: 'p1', text: 'Priya here' }] : [],
      cursor: asked > 2 ? 'p1' : null,
    })
  })
  const shelf = newShelf()
  shelf.setItem('tuppence.conversation', 'c1')
  const conversation = open(shelf)

  conversation.start()
  await until(() => conversation.session.entries.length === 1 && server.seen.at(-1)?.path === '/api/chat/c1?after=p1')

  expect(conversation.session.entries).toMatchObject([
    { kind: 'late', isFromPerson: true, reply: { text: 'Priya here' } },
  ])
})

test('a hidden page asks for nothing until it is looked at', async () => {
  const { server, open } = await setUp(({ method, body }, response) =>
    method === 'POST'
      ? sendJson(response, 202, { conversation: 'c1', message: body['id'], replies: [], state: 'bot' })
      : sendJson(response, 200, {
          conversation: 'c1',
          state: 'bot',
          turns: [{ message: 'm1', isAnswered: true, replies: [{ id: 'r1' }] }],
          replies: [],
        }),
  )
  let looks = 0
  const conversation = open(newShelf(), { isVisible: () => ((looks += 1), false) })

  conversation.write('one')
  await until(() => looks > 3)
  expect(server.seen.filter(({ method }) => method === 'GET')).toEqual([])
  conversation.wake()
  await until(() => progress(conversation).join() === 'one answered')

  expect(server.seen.filter(({ method }) => method === 'GET').map(({ path }) => path)).toEqual(['/api/chat/c1'])
})

test('a long conversation is fetched page by page', async () => {
  const { server, open } = await setUp(({ path }, response) => {
    const first = {
      conversation: 'c1',
      state: 'bot',
      turns: [{ message: 'a', text: 'a', isAnswered: true }],
      replies: [],
      cursor: null,
      hasMore: true,
    }
    sendJson(
      response,
      200,
      path.includes('after=a')
        ? { ...first, turns: [{ message: 'b', text: 'b', isAnswered: true }], hasMore: false }
        : first,
    )
  })
  const shelf = newShelf()
  shelf.setItem('tuppence.conversation', 'c1')
  const conversation = open(shelf)

  conversation.start()
  await until(() => progress(conversation).join() === 'a answered,b answered')

  expect(server.seen).toHaveLength(2)
})

test('an answer to a conversation that was left changes nothing in the new one', async () => {
  const late: (() => void)[] = []
  const { open } = await setUp((seen, response) => void late.push(() => void answerAll(seen, response)))
  const shelf = newShelf()
  const conversation = open(shelf)
  conversation.write('old')
  await until(() => late.length === 1)

  conversation.startAgain()
  conversation.write('new')
  await until(() => late.length === 2)
  for (const answer of late) answer()
  await until(() => progress(conversation).join() === 'new answered')

  expect(turnsOf(conversation.session)[0]?.replies).toMatchObject([{ id: 'r-m2' }])
})

test('a browser that refuses storage costs only the reload', async () => {
  const { open } = await setUp(answerAll)
  const conversation = open(
    tryShelf(() => {
      throw new Error('SecurityError')
    }),
  )

  conversation.start()
  conversation.write('one')

  await until(() => progress(conversation).length === 1 && conversation.session.conversation === 'c1')

  expect(progress(conversation)).toEqual(['one answered'])
})
