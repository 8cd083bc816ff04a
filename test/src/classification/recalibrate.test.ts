import { describe, expect, test } from 'vitest'
import { createClassifier } from '../../../src/classification/classify.ts'
import { fitLiveLine, readLine } from '../../../src/classification/live-line.ts'
import { chooseLiveThreshold, precisionBounds, promisedShare } from '../../../src/classification/live-threshold.ts'
import { type LabelledMessage, recalibrate } from '../../../src/classification/recalibrate.ts'
import { fromText, thresholdInForce, toText } from '../../../src/classification/recalibration-file.ts'
import { examplesFromIntents, fromBytes, toBytes, train } from '../../../src/classification/training.ts'
import { ClassifierFileError } from '../../../src/core/errors.ts'
import { smallIntents, strangeMessages } from './messages.ts'

const seed = 20_261_128

/** Numbers from 0 to below 1 that look random, the same for the same seed (mulberry32). */
function createRandom(start: number): () => number {
  let state = start >>> 0
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Traffic that the trained confidence is too sure of: it is right with log-odds 0.8 times its own, less 0.7. */
function drawTraffic(count: number, random: () => number): { trained: number; right: boolean }[] {
  return Array.from({ length: count }, () => {
    const odds = random() * 9 - 2
    const trained = 1 / (1 + Math.exp(-odds))
    return { trained, right: random() < readLine({ slope: 0.8, offset: -0.7 }, trained) }
  })
}

/** The true precision from a trained confidence on, by the middle of small steps. */
function truePrecision(threshold: number): number {
  const from = Math.log(threshold / (1 - threshold))
  let sum = 0
  for (let step = 0; step < 200; step++) {
    sum += readLine({ slope: 0.8, offset: -0.7 }, 1 / (1 + Math.exp(-(from + ((step + 0.5) * (7 - from)) / 200))))
  }
  return from >= 7 ? 1 : sum / 200
}

describe('the threshold from labelled messages', () => {
  test.each([200, 500, 1500])('of %i messages is not said to keep its target where it does not', (count) => {
    const runs = 60
    let broken = 0
    let shown = 0
    for (let run = 0; run < runs; run++) {
      const rows = drawTraffic(count, createRandom(seed + run * 7919 + count)).map(({ trained, right }) => ({
        confidence: trained,
        right,
        weight: 1,
      }))
      const chosen = chooseLiveThreshold(rows, 0.95, 0.8)
      if (chosen.isShown) shown++
      if (chosen.isShown && truePrecision(chosen.threshold) < 0.95) broken++
    }

    expect(broken / runs, `seed ${seed}`).toBeLessThanOrEqual(1 - promisedShare)
    expect(shown, `seed ${seed}`).toBeGreaterThan(count === 1500 ? runs * 0.9 : -1)
  })

  test('98 % cannot be shown by thirty right answers, and is by two hundred', () => {
    const rows = (count: number) => Array.from({ length: count }, () => ({ confidence: 0.9, right: true, weight: 1 }))

    expect(chooseLiveThreshold(rows(30), 0.98, 0.8)).toEqual({ threshold: 0.98, isShown: false })
    expect(chooseLiveThreshold(rows(173), 0.98, 0.8).isShown).toBe(false) // 0.98^173 = 0.0303
    expect(chooseLiveThreshold(rows(174), 0.98, 0.8)).toEqual({ threshold: 0.9, isShown: true }) // 0.98^174 = 0.0297
  })

  test('with a handful of labels the threshold stays, whatever they say', () => {
    const hostile = Array.from({ length: 10 }, () => ({ confidence: 0.99, right: false, weight: 1 }))

    expect(chooseLiveThreshold(hostile, 0.98, 0.8)).toEqual({ threshold: 0.8, isShown: false })
    expect(chooseLiveThreshold([], 0.98, 0.8)).toEqual({ threshold: 0.8, isShown: false })
  })

  test('never asks for more confidence than the target where nothing is right', () => {
    const wrong = Array.from({ length: 100 }, () => ({ confidence: 0.9, right: false, weight: 1 }))

    expect(chooseLiveThreshold(wrong, 0.98, 0.8)).toEqual({ threshold: 0.98, isShown: false })
  })

  test('the interval of the precision is that of the tables', () => {
    // Clopper-Pearson at 94 %, 10 of 10: 0.03^(1/10)
    expect(precisionBounds(10, 0)).toEqual({ low: expect.closeTo(0.03 ** 0.1, 6), high: 1 })
    expect(precisionBounds(10, 10)).toEqual({ low: 0, high: expect.closeTo(1 - 0.03 ** 0.1, 6) })
    expect(precisionBounds(0, 0)).toEqual({ low: 0, high: 1 })
  })
})

describe('the line', () => {
  test('two hundred messages take most of the distance to what is right, ten wrong ones wreck nothing', () => {
    const many = fitLiveLine(drawTraffic(200, createRandom(seed)))
    const few = fitLiveLine(Array.from({ length: 10 }, () => ({ trained: 0.95, right: false })))

    const truth = readLine({ slope: 0.8, offset: -0.7 }, 0.9)
    expect(Math.abs(readLine(many, 0.9) - truth), `seed ${seed}`).toBeLessThan((0.9 - truth) / 2)
    expect(readLine(few, 0.95)).toBeGreaterThan(0.75)
  })
})

const fitted = train(examplesFromIntents(smallIntents, strangeMessages), smallIntents)
const right: readonly LabelledMessage[] = smallIntents.flatMap(({ name, utterances }) =>
  utterances.map((text) => ({ text: `${text} please`, intent: name })),
)
const setting = { target: 0.98, careful: 0.8 }

describe('recalibrate', () => {
  test('gives the same for the same messages, and starts from what training left', () => {
    const once = recalibrate(fitted, right, setting)
    const again = recalibrate(once.fitted, right, setting)

    expect(again.recalibration.live).toEqual(once.recalibration.live)
    expect(toBytes(again.fitted)).toEqual(toBytes(once.fitted))
    expect(fromBytes(toBytes(once.fitted)).confidence.live).toEqual(once.recalibration.live)
  })

  test('messages that mean none of the intents make the classifier less sure and more careful', () => {
    const strange = right.map(({ text }) => ({ text, intent: 'unknown' }))

    const { recalibration, summary, fitted: careful } = recalibrate(fitted, strange, setting)

    const text = 'where is my invoice'
    const before = createClassifier({ fitted, freeThreshold: 2 }).classify(text)
    const after = createClassifier({ fitted: careful, freeThreshold: 2 }).classify(text)
    expect(summary).toMatchObject({
      messages: 48,
      right: 0,
      outOfScope: 48,
      threshold: { before: 0.8, isShown: false },
    })
    expect(summary.ece.after).toBeLessThan(summary.ece.before)
    expect(after.candidates[0]?.confidence).toBeLessThan((before.candidates[0]?.confidence ?? 0) / 2)
    expect(summary.threshold.after).toBe(0.98)
    expect(recalibration.thresholds.every(({ threshold }) => threshold >= 0.8)).toBe(true)
  })

  test('one label leaves the threshold and nearly all of the confidence', () => {
    const { recalibration, summary } = recalibrate(
      fitted,
      [{ text: 'ticket status please', intent: 'unknown' }],
      setting,
    )

    expect(summary.threshold).toEqual({ before: 0.8, after: 0.8, isShown: false })
    expect(readLine(recalibration.live, 0.9)).toBeGreaterThan(0.87)
  })

  test('a higher target never has a lower threshold', () => {
    const { thresholds } = recalibrate(fitted, right, { target: 0.93 }).recalibration

    const values = thresholds.map(({ threshold }) => threshold)
    expect(thresholds.map(({ target }) => target)).toContain(0.93)
    expect(values).toEqual(values.toSorted((a, b) => a - b))
  })
})

describe('a kept recalibration', () => {
  const { recalibration } = recalibrate(fitted, right, setting)
  const kept = { ...recalibration, classifier: 'abc', made: '2026-11-28T00:00:00.000Z', messages: right.length }

  const encoded = { encoder: 'e', live: kept.live, unknownBelow: 0.1, thresholds: kept.thresholds }

  test('is read as it was written, with an encoder and without', () => {
    expect(fromText(toText(kept), 'abc')).toEqual(kept)
    expect(fromText(toText({ ...kept, encoded }), 'abc')).toEqual({ ...kept, encoded })
  })

  test.each([
    ['for other intents', toText({ ...kept, classifier: 'other' }), 'made for other intents'],
    ['cut short', toText(kept).slice(0, 50), 'not JSON'],
    ['of another version', toText(kept).replace('"version": 1', '"version": 7'), 'version 7'],
    [
      'with half a line of the encoder',
      toText({ ...kept, encoded }).replaceAll('"offset"', '"of"'),
      '"offset" must be',
    ],
    ['with a field of the wrong type', toText(kept).replace(/"slope": [\d.]+/, '"slope": "much"'), '"slope" must be'],
    [
      'with a threshold no confidence has',
      toText({ ...kept, thresholds: [{ target: 0.98, threshold: 2, isShown: true }] }),
      '"threshold" must be a number from 0 to 1.01 and is 2',
    ],
    ['with a date that is none', toText({ ...kept, made: '\u001B[31m2026' }), '"made" must be an instant'],
    [
      'without thresholds',
      '{"version":1,"classifier":"abc","made":"2026-11-28T09:30:00Z","messages":1,"live":{"slope":1,"offset":0},"unknownBelow":0}',
      '"thresholds"',
    ],
  ])('%s is refused with the remedy', (_what, text, reason) => {
    const read = () => fromText(text, 'abc')

    expect(read).toThrow(ClassifierFileError)
    expect(read).toThrow(reason)
    expect(read).toThrow('tuppence train --recalibrate FILE.jsonl')
  })

  test('sets the threshold when it is shown, else the more careful one is in force', () => {
    const withRow = (threshold: number, isShown: boolean) => ({
      ...kept,
      thresholds: [{ target: 0.98, threshold, isShown }],
    })
    const inForce = (threshold: number, isShown: boolean, targetPrecision = 0.98) =>
      thresholdInForce(withRow(threshold, isShown), { targetPrecision, freeThreshold: 0.8 }, {}).threshold

    expect(inForce(0.6, true)).toBe(0.6)
    expect(inForce(0.6, false)).toBe(0.8)
    expect(inForce(0.9, false)).toBe(0.9)
    expect(inForce(0.6, true, 0.99)).toBe(0.99) // no label speaks for so high a target
  })
})
