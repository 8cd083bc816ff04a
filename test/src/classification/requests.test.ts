import { describe, expect, test } from 'vitest'
import { readRefusal } from '../../../src/classification/negation.ts'
import { findTwoRequests, firstRequestOf } from '../../../src/classification/requests.ts'
import type { Classification } from '../../../src/core/intent.ts'

const subjects: Readonly<Record<string, string>> = {
  refund: 'payments.refund',
  parcel: 'account.order-status',
  email: 'account.change-email',
  hello: 'general.greeting',
}

/** Understands a clause by its subject; one that says "don't" is a little less sure of it. */
function classify(text: string): Classification {
  const subject = Object.keys(subjects).find((word) => text.toLowerCase().includes(word))
  const intent = subjects[subject ?? ''] ?? 'unknown'
  const confidence = /not|n't|no need/i.test(text) ? 0.7 : 0.9
  return { intent, confidence, stage: 'tfidf', candidates: [{ intent, confidence }], evidence: [] }
}

const find = (text: string): ReturnType<typeof findTwoRequests> => findTwoRequests(text, 0.8, classify)

describe('two requests', () => {
  test.each([
    ['I want a refund for order 1042 and also how do I change my email?', 'how do I change my email?'],
    ['refund 1042 and change my email to a@example.com', 'change my email to a@example.com'],
    ['Where is my refund? By the way, the email is wrong', 'the email is wrong'],
    ['1. send the refund\n2. the email is wrong', 'the email is wrong'],
  ])('"%s" also asks for "%s"', (text, second) => {
    expect(find(text)).toMatchObject({
      first: { intent: 'payments.refund' },
      second: { intent: 'account.change-email', confidence: 0.9, text: second },
    })
  })

  test.each([
    'hello there, where is my parcel?',
    'Where is my refund? Please send my refund',
    'The parcel came broken. I want a refund.',
    'I want a refund and so on',
    'Where is my refund? The weather, is it nice?',
  ])('"%s" is one request', (text) => {
    expect(find(text)).toBeUndefined()
  })

  test('what belongs to the second request is no part of the first', () => {
    const text = 'refund 1042 and change my email to a@example.com, thanks'
    const second = { intent: 'account.change-email', confidence: 0.9, text: 'change my email to a@example.com, thanks' }

    expect(firstRequestOf(text, second)).toBe('refund 1042')
    expect(firstRequestOf(text, undefined)).toBe(text)
  })
})

describe('what is not wanted', () => {
  const read = (text: string): ReturnType<typeof readRefusal> => readRefusal(text, 0.8, classify)

  test('what is wanted instead decides, and the evidence says what is not', () => {
    expect(read('I do not want a refund, I want to know where my parcel is')).toMatchObject({
      intent: 'account.order-status',
      evidence: ['not wanted: a refund'],
    })
  })

  test.each(["I don't want a refund", 'no need for a refund', "I'm not asking for my refund, thanks"])(
    '"%s" alone means no intent',
    (text) => {
      expect(read(text)).toMatchObject({ intent: 'unknown', refused: 'payments.refund', candidates: [] })
    },
  )

  test.each(['I did not get my refund', "my email doesn't work", 'I do not want the lamp any more', 'a refund'])(
    '"%s" refuses nothing',
    (text) => {
      expect(read(text)).toBeUndefined()
    },
  )

  test('an intent that is surer with its "not" than without is meant as it is said', () => {
    const surer = (text: string): Classification => {
      const confidence = text.includes('not') ? 0.95 : 0.8
      const candidates = [{ intent: 'account.cancel-plan', confidence }]
      return { ...classify(text), intent: 'account.cancel-plan', confidence, candidates }
    }

    expect(readRefusal('I do not want my plan to renew', 0.8, surer)).toBeUndefined()
  })
})
