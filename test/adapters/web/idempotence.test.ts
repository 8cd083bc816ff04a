import { afterAll, beforeAll, expect, test } from 'vitest'
import { buttonOf, createVisitor, post, startWebBot, type WebBot } from './web-bot.ts'

let bot: WebBot
beforeAll(async () => {
  bot = await startWebBot()
})
afterAll(() => bot.stop())

test('a message sent again is not answered again: the first answer comes back, with other words too', async () => {
  const visitor = createVisitor(bot.url)
  const first = await visitor.say('Talk to a person', { id: 'once-1' })
  const { conversation } = first.body

  const again = await visitor.say('Talk to a person', { id: 'once-1' })
  const otherwise = await visitor.say('What does Plus cost?', { id: 'once-1', conversation })

  expect([again.status, otherwise.status]).toEqual([200, 200])
  expect(again.body).toEqual(first.body)
  expect(otherwise.body).toEqual(first.body)
  expect((await visitor.read(conversation)).body.turns).toMatchObject([{ message: 'once-1', text: 'Talk to a person' }])
})

test('twenty copies of one message at once get one answer', async () => {
  const visitor = createVisitor(bot.url)
  const { conversation } = (await visitor.say('hello')).body

  const copies = await Promise.all(
    Array.from({ length: 20 }, () => visitor.say('Talk to a person', { id: 'twenty', conversation })),
  )

  expect(new Set(copies.map((copy) => JSON.stringify([copy.status, copy.body]))).size).toBe(1)
  expect((await visitor.read(conversation)).body.turns).toMatchObject([
    { text: 'hello' },
    { message: 'twenty', replies: [{}] },
  ])
})

test('twenty copies of the first message at once open one conversation', async () => {
  const visitor = createVisitor(bot.url)
  await visitor.say('hello')

  const copies = await Promise.all(
    Array.from({ length: 20 }, () => visitor.say('What does Plus cost?', { id: 'first-of-all' })),
  )

  expect(new Set(copies.map((copy) => copy.body.conversation)).size).toBe(1)
  expect(new Set(copies.map((copy) => copy.body.replies[0]?.id)).size).toBe(1)
})

test('an id that belongs to another conversation of the same visitor is refused by name and changes nothing', async () => {
  const visitor = createVisitor(bot.url)
  const { conversation } = (await visitor.say('hello', { id: 'start-here' })).body
  await visitor.say('What does Plus cost?', { id: 'taken', conversation })
  const other = (await visitor.say('hello', { id: 'start-there' })).body.conversation

  const elsewhere = await visitor.say('Talk to a person', { id: 'taken', conversation: other })
  const nowhere = await visitor.say('Talk to a person', { id: 'taken' })

  expect(elsewhere).toMatchObject({ status: 400, body: { error: { code: 'input', field: 'id' } } })
  expect(nowhere).toMatchObject({ status: 400, body: { error: { code: 'input', field: 'id' } } })
  expect((await visitor.read(other)).body.turns).toHaveLength(1)
  expect((await visitor.read(conversation)).body.turns).toHaveLength(2)
})

test("two visitors may use the same ids: neither meets the other's messages", async () => {
  const [ada, ben] = [createVisitor(bot.url), createVisitor(bot.url)]

  const hers = await ada.say('What does Plus cost?', { id: 'message-1' })
  const his = await ben.say('How long is the warranty?', { id: 'message-1' })

  expect(his.body.conversation).not.toBe(hers.body.conversation)
  expect(hers.body.receipt).toMatchObject({ intent: 'general.prices' })
  expect(his.body.receipt).toMatchObject({ intent: 'general.warranty' })
})

test('a message over the stream and the same one as JSON are one message', async () => {
  const visitor = createVisitor(bot.url)
  const { conversation } = (await visitor.say('hello')).body
  const asJson = await visitor.say('What does Plus cost?', { id: 'both-ways', conversation })

  const response = await fetch(`${bot.url}/api/chat/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: visitor.cookie() },
    body: JSON.stringify({ text: 'What does Plus cost?', id: 'both-ways', conversation }),
  })

  expect(await response.text()).toContain(asJson.body.replies[0]?.id ?? 'no reply')
  expect((await visitor.read(conversation)).body.turns).toHaveLength(2)
})

test('a message whose sender hangs up before the answer is answered all the same, once', async () => {
  const visitor = createVisitor(bot.url)
  const { conversation } = (await visitor.say('hello')).body
  const hangUp = new AbortController()

  const lost = fetch(`${bot.url}/api/chat`, {
    method: 'POST',
    signal: hangUp.signal,
    headers: { 'content-type': 'application/json', cookie: visitor.cookie() },
    body: JSON.stringify({ text: 'Talk to a person', id: 'lost', conversation }),
  }).catch(() => undefined)
  setImmediate(() => hangUp.abort())
  await lost
  const again = await visitor.say('Talk to a person', { id: 'lost', conversation })

  expect(again.body.replies).toHaveLength(1)
  expect((await visitor.read(conversation)).body.turns.map((turn) => turn.message)).toEqual([
    expect.any(String),
    'lost',
  ])
})

test('a button pressed twenty times at once with one id acts once', async () => {
  const visitor = createVisitor(bot.url)
  const { body } = await visitor.say('I was charged twice for order 1042')
  const action = buttonOf(body, 'Talk to a person')

  const presses = await Promise.all(
    Array.from({ length: 20 }, () => visitor.press(body.conversation, action, 'press-once')),
  )

  expect(new Set(presses.map((press) => JSON.stringify([press.status, press.body]))).size).toBe(1)
  expect(presses[0]?.status).toBe(200)
  expect((await visitor.read(body.conversation)).body.turns).toHaveLength(2)
})

test('a button pressed twenty times at once with twenty ids acts once, and nineteen hear that it was used', async () => {
  const visitor = createVisitor(bot.url)
  const { body } = await visitor.say('I was charged twice for order 1042')
  const action = buttonOf(body, 'Talk to a person')

  const presses = await Promise.all(
    Array.from({ length: 20 }, (_, n) => visitor.press(body.conversation, action, `press-${n}`)),
  )

  expect(presses.filter((press) => press.status === 200)).toHaveLength(1)
  expect(presses.filter((press) => press.status === 409 && press.body.error.code === 'action.used')).toHaveLength(19)
  expect((await visitor.read(body.conversation)).body.turns).toHaveLength(2)
})

test('with the admin token too, a given author who repeats a message gets the first answer', async () => {
  const headers = { authorization: 'Bearer an-admin-token-of-this-test' }
  const message = { text: 'What does Plus cost?', id: 'from-a-script', author: { id: 'customer-7', name: 'Ann' } }

  const first = await post(`${bot.url}/api/chat`, message, headers)
  const again = await post(`${bot.url}/api/chat`, message, headers)
  const sameIdOfAnother = await post(`${bot.url}/api/chat`, { ...message, author: { id: 'customer-8' } }, headers)

  expect(again.body).toEqual(first.body)
  expect(sameIdOfAnother.body.conversation).not.toBe(first.body.conversation)
})
