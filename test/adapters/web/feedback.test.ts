import { rm } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../../config/load.ts'
import { startBot } from '../../../src/assemble.ts'
import { newDataFolder } from '../../data-folder.ts'
import { knowing } from '../../handlers/rating-talk.ts'
import { startRatedWeb, type RatedWeb } from './rated-web.ts'
import { adminToken, buttonOf, createVisitor, get, readEvents, type StreamEvent, type Visitor } from './web-bot.ts'

let rated: RatedWeb

async function open(large: Parameters<typeof startRatedWeb>[0]): Promise<void> {
  rated = await startRatedWeb(large)
  onTestFinished(() => rated.stop())
}

/** Who comes through a proxy is a customer; nobody on this machine is. */
const asCustomer = { 'x-forwarded-for': '203.0.113.7' }

async function pressStreamed(visitor: Visitor, conversation: string, action: string): Promise<readonly StreamEvent[]> {
  const response = await fetch(`${rated.url}/api/chat/action`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', cookie: visitor.cookie() },
    body: JSON.stringify({ conversation, action, id: 'streamed-press' }),
  })
  return readEvents(await response.text())
}

test('the wire tells the buttons about an answer from its own', async () => {
  await open(knowing)

  const { body } = await createVisitor(rated.url).say('Why is tea hot?')

  expect(body.replies[0]?.actions).toEqual([
    { id: expect.any(String), label: '👍', kind: 'feedback', value: 'helpful' },
    { id: expect.any(String), label: '👎', kind: 'feedback', value: 'not_helpful' },
    { id: expect.any(String), label: 'Try advanced AI', kind: 'advanced' },
  ])
})

test('👍 is answered at once with no reply, no receipt and nothing owed', async () => {
  await open(knowing)
  const visitor = createVisitor(rated.url)
  const { body } = await visitor.say('Why is tea hot?')

  const begunMs = performance.now()
  const pressed = await visitor.press(body.conversation, buttonOf(body, '👍'), 'thumb')

  expect(pressed).toMatchObject({ status: 200 })
  expect(pressed.body).toEqual({
    conversation: body.conversation,
    message: 'thumb',
    replies: [],
    isAnswered: true,
    state: 'bot',
  })
  expect(performance.now() - begunMs).toBeLessThan(5000)
})

test('a stream of a press without a reply ends with "done" and says nothing in between', async () => {
  await open(knowing)
  const visitor = createVisitor(rated.url)
  const { body } = await visitor.say('Why is tea hot?')

  const events = await pressStreamed(visitor, body.conversation, buttonOf(body, '👍'))

  expect(events.map(({ event }) => event)).toEqual(['status', 'done'])
  expect(events.at(-1)?.data).toMatchObject({ message: 'streamed-press', isAnswered: true })
})

test('a stream tells the steps while a model works, in the customer’s words, and the text only when it is checked', async () => {
  await open(async (question, effort, tell) => {
    for (const step of ['looking-up', 'writing', 'checking'] as const) tell(question.message, step)
    return await knowing(question, effort)
  })
  const visitor = createVisitor(rated.url)
  const { body } = await visitor.say('Why is tea hot?')

  const events = await pressStreamed(visitor, body.conversation, buttonOf(body, 'Try advanced AI'))

  const status = events.filter(({ event }) => event === 'status').map(({ data }) => data['text'])
  const words = events.filter(({ event }) => event === 'delta').map(({ data }) => data['text'])
  const names = events.map(({ event }) => event)
  expect(status).toEqual(['Reading your message', 'Looking it up', 'Writing an answer', 'Checking the answer'])
  expect(words.join('')).toBe('A better answer to: Why is tea hot?')
  expect(names.lastIndexOf('status')).toBeLessThan(names.indexOf('delta'))
  expect(names.slice(-3)).toEqual(['reply', 'receipt', 'done'])
})

test('a second press of one button is refused and has no second effect', async () => {
  await open(knowing)
  const visitor = createVisitor(rated.url)
  const { body } = await visitor.say('Why is tea hot?')
  const action = buttonOf(body, 'Try advanced AI')

  const both = await Promise.all([visitor.press(body.conversation, action), visitor.press(body.conversation, action)])
  const events = await pressStreamed(visitor, body.conversation, action)

  expect(both.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 409]))
  expect(events.at(-1)).toMatchObject({ event: 'error', data: { code: 'action.used', status: 409 } })
  expect((await visitor.read(body.conversation)).body.replies).toHaveLength(2)
})

test('a customer is neither shown the button of the team nor may press it, and the refusal changes nothing', async () => {
  await open(knowing)
  const customer = createVisitor(rated.url, asCustomer)
  const { body } = await customer.say('Why is tea hot?')
  const { conversation } = body
  const asAdmin = await get(`${rated.url}/api/chat/${conversation}`, { authorization: `Bearer ${adminToken}` })
  const action = buttonOf(asAdmin.body, 'Try advanced AI')

  const refused = await customer.press(conversation, action)
  const after = await get(`${rated.url}/api/chat/${conversation}`, { authorization: `Bearer ${adminToken}` })

  expect(body.replies[0]?.actions.map(({ label }) => label)).toEqual(['👍', '👎'])
  expect(refused).toMatchObject({ status: 403, body: { error: { code: 'forbidden', field: 'action' } } })
  expect(after.body).toEqual(asAdmin.body)
})

test('the team presses for a customer: the customer reads the new answer and not who asked for it', async () => {
  await open(knowing)
  const customer = createVisitor(rated.url, asCustomer)
  const { conversation } = (await customer.say('Why is tea hot?')).body
  const staff = createVisitor(rated.url, { authorization: `Bearer ${adminToken}` })
  const action = buttonOf((await staff.read(conversation)).body, 'Try advanced AI')

  const pressed = await staff.press(conversation, action)
  const seen = (await customer.read(conversation)).body

  expect(pressed).toMatchObject({
    status: 200,
    body: { receipt: { tier: 4, isAdvanced: true, because: 'user_requested_better_quality', costMicroDollars: 1234 } },
  })
  expect(seen.replies.map(({ text }) => text)).toContain('A better answer to: Why is tea hot?')
  expect(seen.turns[1]).toMatchObject({ text: '', pressed: true, kind: 'advanced' })
  expect(JSON.stringify(seen)).not.toMatch(new RegExp(`advanced AI|receipt|user_requested|${action}`))
})

test('a receipt shows each call with what was held back for it, and what was not asked', async () => {
  await open(knowing)
  const visitor = createVisitor(rated.url)
  const { body } = await visitor.say('Why is tea hot?')

  const { receipt } = (await visitor.press(body.conversation, buttonOf(body, 'Try advanced AI'))).body

  expect(body.receipt).toMatchObject({ calls: [], notAsked: [], effortReasons: expect.any(Array) })
  expect(receipt).toMatchObject({
    notAsked: ['haiku: its circuit is open'],
    calls: [
      {
        model: 'large',
        wireName: 'large-1',
        purpose: 'advanced',
        cacheWriteTokens: 0,
        costMicroDollars: 1234,
        boundMicroDollars: 5000,
      },
    ],
  })
})

test('the transcript tells which thumb was pressed, so that a reload shows it', async () => {
  await open(knowing)
  const visitor = createVisitor(rated.url)
  const { body } = await visitor.say('Why is tea hot?')
  const down = buttonOf(body, '👎')
  await visitor.press(body.conversation, down)

  const { turns } = (await visitor.read(body.conversation)).body

  expect(turns[1]).toMatchObject({
    pressed: true,
    action: down,
    kind: 'feedback',
    value: 'not_helpful',
    isAnswered: true,
  })
})

test('buttons under an answer work after a restart, and the metrics count them', async () => {
  const folder = newDataFolder()
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const config = loadConfig({ TUPPENCE_DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent' })
  const first = await startBot(config, 'configured')
  const before = createVisitor(first.url ?? '')
  const { body } = await before.say('What does Plus cost?')
  await first.stop()
  const second = await startBot(config, 'configured')
  onTestFinished(() => second.stop())

  const headers = { cookie: before.cookie() }
  const pressed = await createVisitor(second.url ?? '', headers).press(body.conversation, buttonOf(body, '👎'))

  const metrics = await (await fetch(`${second.url}/metrics`)).text()

  expect(pressed).toMatchObject({ status: 200, body: { replies: [{ actions: [{ label: 'Talk to a person' }] }] } })
  expect(metrics).toContain('tuppence_feedback_total{value="not_helpful",intent="general.prices",tier="0"} 1')
})
