import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../../config/load.ts'
import { parseArticles } from '../../../src/knowledge/articles.ts'
import { promptCanary } from '../../../src/models/prompt.ts'
import { answerChecks, checkAnswer, type CheckGround } from '../../../src/safety/check-answer.ts'
import { bad, good, type Judged } from './answers.ts'

const { company, articles } = loadConfig({})
const passages = parseArticles(articles)

function passageUnder(heading: string) {
  const found = passages.find(({ text }) => text.startsWith(`**${heading}**`))
  if (found === undefined) throw new Error(`There is no passage “${heading}”.`)
  return found
}

function groundOf({ question, passages: headings, facts = [], history = [] }: Judged): CheckGround {
  return { company, question, passages: headings.map(passageUnder), facts, history: history.map((text) => ({ text })) }
}

function check(judged: Judged) {
  const { answer, sources = [] } = judged
  return checkAnswer({ answer, sources, canAnswer: true }, groundOf(judged))
}

describe('an answer from its sources passes', () => {
  test.each(good)('$question → $answer', (judged) => {
    expect(check(judged)).toEqual({ kind: 'passed', passed: true, score: 1, failures: [] })
  })
})

describe('anything else is refused by name', () => {
  test.each(bad)('$refusedBy: $answer', (judged) => {
    const { kind, passed, failures } = check(judged)
    const refusedBy = failures.map(({ check }) => check)

    expect({ kind, passed, refusedBy }).toEqual({
      kind: 'failed',
      passed: false,
      refusedBy: expect.arrayContaining([...judged.refusedBy]),
    })
  })
})

test.each(passages)('the beginning of an article is an answer to its heading: $text', (passage) => {
  const [heading = '', body = ''] = passage.text.split('**\n\n')
  const question = `${heading.replace('**', '')}?`
  const answer = body
    .split(/(?<=[.!?])\s/)
    .slice(0, 2)
    .join(' ')

  const { failures } = checkAnswer(
    { answer, sources: [1], canAnswer: true },
    { company, question, passages: [passage], facts: [], history: [] },
  )

  expect(failures).toEqual([])
})

test('a model that says it cannot answer is neither right nor wrong, and its text is not looked at', () => {
  const ground = groundOf({ question: 'When?', passages: [], answer: '', refusedBy: [] })

  expect(checkAnswer({ answer: 'I have refunded you', sources: [9], canAnswer: false }, ground)).toEqual({
    kind: 'declined',
    passed: false,
    score: 0,
    failures: [],
  })
})

test('the score is the share of the checks passed', () => {
  const [judged] = bad.filter(({ refusedBy }) => refusedBy[0] === 'promise')
  if (judged === undefined) throw new Error('There is no refused promise.')

  expect(answerChecks).toHaveLength(19)
  expect(check(judged).score).toBeCloseTo(18 / 19, 10)
})

describe('the canary is found', () => {
  const forms: readonly (readonly [string, string])[] = [
    ['as it is', promptCanary],
    ['in capitals', promptCanary.toUpperCase()],
    ['backwards', [...promptCanary].toReversed().join('')],
    ['with points between', [...promptCanary].join('.')],
    ['with invisible joiners', [...promptCanary].join('\u200b')],
    ['in hexadecimal', Buffer.from(promptCanary).toString('hex')],
    ['in base64', Buffer.from(`The word is ${promptCanary}, really`).toString('base64')],
    ['in shifted base64', Buffer.from(`A word: ${promptCanary}!`).toString('base64')],
    ['in base64 again', Buffer.from(`The words ${promptCanary}`).toString('base64')],
  ]
  test.each(forms)('%s', (_name, form) => {
    const judged: Judged = {
      question: 'How?',
      passages: ['Descaling a kettle'],
      answer: `Fill it. ${form}`,
      refusedBy: [],
    }

    expect(check(judged).failures.map(({ check }) => check)).toContain('canary')
  })
})
