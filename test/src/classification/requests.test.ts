import { describe, expect, test } from 'vitest'
import { mayRefuse, readRefusal } from '../../../src/classification/negation.ts'
import { findTwoRequests, firstRequestOf, withSecond } from '../../../src/classification/requests.ts'
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

const reader = { threshold: 0.8, classify }
const unsure: Classification = { intent: 'unknown', confidence: 0.9, stage: 'tfidf', candidates: [], evidence: [] }
const sureOf = (intent: string): Classification => ({ ...unsure, intent, candidates: [{ intent, confidence: 0.9 }] })
/** Reads a text whose whole means this. */
const find = (text: string, whole = unsure): Classification => withSecond(whole, findTwoRequests(text, reader), reader)

describe('two requests', () => {
  test.each([
    ['I want a refund for order 1042 and also how do I change my email?', 'how do I change my email?'],
    ['refund 1042 and change my email to a@example.com', 'change my email to a@example.com'],
    ['Where is my refund? By the way, the email is wrong', 'the email is wrong'],
    ['1. send the refund\n2. the email is wrong', 'the email is wrong'],
  ])('"%s" also asks for "%s"', (text, second) => {
    expect(find(text)).toMatchObject({
      intent: 'payments.refund',
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
    expect(find(text)).toBe(unsure)
  })

  test.each([
    ['account.order-status', 'I wrote because I want a refund. Where is the parcel?'],
    ['account.order-status', 'Where is the parcel and how much refund is it?'],
    ['general.shipping', 'Where is the parcel? Please send my refund.'],
  ])('a whole that is sure of %s has no second: "%s"', (intent, text) => {
    expect(find(text, sureOf(intent))).toMatchObject({ intent })
    expect(find(text, sureOf(intent))).not.toHaveProperty('second')
  })

  test('of two requests the one that the whole is sure of comes first', () => {
    expect(find('Send my refund. Where is the parcel?', sureOf('account.order-status'))).toMatchObject({
      intent: 'account.order-status',
      second: { intent: 'payments.refund', text: 'Send my refund.' },
    })
  })

  test('white space of any length changes nothing, and a long second request is shown cut', () => {
    const second = `change my email ${'please '.repeat(20)}to a@example.com`
    const { evidence, second: found } = find(`refund 1042${'\t'.repeat(500)}and   ${second}`)

    expect(found?.text).toBe(second)
    expect(evidence).toEqual([`also asked: ${second.slice(0, 80).trimEnd()} …`])
  })

  test('what belongs to the second request is no part of the first', () => {
    const text = 'refund 1042 and change my email to a@example.com, thanks'
    const second = { intent: 'account.change-email', confidence: 0.9, text: 'change my email to a@example.com, thanks' }

    expect(firstRequestOf(text, second)).toBe('refund 1042')
    expect(firstRequestOf(text, undefined)).toBe(text)
    expect(firstRequestOf(text, { ...second, text: 'refund 1042' })).toBe('change my email to a@example.com, thanks')
    expect(firstRequestOf(text, { ...second, text })).toBe(text)
  })
})

describe('what is not wanted', () => {
  test.each([
    'i do NOT want a refund',
    'dont want it',
    'I don’t need it',
    "didn't ask for it",
    'no need for it',
    'it is not about it',
  ])('"%s" may refuse something', (text) => {
    expect(mayRefuse(text)).toBe(true)
  })

  test('words that only end like "don\'t" refuse nothing', () => {
    expect(mayRefuse('the payment on my account went out twice, I want the amount sent back')).toBe(false)
  })

  const read = (text: string, whole = classify(text)): Classification | undefined => readRefusal(text, whole, reader)

  test('what is wanted instead decides, and the evidence says what is not', () => {
    const whole = sureOf('payments.refund')

    expect(read('I do not want a refund, I want to know where my parcel is', whole)).toMatchObject({
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

  test('a thing that is not wanted any more is to be got rid of, but a request by its own phrase is taken back', () => {
    const byPhrase = (text: string): Classification => ({ ...classify(text), stage: 'keywords' })
    const text = "I don't want the email any more"

    expect(read(text)).toBeUndefined()
    expect(readRefusal(text, classify(text), { ...reader, classify: byPhrase })).toMatchObject({ intent: 'unknown' })
  })

  test.each(["I don't want to be refunded to a card that is closed", "I don't want to wait for my refund"])(
    '"%s" tells what is suffered, and refuses nothing',
    (text) => {
      expect(read(text)).toBeUndefined()
    },
  )

  test('a courtesy is not refused', () => {
    expect(read("don't need to say hello")).toBeUndefined()
  })

  test.each(['account.close', 'account.order-status'])('a whole that is sure of %s refuses nothing else', (intent) => {
    expect(read("I don't want a refund, where is the parcel", sureOf(intent))).toBeUndefined()
  })

  test('what the whole does not mean is not refused, and what is asked for all the same is not either', () => {
    expect(read("I don't want a refund, really", unsure)).toBeUndefined()
    expect(read("I don't want a refund by post, send the refund by card")).toBeUndefined()
    expect(read("I don't want a refund. I said: no refund!")).toMatchObject({ refused: 'payments.refund' })
  })

  test('"it" is the thing that is not wanted once more', () => {
    const status = (text: string): Classification =>
      text === 'where is the refund?' ? sureOf('payments.refund-status') : classify(text)
    const text = 'not asking for a refund, where is it?'

    expect(readRefusal(text, classify(text), { ...reader, classify: status })).toMatchObject({
      intent: 'payments.refund-status',
    })
  })

  test('an intent that is surer with its "not" than without is meant as it is said', () => {
    const surer = (text: string): Classification => {
      const confidence = text.includes('not') ? 0.95 : 0.8
      const candidates = [{ intent: 'account.cancel-plan', confidence }]
      return { ...classify(text), intent: 'account.cancel-plan', confidence, candidates }
    }
    const text = 'I do not want my plan to renew'

    expect(readRefusal(text, surer(text), { threshold: 0.8, classify: surer })).toBeUndefined()
  })
})
