import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deeds, money, openRig, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => void (rig = await openRig()))
afterAll(() => rig.close())

test.each([
  ['general.greeting', 'hi', /welcome to Kettle & Crumb/],
  ['general.thanks', 'thanks', /welcome/],
  ['general.goodbye', 'bye', /Goodbye/],
  ['general.opening-hours', 'when are you open', /Monday to Friday, 9:00 to 18:00/],
  ['general.capabilities', 'are you a bot', /a program and not a person/],
  ['general.contact', 'phone number?', /\+44 117 496 0123/],
  ['general.small-talk', 'how are you', /I'm well/],
  ['general.small-talk', 'tell me a joke', /teapot/],
  ['general.small-talk', 'lol', /What can I do for you/],
])('%s answers “%s” at once, without a ticket', async (intent, text, expected) => {
  const talk = await rig.talk()

  const answer = await talk.ask(intent, text)

  expect(answer.text).toMatch(expected)
  expect(answer.effects).toEqual([])
  expect(answer.conversation.task).toBeUndefined()
})

test('the first reply offers what most people come for, a person among it', async () => {
  const talk = await rig.talk()

  const hello = await talk.ask('general.greeting', 'hi')
  const order = await talk.press('Where is my order?')

  expect(hello.labels).toEqual(['Where is my order?', 'Get a refund', 'Open a ticket', 'Talk to a person'])
  expect(order.text).toMatch(/look up your order/)
})

test('the price list holds every plan with its price', async () => {
  const talk = await rig.talk()

  const prices = await talk.ask('general.prices', 'how much is Plus')

  expect(prices.text).toContain('| Free | free |')
  expect(prices.text).toContain(`| Plus | ${money(499)} a month |`)
  expect(prices.text).toContain(`| Family | ${money(899)} a month |`)
})

test('asking for a person gets one', async () => {
  const talk = await rig.talk()

  const handed = await talk.ask('general.person', 'human please')

  expect(handed.conversation.state).toBe('person')
  expect(deeds(handed)).toMatchObject([{ kind: 'open-ticket' }, { kind: 'hand-over' }])
})

describe('articles', () => {
  test.each([
    ['general.shipping', 'do you ship to Canada?', /Countries we send to/, 'Shipping and delivery'],
    ['general.shipping', 'postage??', /shipping|delivery|Shipping|Delivery/, 'Shipping and delivery'],
    ['general.return-policy', 'What is your return policy?', /30 days from your order/, 'Return policy and refunds'],
    ['general.return-policy', 'zzz', /30 days from your order/, 'Return policy and refunds'],
    ['general.warranty', 'How long is the warranty?', /two years/, 'Warranty and spare parts'],
    ['general.warranty', 'I lost the gasket of my moka pot', /Seals and gaskets/, 'Warranty and spare parts'],
    ['general.question', 'how do I descale a kettle', /white vinegar/, 'Looking after your kitchen things'],
  ])('%s: “%s” gets a passage with its source and a person below it', async (intent, text, ...[expected, article]) => {
    const talk = await rig.talk()

    const answer = await talk.ask(intent, text)

    expect(answer.text).toMatch(expected)
    expect(answer.text).toContain(`From our guide “${article}”.`)
    expect(answer.labels).toEqual(['Talk to a person'])
    expect(answer.effects).toEqual([])
  })

  test('a question the articles do not answer offers a person', async () => {
    const talk = await rig.talk()

    const none = await talk.ask('general.question', 'who won the football cup')

    expect(none.text).toMatch(/haven't found anything/)
    expect(none.labels).toEqual(['Talk to a person'])
  })
})
