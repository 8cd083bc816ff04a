import { afterAll, beforeAll, expect, test } from 'vitest'
import { buttonOf, createVisitor, startWebBot, type Exchange, type Visitor, type WebBot } from './web-bot.ts'

let bot: WebBot
beforeAll(async () => {
  bot = await startWebBot()
})
afterAll(() => bot.stop())

/** Ada has proved who she is and is asked whether the double charge should be sent back. */
async function askedToConfirm(): Promise<{ ada: Visitor; question: Exchange['body'] }> {
  const ada = createVisitor(bot.url)
  const { conversation } = (await ada.say('I was charged twice for order 1042')).body
  await ada.say('ada@example.com', { conversation })
  const question = await ada.say('BS6 5QA', { conversation })
  return { ada, question: question.body }
}

test('pressing "yes" sends the money back once: a repetition gets the same answer, another press is refused', async () => {
  const { ada, question } = await askedToConfirm()
  const { conversation } = question
  const yes = buttonOf(question, /^Yes, send/)

  const pressed = await ada.press(conversation, yes, 'press-1')
  const repeated = await ada.press(conversation, yes, 'press-1')
  const another = await ada.press(conversation, yes, 'press-2')
  const withoutId = await ada.press(conversation, yes)

  expect(pressed.body.replies[0]?.text).toMatch(/^Done\. .*24\.90/)
  expect(repeated).toMatchObject({ status: 200, body: pressed.body })
  expect(another).toMatchObject({ status: 409, body: { error: { code: 'action.used', field: 'action' } } })
  expect(withoutId.status).toBe(409)
})

test('a button whose question is no longer open changes nothing and says so', async () => {
  const { ada, question } = await askedToConfirm()
  const { conversation } = question
  const yes = buttonOf(question, /^Yes, send/)
  await ada.say('no', { conversation })

  const stale = await ada.press(conversation, yes, 'too-late')
  const state = await ada.say('What is the state of my refund for order 1042?', { conversation })

  expect(stale.status).toBe(200)
  expect(stale.body.replies[0]?.text).toContain('belongs to an earlier question')
  expect(stale.body.receipt).toMatchObject({ because: 'the button belongs to a question that is no longer open' })
  expect(state.body.replies[0]?.text).not.toMatch(/was sent on|asked for on/)
})

test('an unknown button is 404, and one of another own conversation is as unknown', async () => {
  const { ada, question } = await askedToConfirm()
  const other = (await ada.say('I was charged twice for order 1042', { id: 'another-talk' })).body

  const unknown = await ada.press(question.conversation, 'never-offered')
  const crossed = await ada.press(other.conversation, buttonOf(question, /^Yes, send/))

  expect(unknown).toMatchObject({ status: 404, body: { error: { code: 'action.unknown', field: 'action' } } })
  expect(crossed).toMatchObject({ status: 404, body: { error: { code: 'action.unknown', field: 'action' } } })
})

test("somebody else's conversation sounds exactly like one that never was, and their press does nothing", async () => {
  const { ada, question } = await askedToConfirm()
  const { conversation } = question
  const yes = buttonOf(question, /^Yes, send/)
  const eve = createVisitor(bot.url)
  await eve.say('hello')
  const neverWas = 'x'.repeat(conversation.length)

  const foreign = await eve.press(conversation, yes, 'steal')
  const unknown = await eve.press(neverWas, yes, 'steal')

  expect(foreign.status).toBe(404)
  expect(JSON.stringify(foreign.body).replaceAll(conversation, '_')).toBe(JSON.stringify(unknown.body).replaceAll(neverWas, '_'))
  expect((await ada.press(conversation, yes, 'mine')).body.replies[0]?.text).toMatch(/^Done\./)
})

test('a press under the id of an earlier message or press is refused by name and leaves the button usable', async () => {
  const { ada, question } = await askedToConfirm()
  const { conversation } = question
  await ada.say('hello', { conversation, id: 'a-message' })
  const person = buttonOf(question, 'Talk to a person')
  const yes = buttonOf(question, /^Yes, send/)

  const underMessage = await ada.press(conversation, yes, 'a-message')
  const pressed = await ada.press(conversation, yes, 'a-press')
  const underPress = await ada.press(conversation, person, 'a-press')

  expect(underMessage).toMatchObject({ status: 400, body: { error: { code: 'input', field: 'id' } } })
  expect(pressed.body.replies[0]?.text).toMatch(/^Done\./)
  expect(underPress).toMatchObject({ status: 400, body: { error: { code: 'input', field: 'id' } } })
  expect((await ada.press(conversation, person, 'a-new-press')).status).toBe(200)
})

test.each([
  ['no conversation', { action: 'x' }, 'conversation'],
  ['no action', { conversation: 'web-x' }, 'action'],
  ['an empty action', { conversation: 'web-x', action: '' }, 'action'],
  ['a number for an action', { conversation: 'web-x', action: 7 }, 'action'],
  ['an action of 300 characters', { conversation: 'web-x', action: 'a'.repeat(300) }, 'action'],
  ['an author', { conversation: 'web-x', action: 'x', author: { id: 'ada' } }, 'author'],
  ['an id with a slash', { conversation: 'web-x', action: 'x', id: 'a/b' }, 'id'],
])('a press with %s is refused by name', async (_, body, field) => {
  const response = await fetch(`${bot.url}/api/chat/action`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: 'input', field, message: expect.stringContaining(field) } })
})
