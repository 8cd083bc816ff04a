import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AgentName, Classification } from '../../../src/core/intent.ts'
import { chooseRoute, type RoutePolicy } from '../../../src/routing/choose-route.ts'

const policy: RoutePolicy = {
  freeThreshold: 0.8,
  agentOf: (intent) => (intent.split('.')[0] ?? 'general') as AgentName,
}

/** What a message was understood to mean; the first candidate is the best one. */
function understood(intent: string, confidence: number, others: Readonly<Record<string, number>> = {}): Classification {
  const candidates = [
    ...(intent === 'unknown' ? [] : [{ intent, confidence }]),
    ...Object.entries(others).map(([name, share]) => ({ intent: name, confidence: share })),
  ]
  return { intent, confidence, stage: 'tfidf', candidates, evidence: [] }
}

const refund = 'payments.refund-request'
const cancel = 'account.cancel-order'
const toAgent = { kind: 'agent', agent: 'payments', intent: refund }
const toArticle = { kind: 'agent', agent: 'general', intent: 'general.question' }
const ask = { kind: 'clarify', between: [refund, cancel] }
const toPerson = { kind: 'person' }

const cases: readonly (readonly [string, Classification, boolean, object])[] = [
  ['sure: its agent', understood(refund, 0.97), false, toAgent],
  ['exactly the threshold is sure', understood(refund, 0.8), false, toAgent],
  ['just below the threshold is not', understood(refund, 0.7999999), false, toPerson],
  ['sure, although an article fits too', understood(refund, 0.9), true, toAgent],
  ['sure that it is none of them', understood('unknown', 0.99), false, toPerson],
  ['none of them, but an article fits', understood('unknown', 0.99), true, toArticle],
  ['two stand out', understood(refund, 0.5, { [cancel]: 0.3 }), false, ask],
  ['two stand out, although an article fits', understood(refund, 0.5, { [cancel]: 0.3 }), true, ask],
  ['two stand out with exactly 0.60 and 0.15', understood(refund, 0.45, { [cancel]: 0.15 }), false, ask],
  ['together less than 0.60', understood(refund, 0.4, { [cancel]: 0.19 }), false, toPerson],
  ['the second is an outsider', understood(refund, 0.7, { [cancel]: 0.149 }), false, toPerson],
  ['the second is “none of them”', understood(refund, 0.5, { unknown: 0.4 }), false, toPerson],
  ['two stand out behind “none of them”', understood('unknown', 0.3, { [refund]: 0.4, [cancel]: 0.25 }), false, ask],
  [
    'none of them, two stand out, an article fits',
    understood('unknown', 0.3, { [refund]: 0.4, [cancel]: 0.25 }),
    true,
    toArticle,
  ],
  ['unsure with an article', understood(refund, 0.5), true, toArticle],
  ['no candidate at all', understood('unknown', 0), false, toPerson],
]

test.each(cases)('%s', (_, ...[classification, hasArticle, route]) => {
  expect(chooseRoute(classification, hasArticle, policy)).toMatchObject(route)
})

test.each(['model', 'cache'] as const)('what a %s chose is settled, however high the free threshold', (stage) => {
  const chosen = { ...understood(refund, 0.86, { [cancel]: 0.7 }), stage }

  expect(chooseRoute(chosen, false, { ...policy, freeThreshold: 0.98 })).toMatchObject(toAgent)
})

test.each(['model', 'cache'] as const)('what a %s found to be none of the candidates is not asked about', (stage) => {
  const none = { ...understood('unknown', 0.9, { [refund]: 0.5, [cancel]: 0.3 }), stage }

  expect([chooseRoute(none, false, policy), chooseRoute(none, true, policy)]).toMatchObject([toPerson, toArticle])
})

test('the threshold is the policy’s, not a constant', () => {
  expect(chooseRoute(understood(refund, 0.6), false, { ...policy, freeThreshold: 0.6 })).toMatchObject(toAgent)
  expect(chooseRoute(understood(refund, 0.97), false, { ...policy, freeThreshold: 0.98 })).toMatchObject(toPerson)
})

test('every route says why in one sentence, and free is only what reaches the threshold', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(
      fc.constantFrom('unknown', refund),
      share,
      share,
      fc.boolean(),
      (...[intent, first, second, hasArticle]) => {
        const route = chooseRoute(understood(intent, first, { [cancel]: second }), hasArticle, policy)

        expect(route.because).toMatch(/^\S.+\S$/)
        expect(route.kind === 'agent' && route.intent === refund).toBe(intent === refund && first >= 0.8)
      },
    ),
  )
})
