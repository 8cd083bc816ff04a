import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tierFor, weighEffort, type EffortEstimate, type EffortSignals } from '../../../src/routing/weigh-effort.ts'

const nobody = { intent: 'unknown', confidence: 0.6, candidates: [] }

function weigh(text: string, signals: Partial<EffortSignals> = {}): EffortEstimate {
  return weighEffort({ text, turns: 0, classification: nobody, entities: 0, coverage: undefined, ...signals })
}

/** An intent understood with so much confidence, and the one behind it. */
function understood(intent: string, confidence: number, next = 0.1) {
  const candidates = [
    { intent, confidence },
    { intent: 'general.contact', confidence: next },
  ]
  return { classification: { intent, confidence, candidates } }
}

describe('what is asked for', () => {
  test.each([
    ['Cancel my subscription', 2, 'asks for one change'],
    ['Write a poem', 2, 'asks for a small text'],
    ['How long does the post take?', 3, 'is shaped like a common question'],
    ['Where is my parcel?', 4, 'asks to look something up'],
    ['Why is it blue?', 5, 'asks for a reason'],
    ['I never received it', 5, 'disputes something'],
    ['Please analyse my spending', 8, 'asks to weigh or to reason'],
  ])('“%s” begins at %i: it %s', (text, effort, because) => {
    expect(weigh(text)).toMatchObject({ effort, reasons: [because] })
  })

  test.each(['', 'hmm', '你好', 'Schedule meeting with John tomorrow at 3pm'])(
    'nothing says how hard “%s” is',
    (text) => {
      expect(weigh(text)).toEqual({ effort: 5, confidence: 0, reasons: ['nothing says how hard it is'] })
    },
  )
})

describe('what makes it harder', () => {
  test.each([
    ['If it breaks, can I send it back?', 5, 'sets a condition'], // 3 + 2
    ['Is it cheaper than the other?', 5, 'compares'],
    ['How much do I get back?', 5, 'needs a calculation'],
    ['Is it there? My lawyer wants to know', 5, 'speaks of law or harm'],
    ['Is it there!!', 5, 'is angry'],
    ['Is it there? And the other?', 5, 'asks several questions'],
    ['Where are 1042 and 1043', 6, 'names 2 orders, invoices or tickets'], // 4 + 2
  ])('“%s” is %i: it %s', (text, effort, because) => {
    const weighed = weigh(text)

    expect(weighed.effort).toBe(effort)
    expect(weighed.reasons[0]).toBe(because)
  })

  test('the same order named twice is one', () => {
    expect(weigh('Where is order #1042? I ordered 1042').reasons).not.toContainEqual(expect.stringContaining('names'))
  })

  test('a price is no order', () => {
    expect(weigh('Where are the 1500 dollars and the $2000').reasons).toEqual(['asks to look something up'])
  })

  test.each([
    ['ten turns', 'Where is it', 10, 4],
    ['eleven turns', 'Where is it', 11, 6],
    ['200 characters', 'Where is it'.padEnd(200, 'x'), 0, 4],
    ['201 characters', 'Where is it '.padEnd(201, 'x'), 0, 5],
    ['2000 characters', 'Where is it '.padEnd(2000, 'x'), 0, 5],
    ['2001 characters', 'Where is it '.padEnd(2001, 'x'), 0, 6],
  ])('%s', (_, ...[text, turns, effort]) => {
    expect(weigh(text, { turns }).effort).toBe(effort)
  })
})

describe('what makes it easier', () => {
  test('a question with its intent is no reasoning, however it is worded', () => {
    expect(
      weigh('Why can you not suggest how I explain my password', understood('account.reset-password', 0.75)),
    ).toMatchObject({
      effort: 3,
      reasons: ['account.reset-password fits', 'asks to weigh or to reason'],
    })
  })

  test('so is a question that an article answers', () => {
    expect(weigh('Why do you ship in plastic', { coverage: 0.8 }).effort).toBe(3)
    expect(weigh('Why do you ship in plastic', { coverage: 0.6 }).effort).toBe(5)
  })

  test('a dispute stays one although its intent is known', () => {
    expect(weigh('I was charged twice', understood('payments.double-charge', 0.75)).effort).toBe(5)
  })

  test('so does a condition', () => {
    expect(weigh('Cancel it if it is late, otherwise send it', understood('account.cancel-order', 0.75)).effort).toBe(4)
  })

  test('two intents close together cap nothing', () => {
    expect(weigh('Please suggest one', understood('payments.methods', 0.5, 0.45)).effort).toBe(8)
  })
})

describe('the confidence is the agreement of the signals', () => {
  test('a common question with nothing else: (2 × 1 + 1 × 0.6) / 3', () => {
    expect(weigh('How long does the post take?').confidence).toBeCloseTo(0.8667, 4)
  })

  test('an intent that fits agrees with a common question: (0.5 × 1 + 1.5 × 1) / 2', () => {
    expect(weigh('How long does it take?', understood('general.shipping', 0.75)).confidence).toBeCloseTo(1, 4)
  })

  test('a named order speaks for a look-up: (2 × 1 + 1 × 0.8 + 0.5 × 0.8) / 3.5', () => {
    expect(weigh('Where is order 1042', { entities: 1 }).confidence).toBeCloseTo(0.9143, 4)
    expect(weigh('Where is order 1042').confidence).toBeCloseTo(0.9333, 4)
  })

  test('a change between two intents: (2 × 1 + 1 × 0.4 + 1 × 0.2) / 4', () => {
    const torn = understood('account.cancel-plan', 0.4, 0.35)

    expect(weigh('Cancel it', torn).confidence).toBeCloseTo(0.65, 4)
  })

  test('reasoning words in a question that has its intent: (0.5 × 0 + 1.5 × 1) / 2', () => {
    expect(weigh('Please suggest one', understood('payments.methods', 0.75)).confidence).toBeCloseTo(0.75, 4)
  })
})

describe('the tier', () => {
  const estimate = (effort: number, confidence: number): EffortEstimate => ({ effort, confidence, reasons: ['x'] })

  test.each([
    [0, 2],
    [3, 2],
    [4, 3],
    [7, 3],
    [8, 4],
    [10, 4],
  ])('effort %i is for tier %i', (effort, tier) => {
    expect(tierFor(estimate(effort, 1))).toMatchObject({ tier })
  })

  test.each([
    [3, 0.7, 2],
    [3, 0.6999, 3],
    [7, 0.7, 3],
    [7, 0.6999, 4],
    [10, 0.6999, 4],
  ])('effort %i with an agreement of %f is for tier %i', (effort, confidence, tier) => {
    expect(tierFor(estimate(effort, confidence))).toMatchObject({ tier })
  })

  test('a step up says why', () => {
    expect(tierFor(estimate(3, 0.65)).because).toBe(
      'effort 3 of 10 is for tier 2, but its signals agree to 0.65, below 0.70: tier 3',
    )
    expect(tierFor(estimate(9, 0.65)).because).toBe(
      'effort 9 of 10 is for tier 4, but its signals agree to 0.65, below 0.70: still tier 4',
    )
  })

  test('the gate is the operator’s', () => {
    expect(tierFor(estimate(3, 0.65), 0.6).tier).toBe(2)
    expect(tierFor(estimate(3, 0.99), 1).tier).toBe(3)
  })

  test('an unknown effort is for the middle, and nothing to doubt', () => {
    const middle = { tier: 3, because: 'the effort is unknown: the middle tier' }

    expect(tierFor(undefined)).toEqual(middle)
    expect(tierFor(weigh(''))).toEqual(middle)
  })
})

test('any estimate is a whole number from 0 to 10 with a confidence from 0 to 1 and a reason', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc
      .array(fc.constantFrom('if', 'then', 'why', 'charged', '#1042', '1043', '?', 'twice', 'or else', 'cancel'))
      .map((words) => words.join(' ')),
  )
  const signals = fc.record({
    text,
    turns: fc.nat(),
    classification: fc.tuple(share, share).map(([first, next]) => understood('a.b', first, next).classification),
    entities: fc.nat({ max: 4 }),
    coverage: fc.option(share, { nil: undefined }),
  })
  fc.assert(
    fc.property(signals, (given) => {
      const { effort, confidence, reasons } = weighEffort(given)

      expect(Number.isInteger(effort) && effort >= 0 && effort <= 10).toBe(true)
      expect(confidence >= 0 && confidence <= 1).toBe(true)
      expect(reasons.length).toBeGreaterThan(0)
    }),
  )
})

test('a text made to be slow is weighed quickly', () => {
  const hostile = ['if '.repeat(30_000), '#'.repeat(90_000), '1'.repeat(90_000), 'how much a '.repeat(9000)]
  const begun = performance.now()

  for (const text of hostile) weigh(text)

  expect(performance.now() - begun).toBeLessThan(1000)
})
