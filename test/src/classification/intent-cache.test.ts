import { expect, test } from 'vitest'
import { createInProcessCache } from '../../../adapters/cache/in-process.ts'
import { createInProcessLocks } from '../../../adapters/cache/locks-in-process.ts'
import { createIntentCache, type IntentCache } from '../../../src/classification/intent-cache.ts'
import { createIntentKey } from '../../../src/classification/intent-key.ts'
import type { Verdict, Worth } from '../../../src/classification/verdict.ts'
import type { Classification } from '../../../src/core/intent.ts'

const names = ['payments.refund', 'payments.invoice', 'account.close']
const text = 'what about the thing I paid for'
/** What the free stages say of every message here. */
const unsure: Classification = {
  intent: 'payments.refund',
  confidence: 0.4,
  stage: 'tfidf',
  candidates: [
    { intent: 'payments.refund', confidence: 0.4 },
    { intent: 'payments.invoice', confidence: 0.3 },
  ],
  evidence: ['paid'],
}
const chosen: Classification = { ...unsure, intent: 'payments.invoice', confidence: 0.9, stage: 'model', evidence: [] }

/** A cache of verdicts with a clock of its own. */
function open(taxonomy = 'one') {
  let instant = Date.parse('2026-11-28T10:00:00Z')
  const cache = createInProcessCache({ now: () => new Date(instant) })
  const keyOf = createIntentKey(taxonomy)
  const isIntent = (name: string): boolean => names.includes(name)
  return {
    cache,
    keyOf,
    known: createIntentCache({ cache, locks: createInProcessLocks(), keyOf, isIntent }),
    pass: (seconds: number): void => {
      instant += seconds * 1000
    },
  }
}

/** Asks, and counts how often somebody had to look. */
function createAsking(known: IntentCache, verdict: Verdict) {
  const asking = {
    looks: 0,
    ask: (
      message: { readonly text?: string; readonly tenant?: string; readonly classification?: Classification } = {},
    ) =>
      known.understand(
        {
          tenant: 'default',
          text,
          classification: unsure,
          signal: new AbortController().signal,
          leftMs: () => 10_000,
          ...message,
        },
        async () => {
          asking.looks += 1
          return verdict
        },
      ),
  }
  return asking
}

const verdict = (worth: Worth, classification = chosen): Verdict => ({ classification, worth })

test('a verdict is told as it is, and then as the cache’s, with what it was and for whom', async () => {
  const asking = createAsking(open().known, verdict('settled'))

  const first = await asking.ask()
  const second = await asking.ask({ text: `Hello, ${text.toUpperCase()}??` })

  expect(first).toEqual({ classification: chosen, result: 'miss' })
  expect(second).toEqual({
    classification: { ...chosen, stage: 'cache', evidence: ['as a like message was understood, by a model'] },
    result: 'hit',
  })
  expect(asking.looks).toBe(1)
})

test('what else was found in the message stays, and what turns out to be the first request is no second one', async () => {
  const asking = createAsking(open().known, verdict('settled'))
  await asking.ask()
  const second = { intent: 'account.close', confidence: 0.9, text: 'and close my account' }

  const kept = await asking.ask({ classification: { ...unsure, second, language: 'fr' } })
  const same = await asking.ask({ classification: { ...unsure, second: { ...second, intent: 'payments.invoice' } } })

  expect(kept.classification).toMatchObject({ intent: 'payments.invoice', second, language: 'fr' })
  expect(same.classification).not.toHaveProperty('second')
})

test.each([
  ['a choice', verdict('settled'), 86_400],
  ['“none of these”', verdict('settled', { ...chosen, intent: 'unknown' }), 3600],
  ['doubt', verdict('undecided', unsure), 60],
])('%s is kept for its time and no longer', async (_, given, seconds) => {
  const { known, pass } = open()
  const asking = createAsking(known, given)
  await asking.ask()

  pass(seconds - 1)
  await asking.ask()
  const before = asking.looks
  pass(1)
  await asking.ask()

  expect([before, asking.looks]).toEqual([1, 2])
})

test.each(['passing', 'own'] as const)('a look that came to nothing (%s) is not kept', async (worth) => {
  const asking = createAsking(open().known, verdict(worth, unsure))

  await asking.ask()
  await asking.ask()

  expect(asking.looks).toBe(2)
})

test('doubt leaves a like message what the free stages said, or what the encoder said of it', async () => {
  const doubtful = createAsking(open().known, verdict('undecided', unsure))
  const encoded = createAsking(open().known, verdict('undecided', { ...chosen, confidence: 0.6, stage: 'encoder' }))
  await doubtful.ask()
  await encoded.ask()

  expect((await doubtful.ask()).classification).toBe(unsure)
  expect((await encoded.ask()).classification).toMatchObject({
    intent: 'payments.invoice',
    confidence: 0.6,
    stage: 'encoder',
  })
})

test('nobody meets what was said to another tenant or of other intents', async () => {
  const { cache, known } = open()
  const changed = createIntentCache({
    cache,
    locks: createInProcessLocks(),
    keyOf: createIntentKey('two'),
    isIntent: () => true,
  })
  const asking = createAsking(known, verdict('settled'))
  const later = createAsking(changed, verdict('settled'))
  await asking.ask()

  await asking.ask({ tenant: 'other' })
  await later.ask()

  expect([asking.looks, later.looks]).toEqual([2, 1])
})

test('what is forgotten is looked at again, for that tenant alone', async () => {
  const { known } = open()
  const asking = createAsking(known, verdict('settled'))
  await asking.ask()
  await asking.ask({ tenant: 'other' })

  await known.forget('default', `please: ${text}`)
  await asking.ask()
  await asking.ask({ tenant: 'other' })

  expect(asking.looks).toBe(3)
})

test('a model’s choice among one message’s candidates is no choice for a message that has others', async () => {
  const asking = createAsking(open().known, verdict('settled'))
  await asking.ask()

  const other = { ...unsure, candidates: [{ intent: 'account.close', confidence: 0.4 }] }
  const { result } = await asking.ask({ classification: other })

  expect([asking.looks, result]).toEqual([2, 'miss'])
})

test('of many like messages with other candidates than the first’s one more is looked at, whatever order they come in', async () => {
  const asking = createAsking(open().known, verdict('settled'))
  const [best, next] = [
    { intent: 'account.close', confidence: 0.4 },
    { intent: 'payments.refund', confidence: 0.3 },
  ]
  const others = Array.from({ length: 200 }, (_, place) => ({
    ...unsure,
    candidates: place % 2 === 0 ? [best, next] : [next, best],
  }))

  await Promise.all([unsure, ...others].map((classification) => asking.ask({ classification })))

  expect(asking.looks).toBe(2)
})

test.each([
  ['no JSON', 'refund'],
  ['half a value', '["settled","model","payments.inv'],
  ['another shape', '{"intent":"payments.invoice"}'],
  ['an intent that is no more', '["settled","model","payments.gone",0.9,["payments.invoice",0.4]]'],
  ['a candidate that is no more', '["settled","model","payments.invoice",0.9,["payments.gone",0.4]]'],
  ['no probability', '["settled","model","payments.invoice",9,["payments.invoice",0.4]]'],
  ['an unknown stage', '["settled","oracle","payments.invoice",0.9,["payments.invoice",0.4]]'],
  ['a worth that is never kept', '["own","model","payments.invoice",0.9,["payments.invoice",0.4]]'],
  ['too much', '["settled","model","payments.invoice",0.9,["payments.invoice",0.4],1]'],
])('%s in a shared cache is no verdict', async (_, value) => {
  const { cache, keyOf, known } = open()
  const asking = createAsking(known, verdict('settled'))
  await cache.set(keyOf('default', text) ?? '', value, 60)

  const { result } = await asking.ask()

  expect([asking.looks, result]).toEqual([1, 'miss'])
})

test('what is kept holds no word of the message', async () => {
  const { cache, keyOf, known } = open()
  await createAsking(known, verdict('settled', { ...chosen, evidence: ['paid'] })).ask()

  expect(await cache.get(keyOf('default', text) ?? '')).toBe(
    '["settled","model","payments.invoice",0.9,["payments.refund",0.4,"payments.invoice",0.3]]',
  )
})
