import { beforeAll, describe, expect, test } from 'vitest'
import { chooseCascade, type CascadeRow } from '../../../src/classification/cascade-thresholds.ts'
import {
  createCascade,
  createEncoderStage,
  hasSecondStage,
  type TwoStages,
} from '../../../src/classification/cascade.ts'
import { createClassifier } from '../../../src/classification/classify.ts'
import { stageThresholdsFor, type Example } from '../../../src/classification/fitted.ts'
import { recalibrateCascade } from '../../../src/classification/recalibrate-cascade.ts'
import { fromBytes, toBytes, train } from '../../../src/classification/training.ts'
import type { Encoder, WaitedEncoder } from '../../../src/core/encoder.ts'
import { ClassifierFileError, EncoderError } from '../../../src/core/errors.ts'
import type { Classification } from '../../../src/core/intent.ts'

/** Words of one meaning share a value of the vector, also those that no message of the training has. */
const meanings = [
  ['refund', 'money', 'reimburse', 'reimbursement', 'repay'],
  ['parcel', 'order', 'package', 'consignment', 'shipment'],
  ['password', 'login', 'credentials', 'signin'],
]
const dimensions = meanings.length + 1

function encodeOne(text: string): number[] {
  const words = text.toLowerCase().split(/\W+/)
  const counts = meanings.map((meaning) => words.filter((word) => meaning.includes(word)).length)
  const values = [...counts, 0.5]
  const length = Math.hypot(...values)
  return values.map((value) => value / length)
}

const encoder: WaitedEncoder = {
  name: 'meanings',
  dimensions,
  encode: (texts) => Float32Array.from(texts.flatMap(encodeOne)),
}

const messages: Readonly<Record<string, readonly string[]>> = {
  refund: ['where is my refund', 'i want my money back', 'give me a refund please', 'my money did not come back'],
  parcel: ['where is my parcel', 'my order did not arrive', 'track the parcel please', 'when does my order come'],
  password: ['i forgot my password', 'my login does not work', 'reset the password please', 'the login is locked'],
}
const examples = Object.entries(messages).flatMap(([intent, texts]) =>
  texts.map((text): Example => ({ text, intent, split: 'train' })),
)

function trainTwoStages(): TwoStages {
  const values = encoder.encode(examples.map(({ text }) => text))
  const fitted = train(examples, [], { encoder: encoder.name, dimensions, values })
  if (!hasSecondStage(fitted)) throw new Error('trained without a second stage')
  return fitted
}

let fitted: TwoStages

beforeAll(() => {
  fitted = trainTwoStages()
})

const unsure: Classification = { intent: 'unknown', confidence: 0.6, stage: 'tfidf', candidates: [], evidence: [] }
const neverStopped = new AbortController().signal

interface Asking {
  readonly encode: Encoder['encode']
  readonly timeoutMs?: number
}

function stageWith({ encode, timeoutMs = 5000 }: Asking) {
  const failures: EncoderError[] = []
  const stage = createEncoderStage(fitted, {
    encoder: { name: encoder.name, dimensions, encode, close: async () => {} },
    threshold: 0.8,
    timeoutMs,
    onFailure: (error) => failures.push(error),
  })
  return { stage, failures }
}

describe('a classifier file with a second stage', () => {
  test('has the same bytes when it is trained again with the same vectors', () => {
    expect(Buffer.from(toBytes(trainTwoStages())).equals(toBytes(fitted))).toBe(true)
  })

  test('is read as it was written, and without an encoder is the first stage alone', () => {
    const read = fromBytes(toBytes(fitted))
    const alone = train(examples)

    expect(read.encoded).toEqual(fitted.encoded)
    expect(createClassifier({ fitted: read }).classify('where is my refund')).toEqual(
      createClassifier({ fitted: alone }).classify('where is my refund'),
    )
  })

  test('is refused when its second stage is cut short or not whole', () => {
    const bytes = toBytes(fitted)
    const { encoded } = fitted
    const holes = toBytes({
      ...fitted,
      encoded: { ...encoded, cascade: [{ target: 1, first: Number.NaN, second: 1 }] },
    })

    expect(() => fromBytes(bytes.slice(0, bytes.length - 4))).toThrow(ClassifierFileError)
    expect(() => fromBytes(toBytes({ ...fitted, encoded: { ...encoded, encoder: '' } }))).toThrow(
      'must name its encoder',
    )
    expect(() => fromBytes(holes)).toThrow('"encoded"')
  })

  test('cannot be trained with vectors of other messages', () => {
    const values = encoder.encode(['one text'])

    expect(() => train(examples, [], { encoder: 'meanings', dimensions, values })).toThrow(
      '12 examples need as many vectors of 4 values each; there are 4 values.',
    )
  })
})

describe('the second stage', () => {
  test('knows a word that no message of the training has', () => {
    const cascade = createCascade(fitted, encoder, { first: 0.99 })

    const { intent, stage, candidates } = cascade.classify('the consignment')

    expect({ intent: candidates[0]?.intent, stage }).toEqual({ intent: 'parcel', stage: 'encoder' })
    expect(['parcel', 'unknown']).toContain(intent)
  })

  test('names the words of the message that spoke for its answer', () => {
    const { evidence } = createCascade(fitted, encoder, { first: 2 }).classify('please reset my password')

    expect(evidence).toContain('password')
  })

  test('is asked only below the threshold, and for a message that means none of the intents', () => {
    const first = createClassifier({ fitted }).classify('where is my refund')
    let asked = 0
    const counting: WaitedEncoder = { ...encoder, encode: (texts) => (asked++, encoder.encode(texts)) }

    createCascade(fitted, counting, { first: first.confidence }).classify('where is my refund')
    const askedWhenSure = asked
    createCascade(fitted, counting, { first: first.confidence + 0.01 }).classify('where is my refund')

    expect({ sure: askedWhenSure, unsure: asked }).toEqual({ sure: 0, unsure: 1 })
  })

  test('refuses an encoder that the file was not trained with', () => {
    const other = { ...encoder, name: 'others' }
    const longer = { ...encoder, dimensions: dimensions + 1 }

    expect(() => createCascade(fitted, other, { first: 0.8 })).toThrow('by "meanings"; the encoder at hand is "others"')
    expect(() => createCascade(fitted, longer, { first: 0.8 })).toThrow(EncoderError)
  })
})

describe('labelled messages of a file with a second stage', () => {
  test('make both stages less sure when they mean none of the intents, and can be given again', () => {
    const strange = examples.flatMap(({ text }) => [0, 1, 2].map(() => ({ text, intent: 'unknown' })))
    const text = 'please send the consignment'
    const confidenceIn = (classifier: TwoStages): number =>
      createCascade(classifier, encoder, { first: 2 }).classify(text).candidates[0]?.confidence ?? 0

    const once = recalibrateCascade(fitted, strange, { target: 0.98, encoder })
    const read = fromBytes(toBytes(once.fitted))
    if (!hasSecondStage(read)) throw new Error('lost its second stage')
    const again = recalibrateCascade(read, strange, { target: 0.98, encoder })

    expect(confidenceIn(read)).toBeLessThan(confidenceIn(fitted))
    expect(Buffer.from(toBytes(again.fitted)).equals(toBytes(once.fitted))).toBe(true)
    expect(once.summary).toMatchObject({ messages: 36, right: 0, outOfScope: 36, threshold: { isShown: false } })
    read.encoded.cascade.forEach(({ first, second }, index) => {
      expect(first).toBeGreaterThanOrEqual(fitted.encoded.cascade[index]?.first ?? 2)
      expect(second).toBeGreaterThanOrEqual(fitted.encoded.cascade[index]?.second ?? 2)
    })
  })
})

describe('the stage of the encoder in a running bot', () => {
  const answering: Encoder['encode'] = (texts) => Promise.resolve(encoder.encode(texts))

  test('settles what the first stage left open', async () => {
    const { stage, failures } = stageWith({ encode: answering })

    const settled = await stage('my shipment', unsure, neverStopped)

    expect(settled.stage).toBe('encoder')
    expect(settled.candidates[0]?.intent).toBe('parcel')
    expect(failures).toEqual([])
  })

  test.each([{ language: 'de' }, { refused: 'refund' }])('leaves alone what %j says', async (known) => {
    const { stage } = stageWith({ encode: () => Promise.reject(new Error('asked all the same')) })
    const unknown: Classification = { ...unsure, intent: 'unknown', ...known }

    expect(await stage('mein Paket', unknown, neverStopped)).toBe(unknown)
  })

  test('leaves alone what the first stage is sure of', async () => {
    const { stage } = stageWith({ encode: () => Promise.reject(new Error('asked all the same')) })
    const sure: Classification = { ...unsure, intent: 'refund', confidence: 0.8 }

    expect(await stage('where is my refund', sure, neverStopped)).toBe(sure)
  })

  test('keeps the answer of the first stage when the encoder fails, and reports it', async () => {
    const { stage, failures } = stageWith({ encode: () => Promise.reject(new EncoderError('The server is away.')) })

    expect(await stage('my shipment', unsure, neverStopped)).toBe(unsure)
    expect(failures.map(({ message }) => message)).toEqual(['The server is away.'])
  })

  test('does not wait for an encoder that hangs', async () => {
    const { stage, failures } = stageWith({ encode: () => new Promise(() => {}), timeoutMs: 5 })

    expect(await stage('my shipment', unsure, neverStopped)).toBe(unsure)
    expect(failures.map(({ message }) => message)).toEqual(['The encoder did not answer within 5 ms.'])
  })

  test('takes no vector of another length, nor one that is no number', async () => {
    const short = stageWith({ encode: () => Promise.resolve(new Float32Array(3)) })
    const hollow = stageWith({ encode: () => Promise.resolve(new Float32Array(4).fill(Number.NaN)) })

    expect(await short.stage('my shipment', unsure, neverStopped)).toBe(unsure)
    expect(await hollow.stage('my shipment', unsure, neverStopped)).toBe(unsure)
    expect([...short.failures, ...hollow.failures].map(({ message }) => message)).toEqual([
      'The encoder "meanings" gave 3 values, not 4 numbers.',
      'The encoder "meanings" gave 4 values, not 4 numbers.',
    ])
  })

  test('gives up quietly when the message was taken back', async () => {
    const stopped = new AbortController()
    const { stage, failures } = stageWith({ encode: () => (stopped.abort(), new Promise(() => {})) })

    expect(await stage('my shipment', unsure, stopped.signal)).toBe(unsure)
    expect(await stage('my shipment', unsure, stopped.signal)).toBe(unsure)
    expect(failures).toEqual([])
  })
})

describe('the thresholds of both stages', () => {
  const row = (first: [number, boolean], second: [number, boolean]): CascadeRow => ({
    first: { confidence: first[0], right: first[1] },
    second: { confidence: second[0], right: second[1] },
    isOutOfScope: false,
    weight: 1,
  })

  test('answer most messages while the target holds', () => {
    const rows = [
      ...Array.from({ length: 8 }, () => row([0.9, true], [0.9, true])),
      row([0.7, false], [0.8, true]),
      row([0.6, false], [0.3, false]),
    ]

    // The first stage alone reaches 90 % with 8 of 10; the second settles one more, and the last would be one in ten wrong.
    expect(chooseCascade(rows, 0.95)).toEqual({ target: 0.95, first: 0.9, second: 0.8 })
    expect(chooseCascade(rows, 0.9)).toEqual({ target: 0.9, first: 0.9, second: 0.3 })
  })

  test('reckon with half a message out of scope more than was let through', () => {
    const inScope = Array.from({ length: 97 }, () => row([0.9, true], [0.9, true]))
    const further = [true, true, false].map((right) => row([0.1, false], [0.8, right]))
    const outside = { ...row([0.1, false], [0.1, false]), isOutOfScope: true, weight: 4 }

    // By hand: 99 of 100 answers are right, but with half of a message of weight 4 only 99 of 102, 97.06 %.
    expect(chooseCascade([...inScope, ...further], 0.98).second).toBe(0.8)
    expect(chooseCascade([...inScope, ...further, outside], 0.98)).toEqual({ target: 0.98, first: 1.01, second: 1.01 })
    expect(chooseCascade([...inScope, ...further, outside], 0.97).second).toBe(0.8)
  })

  test('answer nothing when nothing is right often enough', () => {
    const rows = [row([0.9, false], [0.9, false]), row([0.5, true], [0.5, true])]

    expect(chooseCascade(rows, 0.98)).toEqual({ target: 0.98, first: 1.01, second: 1.01 })
  })

  test('are stored for each target, rising', () => {
    const asked = [0.9, 0.98].map((target) => stageThresholdsFor(fitted, target).target)

    expect(asked).toEqual([0.9, 0.98])
  })
})
