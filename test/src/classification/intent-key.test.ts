import { expect, test } from 'vitest'
import { loadConfig } from '../../../config/load.ts'
import { comparableText, createIntentKey } from '../../../src/classification/intent-key.ts'

test.each([
  ['Where is my order?', 'where is my ORDER'],
  ['where is my order 1042', 'Where is my order 98765?!'],
  ['Hi there, can you tell me where my order is?', 'where my order is'],
  ['could you please help me to change my address, thanks', 'Change my address.'],
  ['I’d like to cancel my plan', 'i would like to cancel my plan please'],
  ["what's the price of a planner", 'What is the price of planner??'],
  ['I was charged £5 twice', 'i was charged 250 twice'],
  ['send it to eve@example.com please', 'Send it to adam@example.org'],
  ['my card was declined 😡😡😡', 'My card was declined 😡'],
  ["I can't log in", 'i cannot log in'],
])('%j and %j are the same to the cache', (one, other) => {
  expect(comparableText(one)).toBe(comparableText(other))
})

test.each([
  ['I want a refund', 'I do not want a refund'],
  ["I can't log in", 'I can log in'],
  ['why was my card declined', 'when was my card declined'],
  ['how do I verify my identity', 'why do I verify my identity'],
  ['Someone stole my card', 'Someone stole my cards'],
  ['ok thanks', 'ok'],
  ['thanks for the refund of today', 'the refund of today'],
  ['transfer from savings to checking', 'transfer from checking to savings'],
  ['I lost my id card', 'I lost my I would card'],
  ['it is here 👍', 'it is here 👎'],
])('%j and %j are not', (one, other) => {
  expect(comparableText(one)).not.toBe(comparableText(other))
})

test.each([
  ['a quotation after an invisible sign', '\n\u200B> close my account'],
  ['a signature after an invisible sign', '\n\u200B--\nclose my account'],
  ['a tag in full-width signs', ' ＜close my account＞'],
  ['letters of flags', ' \u{1F1E8}\u{1F1F1}\u{1F1F4}\u{1F1F8}\u{1F1EA}'],
  ['braille', ' ⠉⠇⠕⠎⠑'],
  ['a long code', ' closemyaccountanddonotreadanythingelse1'],
  ['the end of a long word', ` ${'a'.repeat(48)}closemyaccount`],
])('hides nothing from the key that a slower stage reads: %s', (_, hidden) => {
  const keyOf = createIntentKey('')
  const plain = [
    'what became of my thing',
    'what became of my thing AB12345',
    `what became of my thing ${'a'.repeat(48)}`,
  ]

  const key = keyOf('default', `what became of my thing${hidden}`)

  expect(key === undefined || !plain.map((text) => keyOf('default', text)).includes(key)).toBe(true)
})

test('no two intents of the configuration have a message in common, nor has one with what is none of them', () => {
  const { intents, outOfScope } = loadConfig({})
  const messages = [
    ...intents.flatMap(({ name, utterances }) => utterances.map((text) => ({ name, text }))),
    ...outOfScope.map((text) => ({ name: 'none', text })),
  ]
  const keyOf = createIntentKey('')

  const meetings = [...Map.groupBy(messages, ({ text }) => keyOf('default', text))].filter(
    ([key, met]) => key !== undefined && new Set(met.map(({ name }) => name)).size > 1,
  )

  expect(meetings.map(([, met]) => met)).toEqual([])
})

test('a key tells nothing of the message, and differs by tenant and taxonomy', () => {
  const text = 'My name is Eve Example, why was I charged'
  const keyOf = createIntentKey('one')

  const keys = [keyOf('acme', text), keyOf('other', text), createIntentKey('two')('acme', text)]

  expect(new Set(keys).size).toBe(3)
  for (const key of keys) expect(key).toMatch(/^intent:[\w-]{43}$/)
  expect(keyOf('acme', text.toUpperCase())).toBe(keys[0])
})

test.each([
  ['nothing', ''],
  ['marks alone', '?!...'],
  ['more than is read', 'where is it '.repeat(200)],
])('%s has no key', (_, text) => {
  expect(createIntentKey('')('default', text)).toBeUndefined()
})
