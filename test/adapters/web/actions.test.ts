import { afterAll, beforeAll, expect, test } from 'vitest'
import { buttonOf, createVisitor, startWebBot, type Answer, type Visitor, type WebBot } from './web-bot.ts'

let bot: WebBot
beforeAll(async () => {
  bot = await startWebBot()
})
afterAll(() => bot.stop())

/** A visitor who was asked a question with buttons; answering it changes no record. */
async function asked(): Promise<{ visitor: Visitor; question: Answer; choice: string }> {
  const visitor = createVisitor(bot.url)
  const question = (await visitor.say("I can't log in")).body
  return { visitor, question, choice: buttonOf(question, 'No code arrives') }
}

test('pressing "yes" sends the money back once: a repetition gets the same answer, another press is refused', async () => {
  const ada = createVisitor(bot.url)
  const { conversation } = (await ada.say('I was charged twice for order 1042')).body
  await ada.say('ada@example.com', { conversation })
  const yes = buttonOf((await ada.say('BS6 5QA', { conversation })).body, /^Yes, send/)

  const pressed = await ada.press(conversation, yes, 'press-1')
  const repeated = await ada.press(conversation, yes, 'press-1')
  const another = await ada.press(conversation, yes, 'press-2')
  const withoutId = await ada.press(conversation, yes)

  expect(pressed.body.replies[0]?.text).toMatch(/^Done\. .*24\.90/)
  expect(repeated).toMatchObject({ status: 200, body: pressed.body })
  expect(another).toMatchObject({ status: 409, body: { error: { code: 'action.used', field: 'action' } } })
  expect(withoutId.status).toBe(409)
  expect((await ada.read(conversation)).body.turns).toHaveLength(4)
})

test('a button whose question is no longer open changes nothing and says so', async () => {
  const dev = createVisitor(bot.url)
  const { conversation } = (await dev.say('Please cancel order 1047')).body
  await dev.say('dev@example.com', { conversation })
  const yes = buttonOf((await dev.say('LE1 6TP', { conversation })).body, /^Yes/)
  await dev.say('no', { conversation })

  const stale = await dev.press(conversation, yes, 'too-late')
  const state = await dev.say('Where is order 1047?', { conversation })

  expect(stale.status).toBe(200)
  expect(stale.body.replies[0]?.text).toContain('belongs to an earlier question')
  expect(stale.body.receipt).toMatchObject({ because: 'the button belongs to a question that is no longer open' })
  expect(state.body.replies[0]?.text).toContain('being packed')
})

test('an unknown button is 404, and one of another own conversation is as unknown', async () => {
  const { visitor, question, choice } = await asked()
  const other = (await visitor.say("I can't log in", { id: 'another-talk' })).body

  const unknown = await visitor.press(question.conversation, 'never-offered')
  const crossed = await visitor.press(other.conversation, choice)

  expect(unknown).toMatchObject({ status: 404, body: { error: { code: 'action.unknown', field: 'action' } } })
  expect(crossed).toMatchObject({ status: 404, body: { error: { code: 'action.unknown', field: 'action' } } })
})

test("somebody else's conversation sounds exactly like one that never was, and pressing there does nothing", async () => {
  const { visitor, question, choice } = await asked()
  const { conversation } = question
  const eve = createVisitor(bot.url)
  await eve.say('hello')
  const neverWas = 'x'.repeat(conversation.length)

  const foreign = await eve.press(conversation, choice, 'steal')
  const unknown = await eve.press(neverWas, choice, 'steal')

  expect(foreign.status).toBe(404)
  expect(JSON.stringify(foreign.body).replaceAll(conversation, '_')).toBe(
    JSON.stringify(unknown.body).replaceAll(neverWas, '_'),
  )
  expect((await visitor.press(conversation, choice, 'mine')).status).toBe(200)
})

test('a press under the id of an earlier message or press is refused by name and leaves the button usable', async () => {
  const { visitor, question, choice } = await asked()
  const { conversation } = question
  await visitor.say('what do you cost?', { conversation, id: 'a-message' })
  const person = buttonOf(question, 'Talk to a person')

  const underMessage = await visitor.press(conversation, choice, 'a-message')
  const pressed = await visitor.press(conversation, choice, 'a-press')
  const underPress = await visitor.press(conversation, person, 'a-press')

  expect(underMessage).toMatchObject({ status: 400, body: { error: { code: 'input', field: 'id' } } })
  expect(pressed).toMatchObject({ status: 200, body: { message: 'a-press' } })
  expect(underPress).toMatchObject({ status: 400, body: { error: { code: 'input', field: 'id' } } })
  expect((await visitor.press(conversation, person, 'a-new-press')).status).toBe(200)
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
  const response = await fetch(`${bot.url}/api/chat/action`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    error: { code: 'input', field, message: expect.stringContaining(field) },
  })
})
