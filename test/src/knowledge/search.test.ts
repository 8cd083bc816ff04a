import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../../config/load.ts'
import { parseArticles } from '../../../src/knowledge/articles.ts'
import { createPassageSearch, createSearch } from '../../../src/knowledge/search.ts'

const search = createSearch(parseArticles(loadConfig({}).articles))

function heading(question: string): string | undefined {
  return /^\*\*(.+)\*\*/.exec(search(question)?.text ?? '')?.[1]
}

describe('questions the articles answer', () => {
  test.each([
    ['How long does delivery take?', 'How long delivery takes'],
    ['do you ship to Ireland', 'Countries we send to'],
    ['what does postage cost', 'What shipping costs'],
    ['next day delivery available?', 'Express and next day delivery'],
    ['can you deliver to a parcel locker', 'Carriers and parcel lockers'],
    ['What is your return policy?', 'How long you can return something'],
    ['Who pays for returns from abroad?', 'Who pays for the return'],
    ['Are opened knives excluded from returns?', 'In what condition items can come back'],
    ['How long is the warranty?', 'How long the warranty is'],
    ['what does the warranty cover', 'What the warranty covers'],
    ['HOW DO I DESCALE A KETTLE?!', 'Descaling a kettle'],
    ['my cast iron is rusty, how do i clean it', 'Cleaning cast iron'],
    ['which pan works on induction', 'Which pans work on induction'],
  ])('%s', (question, expected) => {
    expect(heading(question)).toBe(expected)
  })
})

describe('anything else has no answer', () => {
  test.each([
    '',
    '   ',
    '?!',
    '🫖',
    'asdf qwer',
    'who won the football cup',
    'what is the capital of France',
    'I was charged twice for order 1042',
    'write me a poem about the sea',
    'WHEN ARE YOU OPEN',
    'good day',
    'wrong chat, sorry',
    "what's your phone number",
    'I want to talk to a person',
    'x'.repeat(4000),
    'how how how the the the',
  ])('“%s”', (question) => {
    expect(search(question)).toBeUndefined()
  })
})

test('without articles nothing is found', () => {
  expect(createSearch([])('how long is the warranty')).toBeUndefined()
})

test('a long message about the matter still finds it', () => {
  const passage = search(
    'Hello, I bought the stand mixer last spring and now the motor has stopped. How long is the warranty on machines such as stand mixers?',
  )

  expect(passage?.source).toBe('warranty')
})

test('a thousand questions take less than a second', () => {
  const begun = performance.now()
  for (let index = 0; index < 1000; index++) search(`how long is the warranty of kettle number ${index}`)

  expect(performance.now() - begun).toBeLessThan(1000)
})

describe('several passages for a question', () => {
  const passages = parseArticles(loadConfig({}).articles)
  const searchPassages = createPassageSearch(passages)
  const headings = (question: string, most: number) =>
    searchPassages(question, most).map(({ passage }) => /^\*\*(.+)\*\*/.exec(passage.text)?.[1])

  test.each([
    'How long does delivery take?',
    'what does postage cost',
    'my cast iron is rusty, how do i clean it',
    'I bought it last spring and it broke. How long is the warranty?',
  ])('the one that answers alone comes first: %s', (question) => {
    expect(searchPassages(question, 3)[0]?.passage).toBe(createSearch(passages)(question))
  })

  test('both halves of a double question are found', () => {
    expect(headings('How long does delivery take, and who pays for returns?', 3)).toEqual(
      expect.arrayContaining(['How long delivery takes', 'Who pays for the return']),
    )
  })

  test('coverage is the share of the question that is said there', () => {
    const [whole] = searchPassages('descaling kettle', 1)
    const found = searchPassages('descaling kettle with lemonade bottles', 1)

    expect(whole?.coverage).toBe(1)
    expect(found.every(({ coverage }) => coverage > 0 && coverage < 1)).toBe(true)
    expect(found).toHaveLength(1)
  })

  test('never more than wished for, none twice, each with a share from 0 to 1', () => {
    for (const most of [0, 1, 4, 100]) {
      const found = searchPassages('How long is the warranty? Who pays for returns? What does delivery cost?', most)
      expect(found.length).toBeLessThanOrEqual(most)
      expect(new Set(found.map(({ passage }) => passage)).size).toBe(found.length)
      expect(found.every(({ coverage }) => coverage > 0 && coverage <= 1)).toBe(true)
    }
  })

  test.each(['', '?!', '🫖', 'asdf qwer', 'how how how the the the'])('nothing fits “%s”', (question) => {
    expect(searchPassages(question, 5)).toEqual([])
    expect(createPassageSearch([])(question, 5)).toEqual([])
  })
})

test('a question asked again among very many others finds the same', () => {
  const others = Array.from({ length: 200 }, (_, index) => `How long is the warranty of kettle number ${index}?`)
  const asked = ['what does postage cost', 'Who pays for returns from abroad?', 'qwertz']

  const before = asked.map((question) => search(question)?.text)
  for (const question of others) search(question)
  const after = asked.map((question) => search(question)?.text)

  expect(after).toEqual(before)
  expect(before[2]).toBeUndefined()
})
