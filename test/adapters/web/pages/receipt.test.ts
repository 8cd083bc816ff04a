import { expect, test } from 'vitest'
import {
  describeReceipt,
  formatDuration,
  receiptLine,
  sumReceipts,
  percentLabel,
  toPercent,
} from '../../../../adapters/web/pages/receipt.js'

const free = {
  message: 'm1',
  intent: 'payments.double-charge',
  agent: 'payments',
  confidence: 0.972,
  stage: 'keywords',
  evidence: ['charged twice', 'same day'],
  candidates: [
    { intent: 'payments.double-charge', confidence: 0.972 },
    { intent: 'payments.refund', confidence: 0.004 },
  ],
  effort: 2,
  tier: 0,
  route: 'agent',
  because: 'confidence at or above 0.80',
  calls: [],
  costMicroDollars: 0,
  wouldHaveCostMicroDollars: 12_300,
  durationsMs: { understand: 0.42, answer: 3.1, store: 6.2, total: 9.8 },
}
const paid = {
  ...free,
  intent: 'unknown',
  confidence: 0.31,
  stage: 'model',
  evidence: [],
  tier: 2,
  route: 'model',
  calls: [
    {
      model: 'small',
      provider: 'openai',
      wireName: 'small-2026-09-01',
      purpose: 'answer',
      tier: 2,
      inputTokens: 812,
      cachedTokens: 512,
      outputTokens: 143,
      costMicroDollars: 135,
      boundMicroDollars: 402,
      durationMs: 1240,
      outcome: 'answered',
    },
  ],
  costMicroDollars: 135,
}

test('the line names intent, confidence, tier and cost', () => {
  expect(receiptLine(describeReceipt(free))).toEqual(['payments.double-charge', '97\u00A0%', 'free', '$0.00'])
})

test('the line of a message nobody recognised claims no confidence', () => {
  expect(receiptLine(describeReceipt(paid))).toEqual(['not recognised', 'cheap model', '$0.000135'])
})

test('the sentence says what was read, from which words, who answered and whether a model was asked', () => {
  expect(describeReceipt(free).sentence).toBe(
    'Read as payments.double-charge because of “charged twice” and “same day”, so the payments agent answered by its rules. No model was asked.',
  )
  expect(describeReceipt(paid).sentence).toBe(
    'No known question fits well, and rules alone do not settle it, so a cheap model wrote the answer. One model call was made.',
  )
})

test('what was saved is the dearest path less the cost, to the micro-dollar', () => {
  const view = describeReceipt(paid)

  expect(view.dearest).toBe('$0.0123')
  expect(view.saved).toBe('$0.012165') // 12,300 − 135 = 12,165 millionths
})

test('an answer dearer than the dearest estimate claims no saving', () => {
  const dear = { ...paid, costMicroDollars: 20_000 }

  expect(describeReceipt(dear).saved).toBeUndefined()
  expect(sumReceipts([dear]).saved).toBe('$0.00')
})

test('steps are compared with the longest, and the total is not a step', () => {
  const view = describeReceipt(free)

  expect(view.steps).toEqual([
    { name: 'understand', duration: '0.4\u00A0ms', share: 0.42 / 6.2 },
    { name: 'answer', duration: '3.1\u00A0ms', share: 0.5 },
    { name: 'store', duration: '6.2\u00A0ms', share: 1 },
  ])
  expect(view.total).toBe('9.8\u00A0ms')
})

test('steps stand in the order they were done, whatever order a database gave them back in', () => {
  const stored = { ...free, durationsMs: { store: 3, answer: 2, understand: 1 } }

  expect(describeReceipt(stored).steps.map(({ name }) => name)).toEqual(['understand', 'answer', 'store'])
})

test('a call shows its tokens, its exact cost and what was held back for it', () => {
  expect(describeReceipt(paid).calls).toEqual([
    {
      model: 'small',
      provider: 'openai · small-2026-09-01',
      tier: 'cheap model',
      purpose: 'to answer',
      tokens: '812 in (+ 512 cached), 143 out',
      cost: '$0.000135',
      bound: '$0.000402',
      duration: '1.2\u00A0s',
      outcome: 'answered',
      isAnswered: true,
    },
  ])
})

test('a call whose answer was not used says why, and a local one how long its cold start took', () => {
  const [call] = paid.calls
  const rejected = { ...call, outcome: 'rejected', because: 'names an order nobody asked about', score: 0.75 }
  const local = { ...call, durationMs: 9_300, loadMs: 6_100, cachedTokens: 0, cacheWriteTokens: 700 }

  const calls = describeReceipt({ ...paid, calls: [rejected, local] }).calls

  expect(calls).toMatchObject([
    { outcome: 'rejected: names an order nobody asked about, 75\u00A0% of the checks passed', isAnswered: false },
    {
      duration: '9.3\u00A0s, of which a cold start took 6.1\u00A0s',
      tokens: '812 in (+ 700 to the cache), 143 out',
    },
  ])
})

test('what was not asked, where the effort came from and how far the budget had come are told', () => {
  const view = describeReceipt({
    ...paid,
    effortReasons: ['asks why', 'several questions'],
    budgetLevel: 'prefer-local',
    notAsked: ['haiku: its circuit is open'],
  })

  expect(view).toMatchObject({
    effortReasons: 'asks why, several questions',
    budget: 'local models first',
    notAsked: ['haiku: its circuit is open'],
  })
})

test('a second answer says that somebody asked for a better one', () => {
  expect(describeReceipt({ ...paid, tier: 4, isAdvanced: true }).sentence).toContain(
    'Somebody asked for a better answer, so a large model was asked.',
  )
})

test('the running total counts answers with a receipt, rounds spent up and saved down', () => {
  const sums = sumReceipts([free, undefined, paid, { ...paid, costMicroDollars: 12_000 }])

  expect(sums).toEqual({ answers: 3, spent: '$0.02', saved: '$0.02' }) // 12,135 spent; 12,300 + 12,165 + 300 = 24,765 saved
})

test.each([
  {},
  { route: null, candidates: 'x', evidence: 3, calls: [null], durationsMs: [], tier: 99, confidence: 'high' },
])('a receipt of another age (%j) is drawn as far as it goes', (strange) => {
  const view = describeReceipt(strange)

  expect(view.cost).toBe('$0.00')
  expect(view.percent).toBe(0)
  expect(view.tier).toBe('unknown tier')
})

test.each([
  [1, 100],
  [0.999, 99],
  [0.57, 57],
  [0.001, 0],
  [0, 0],
  [-1, 0],
  [7, 100],
  [Number.NaN, 0],
  ['0.9', 0],
])('confidence %s shows as %i %%', (confidence, percent) => {
  expect(toPercent(confidence)).toBe(percent)
})

test.each([
  [0, '0\u00A0ms'],
  [0.04, '<\u00A00.1\u00A0ms'],
  [3.14, '3.1\u00A0ms'],
  [12.6, '13\u00A0ms'],
  [1_264, '1.3\u00A0s'],
])('%d milliseconds show as %s', (ms, shown) => {
  expect(formatDuration(ms)).toBe(shown)
})

test.each([
  [0.0004, '<\u00A01\u00A0%'],
  [0.01, '1\u00A0%'],
  [0.996, '99\u00A0%'],
  [0, '0\u00A0%'],
])('a candidate of %s is labelled %j', (confidence, label) => {
  expect(percentLabel(confidence)).toBe(label)
})
