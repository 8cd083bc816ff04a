import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createClassifier } from '../../../src/classification/classify.ts'
import { examplesFromIntents, train } from '../../../src/classification/training.ts'
import { smallIntents, strangeMessages } from './messages.ts'

const fitted = train(examplesFromIntents(smallIntents, strangeMessages), smallIntents)
const classifier = createClassifier({ fitted })

describe('the free stages', () => {
  test('a message like the examples gets its intent and the words that decided', () => {
    const result = classifier.classify('could you mail me the Invoice')

    expect(result).toMatchObject({ intent: 'payments.invoice', stage: 'tfidf' })
    expect(result.evidence).toContain('Invoice')
  })

  test('a misspelt word is read as the one it stands for, and the evidence says so', () => {
    const result = classifier.classify('a refnud, now')

    expect(result).toMatchObject({ intent: 'payments.refund', stage: 'keywords', evidence: ['refnud → refund'] })
    expect(classifier.classify('mail me the invocie').evidence).toContain('the invocie → the invoice')
  })

  test('what means something only by the correction of a short word is never sure', () => {
    expect(classifier.classify('invoice').candidates[0]?.confidence).toBeGreaterThan(0.5)
    expect(classifier.classify('xnvoice').candidates[0]?.confidence).toBe(0.5)
  })

  test('a signature and a quoted answer change nothing', () => {
    const quoted =
      'change my email\n\nBest regards,\nAnna Smith\nRefund Team\n\nOn Monday Anna wrote:\n> reset the password'

    expect(classifier.classify(quoted)).toEqual(classifier.classify('change my email'))
  })

  test('candidates are most likely first, and the first is the intent', () => {
    const { intent, confidence, candidates } = classifier.classify('where is the invoice for my ticket')
    const confidences = candidates.map((candidate) => candidate.confidence)

    expect(candidates).toHaveLength(smallIntents.length)
    expect(candidates[0]).toEqual({ intent, confidence })
    expect(confidences).toEqual(confidences.toSorted((a, b) => b - a))
    expect(confidences.reduce((sum, value) => sum + value, 0)).toBeLessThanOrEqual(1.000001)
  })

  test('of many intents the best eight are candidates', () => {
    const words = ['red', 'green', 'blue', 'black', 'white', 'brown', 'pink', 'grey', 'purple', 'yellow']
    const examples = words.flatMap((word) =>
      ['paint', 'door', 'wall'].map((thing) => ({ text: `${word} ${thing}`, intent: word, split: 'train' as const })),
    )

    const { candidates } = createClassifier({ fitted: train(examples) }).classify('pink door')

    expect(candidates).toHaveLength(8)
    expect(candidates[0]?.intent).toBe('pink')
  })

  test('a phrase of one intent settles at the keywords, with the share of its hits that were right', () => {
    const result = classifier.classify('a refund, now')

    // "refund" stands in 5 utterances of its own intent and in no other; the phrases of the other intents are right in
    // 8 of 8 hits ("cannot set a password" is taken back), so usual is 9 / 10 and its own (5 + 2 × 0.9) / (5 + 2).
    expect(result).toMatchObject({
      intent: 'payments.refund',
      stage: 'keywords',
      confidence: 6.8 / 7,
      evidence: ['refund'],
    })
  })

  test.each(['i do not want a refund', "don't want my money back", 'refund the password'])(
    '"%s" does not settle at the keywords',
    (text) => {
      expect(classifier.classify(text).stage).toBe('tfidf')
    },
  )

  test('a phrase does not settle below the threshold', () => {
    const strict = createClassifier({ fitted, freeThreshold: 0.98 })

    expect(strict.classify('a refund, now').stage).toBe('tfidf')
  })

  test.each(['', '   ', '???', '!!!', '\u200b', 'zzz qqq', '🦄🦄', 'где мой заказ', '<b></b>', '\ud800'])(
    '"%s" has no known word and no intent',
    (text) => {
      const { intent, confidence, candidates } = classifier.classify(text)

      expect(intent).toBe('unknown')
      expect(confidence).toBeGreaterThan(0.4)
      expect(candidates.length).toBeGreaterThan(0)
      expect(candidates[0]?.confidence).toBeLessThanOrEqual(0.5)
    },
  )

  test('pieces of words alone never give more than even odds', () => {
    const { candidates } = classifier.classify('refundable invoicing passwordless')

    expect(candidates[0]?.confidence).toBeLessThanOrEqual(0.5)
  })

  test('the same message gives the same answer, whatever came between', () => {
    const before = classifier.classify('change my email')
    classifier.classify('x '.repeat(20_000))

    expect(classifier.classify('change my email')).toEqual(before)
  })

  test('whatever is written, the result is well formed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 200 })), (text) => {
        const { confidence, candidates, evidence } = classifier.classify(text)
        expect(confidence).toBeGreaterThanOrEqual(0)
        expect(confidence).toBeLessThanOrEqual(1)
        expect(candidates.every((candidate) => candidate.confidence >= 0 && candidate.confidence <= 1)).toBe(true)
        expect(evidence.length).toBeLessThanOrEqual(6)
      }),
    )
  })
})
