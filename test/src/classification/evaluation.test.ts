import { describe, expect, test } from 'vitest'
import { areaUnderCurve, calibrationError, coverageAt, evaluate } from '../../../src/classification/evaluation.ts'
import type { Classifier } from '../../../src/core/classifier.ts'

/** Answers "intent confidence" texts with just that. */
const echo: Classifier = {
  classify(text) {
    const [intent = '', confidence = '0', named = intent] = text.split(' ')
    const candidates = [{ intent, confidence: Number(confidence) }]
    return { intent: named, confidence: Number(confidence), stage: 'tfidf', candidates, evidence: [] }
  },
}

describe('evaluation', () => {
  test('coverage is the longest run from the top that keeps the precision', () => {
    const rows = [true, true, false, true, false].map((right, index) => ({ rank: 1 - index / 10, right }))

    expect(coverageAt(rows, 0.99)).toBe(0.4)
    expect(coverageAt(rows, 0.75)).toBe(0.8)
  })

  test('calibration error by hand', () => {
    // One bin holds 0.9 and 0.9, one of two right: |1.8 - 1| = 0.8; the other 0.3, right: 0.7; (0.8 + 0.7) / 3 = 0.5
    const rows = [
      { confidence: 0.9, right: true },
      { confidence: 0.9, right: false },
      { confidence: 0.3, right: true },
    ]

    expect(calibrationError(rows)).toBeCloseTo(0.5, 12)
  })

  test('area under the curve by hand, ties count half', () => {
    expect(areaUnderCurve([0.9, 0.5], [0.5, 0.1])).toBe(0.875) // 1 + 1 + ½ + 1 of 4
    expect(areaUnderCurve([1], [0])).toBe(1)
  })

  test('every figure of a small evaluation, by hand', () => {
    let clock = 0
    const messages = [
      { text: 'a 0.95', intent: 'a' },
      { text: 'a 0.85', intent: 'a' },
      { text: 'a 0.75', intent: 'b' },
      { text: 'b 0.2 unknown', intent: 'b' },
      { text: 'b 0.9', intent: 'unknown' },
      { text: 'b 0.1 unknown', intent: 'unknown' },
    ]

    const result = evaluate(echo, messages, { threshold: 0.7, now: () => clock++ })

    expect(result).toMatchObject({
      accuracy: 0.5,
      atThreshold: { threshold: 0.7, answered: 0.75, precision: 2 / 3 },
      outOfScope: { auroc: 5 / 8, leakAtThreshold: 0.5, recall: 0.5 }, // 0.9 is beaten by 0.95 only, 0.1 by all four
      shareByStage: { tfidf: 1 },
      microsecondsPerMessage: { p50: 1000, p99: 1000 },
      coverageAt: { '0.99': 0.5, '0.98': 0.5, '0.95': 0.5 },
    })
    expect(result).not.toHaveProperty('agentAccuracy')
    expect(result.confusions).toEqual([
      { intent: 'b', said: 'a', messages: 1 },
      { intent: 'b', said: 'unknown', messages: 1 },
    ])
    expect(result.reliability.map(({ messages, right }) => [messages, right])).toEqual([
      [1, 1], // 0.2: its best intent is right
      [1, 0], // 0.75
      [1, 1], // 0.85
      [1, 1], // 0.95
    ])
    expect(result.reliability[1]).toMatchObject({ from: 11 / 15, to: 12 / 15, confidence: 0.75 })
    expect(result.perIntent.a).toEqual({ precision: 2 / 3, recall: 1, f1: 0.8, messages: 2 })
    expect(result.perIntent.b).toEqual({ precision: 0, recall: 0, f1: 0, messages: 2 })
    expect(result.macroF1).toBeCloseTo(0.4, 12)
  })

  test('the agent is right more often than the intent, where intents name it', () => {
    const messages = [
      { text: 'payments.refund 0.9', intent: 'payments.invoice' },
      { text: 'payments.refund 0.9 unknown', intent: 'payments.refund' },
      { text: 'account.email 0.9', intent: 'account.email' },
    ]

    const result = evaluate(echo, messages, { threshold: 0.7, now: () => 0 })

    expect(result).toMatchObject({ accuracy: 1 / 3, agentAccuracy: 2 / 3 })
  })

  test('without out-of-scope messages nothing is said about them', () => {
    const result = evaluate(echo, [{ text: 'a 1', intent: 'a' }], { threshold: 0.5, now: () => 0 })

    expect(result).not.toHaveProperty('outOfScope')
  })
})
