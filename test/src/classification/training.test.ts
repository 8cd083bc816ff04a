import { describe, expect, test } from 'vitest'
import { createClassifier } from '../../../src/classification/classify.ts'
import { thresholdFor } from '../../../src/classification/fitted.ts'
import { inverseFrequency } from '../../../src/classification/tfidf.ts'
import { examplesFromIntents, fromBytes, toBytes, train } from '../../../src/classification/training.ts'
import { ClassifierFileError } from '../../../src/core/errors.ts'
import { manyExamples, smallIntents, strangeMessages } from './messages.ts'

const examples = examplesFromIntents(smallIntents, strangeMessages)

describe('training', () => {
  test('inverse document frequency by hand: ln(4 / 2) + 1', () => {
    expect(inverseFrequency(3, 1)).toBeCloseTo(1.693147, 6)
  })

  test('the same examples give the same bytes', () => {
    expect(toBytes(train(examples, smallIntents))).toEqual(toBytes(train(examples, smallIntents)))
  })

  test('a classifier read from its bytes answers as before', () => {
    const fitted = train(examples, smallIntents)
    const read = fromBytes(toBytes(fitted))

    expect(read).toEqual(fitted)
    expect(createClassifier({ fitted: read }).classify('my password is gone')).toEqual(
      createClassifier({ fitted }).classify('my password is gone'),
    )
  })

  test('bytes at an odd address are read too', () => {
    const bytes = toBytes(train(examples))
    const shifted = new Uint8Array(bytes.length + 1)
    shifted.set(bytes, 1)

    expect(fromBytes(shifted.subarray(1)).intents).toEqual(train(examples).intents)
  })

  test.each([
    ['nothing', (): Uint8Array => new Uint8Array(0), 'has 0 bytes'],
    ['a text', (): Uint8Array => new TextEncoder().encode('hello, this is no model'), 'does not begin with "TPNC"'],
    ['half a file', (bytes: Uint8Array): Uint8Array => bytes.slice(0, bytes.length / 2), 'cut short'],
    ['a damaged file', (bytes: Uint8Array): Uint8Array => bytes.with(bytes.length - 40, 99).with(300, 1), 'damaged'],
    ['a later version', (bytes: Uint8Array): Uint8Array => bytes.with(4, 9), 'version 9'],
  ])('%s is refused with the reason', (_name, change, reason) => {
    const bytes = change(toBytes(train(examples)))

    expect(() => fromBytes(bytes)).toThrow(ClassifierFileError)
    expect(() => fromBytes(bytes)).toThrow(reason)
  })

  test('validation messages move probabilities and thresholds, not the weights', () => {
    const learned = manyExamples(20, 40)
    const validation = manyExamples(20, 30).map((example) => ({ ...example, split: 'valid' as const }))

    const without = train(learned)
    const withValidation = train([...learned, ...validation])

    expect(withValidation.weights).toEqual(without.weights)
    expect(withValidation.confidence).not.toEqual(without.confidence)
  })

  test('a heavier example counts for more', () => {
    const torn = [
      { text: 'close it', intent: 'a', split: 'train' as const, weight: 9 },
      { text: 'close it', intent: 'b', split: 'train' as const },
      { text: 'open the door', intent: 'b', split: 'train' as const },
      { text: 'shut the gate', intent: 'a', split: 'train' as const },
    ]
    const firstOf = (weight: number): string | undefined =>
      createClassifier({
        fitted: train(torn.map((example, index) => (index === 0 ? { ...example, weight } : example))),
      }).classify('close it').candidates[0]?.intent

    expect(firstOf(9)).toBe('a')
    expect(firstOf(0.1)).toBe('b')
  })

  test('known out-of-scope messages come out as unknown or unsure', () => {
    const classifier = createClassifier({ fitted: train(examples) })

    for (const text of strangeMessages) expect(classifier.classify(text).candidates[0]?.confidence).toBeLessThan(0.5)
  })

  test('thresholds rise with the target, and a target beyond all stored ones is never reached', () => {
    const fitted = train(manyExamples(20, 40))
    const thresholds = fitted.thresholds.map((row) => row.threshold)

    expect(thresholds).toEqual(thresholds.toSorted((a, b) => a - b))
    expect(thresholdFor(fitted, 0.999)).toBeGreaterThan(1)
  })

  test('one intent, two examples, and examples alike can be learned from', () => {
    const one = [{ text: 'refund', intent: 'a', split: 'train' as const }]

    expect(train(one).intents).toEqual(['a'])
    expect(train([...one, { text: 'refund', intent: 'b', split: 'train' as const }]).intents).toEqual(['a', 'b'])
    expect(() => train([])).toThrow('at least one is needed')
  })

  test('about forty intents of thirty messages are learned in a second and a half of processor time', () => {
    const start = process.cpuUsage()
    train(manyExamples(41, 30))
    const used = process.cpuUsage(start)

    expect((used.user + used.system) / 1e6).toBeLessThan(1.5)
  })
})
