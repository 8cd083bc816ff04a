import { expect, test } from 'vitest'
import { headerFault } from '../../../src/classification/check-header.ts'
import { createClassifier } from '../../../src/classification/classify.ts'
import type { FittedClassifier } from '../../../src/classification/fitted.ts'
import { fromBytes, toBytes, train } from '../../../src/classification/training.ts'
import { ClassifierFileError } from '../../../src/core/errors.ts'
import { manyExamples } from './messages.ts'

const learned = train(manyExamples(4, 6))
const live = { slope: 1, offset: 0 }
const trained = { unknownBelow: 0.1, thresholds: learned.thresholds.slice(0, 1) }
const fitted: FittedClassifier = { ...learned, confidence: { ...learned.confidence, live }, trained }
/** As labelled messages left a second stage; its arrays are never reached. */
const encoded = {
  encoder: 'e',
  dimensions: 4,
  factor: 1,
  weights: { classes: 0, matrix: new Uint8Array(), scales: new Float32Array() },
  dense: { classes: 0, matrix: new Int8Array(), scales: new Float32Array(), bias: new Float32Array() },
  confidence: fitted.confidence,
  unknownBelow: 0.1,
  thresholds: trained.thresholds,
  cascade: [{ target: 0.98, first: 0.9, second: 0.9 }],
}
const { vocabulary, weights } = fitted

/** Written with a checksum that fits, as a program gone wrong or a forger would. */
function forged(change: object): Uint8Array {
  const made: unknown = { ...fitted, ...change }
  return toBytes(made as FittedClassifier)
}

test.each([
  [
    'an intent more than weights',
    { intents: [...fitted.intents, 'more'], priors: [...fitted.priors, 0] },
    'its header promises',
  ],
  ['an intent twice', { intents: ['a', 'a', 'b', 'c'] }, '"intents" in its header names an intent twice'],
  ['no intent', { intents: [] }, '"intents" in its header must name at least one intent'],
  ['a share too few', { priors: [1] }, '"priors" in its header must have a share'],
  ['a threshold that is none', { thresholds: [{ target: 0.98, threshold: Number.NaN }] }, '"thresholds"'],
  [
    'a temperature of 0',
    { confidence: { ...fitted.confidence, softmax: { temperature: 0, noneScore: 0 } } },
    'a temperature above 0',
  ],
  [
    'a curve of no points',
    { confidence: { ...fitted.confidence, curve: { at: [], probability: [] } } },
    'a rising curve',
  ],
  ['a line that falls', { confidence: { ...fitted.confidence, live: { slope: -1, offset: 0 } } }, 'a slope above 0'],
  ['a line of one number', { confidence: { ...fitted.confidence, live: { slope: 1 } } }, 'a live line with an offset'],
  ['half of what training left', { trained: { unknownBelow: 0.1 } }, '"trained" in its header has "thresholds"'],
  [
    'half of what training left of the second stage',
    { encoded: { ...encoded, trained: { cascade: encoded.cascade } } },
    '"encoded" in its header has "trained", which must have a number "unknownBelow"',
  ],
  ['phrases that are none', { phrases: ['cancel'] }, '"phrases"'],
  [
    'a bias that is no number',
    { weights: { ...weights, bias: weights.bias.map(() => Number.NaN) } },
    'weights is not a number',
  ],
  [
    'endless weights',
    { weights: { ...weights, scales: weights.scales.map(() => Infinity) } },
    'weights is not a number',
  ],
  [
    'a weight of a feature that is no number',
    { vocabulary: { ...vocabulary, featureWeights: vocabulary.featureWeights.map(() => Number.NaN) } },
    'weights is not a number',
  ],
  [
    'features that do not exist',
    { vocabulary: { ...vocabulary, buckets: vocabulary.buckets.map(() => 4e9) } },
    'a feature that does not exist',
  ],
])('a file with %s is refused although its checksum fits', (_, change, reason) => {
  const bytes = forged(change)

  expect(() => fromBytes(bytes)).toThrow(ClassifierFileError)
  expect(() => fromBytes(bytes)).toThrow(reason)
  expect(() => fromBytes(bytes)).toThrow('Make one with `tuppence train --data FILE.jsonl --out FILE`')
})

test('an endless number in the header is refused although its checksum fits', () => {
  const written = JSON.stringify({ ...headerOf(fitted), unknownBelow: 7 })
  const endless: unknown = JSON.parse(written.replace('"unknownBelow":7', '"unknownBelow":1e999'))

  expect(headerFault(headerOf(fitted))).toBeUndefined()
  expect(headerFault(endless)).toBe('"unknownBelow" in its header must be a number')
})

function headerOf(classifier: FittedClassifier): object {
  return { ...classifier, features: classifier.vocabulary.buckets.length }
}

/** Every place in a header, as the names that lead to it. */
function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  const inside = Object.entries(value).flatMap(([name, entry]: [string, unknown]) => placesIn(entry, [...path, name]))
  return path.length === 0 ? inside : [path, ...inside]
}

function changedAt(value: unknown, [name, ...rest]: readonly string[], put: unknown): unknown {
  if (name === undefined || typeof value !== 'object' || value === null) return put
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...value }
  Reflect.set(copy, name, changedAt(Reflect.get(value, name), rest, put))
  return copy
}

test('whatever stands in the header, the file is refused or classifies with a probability', () => {
  const { vocabulary: _, weights: __, ...header } = fitted
  const wrong = [null, 'x', -1, 1e300, [], {}, [null], undefined]
  const classified = placesIn(header).flatMap((place) =>
    wrong.map((put) => {
      const bytes = forged(Object(changedAt(header, place, put)))
      try {
        return createClassifier({ fitted: fromBytes(bytes) }).classify('where is my order 1042?').confidence
      } catch (error) {
        if (error instanceof ClassifierFileError) return 0
        throw new Error(`${place.join('.')} as ${JSON.stringify(put)}`, { cause: error })
      }
    }),
  )

  expect(classified.length).toBeGreaterThan(100)
  expect(classified.filter((confidence) => !(confidence >= 0 && confidence <= 1))).toEqual([])
})
