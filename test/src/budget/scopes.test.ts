import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scopesOf, shareFor, toRefusal, type BudgetLimits } from '../../../src/budget/scopes.ts'
import type { MicroDollars } from '../../../src/core/money.ts'

const dollars = (amount: number): MicroDollars => (amount * 1_000_000) as MicroDollars

const limits: BudgetLimits = {
  daily: dollars(10),
  userDaily: dollars(1),
  channelDaily: undefined,
  workspaceDaily: dollars(50),
  modelDaily: new Map([['large', dollars(2)]]),
  shares: { classification: 0.05, advanced: 0.05 },
  cloudCallsPerDay: 100,
}
const payer = { tenant: 'default', message: 'anna/1', channel: 'web', author: 'anna' } as const

test('a paid call must fit under every limit there is, and no limit passes the day', () => {
  const scopes = scopesOf(
    { model: { alias: 'large', tier: 4 }, purpose: 'answer', requestLimit: dollars(0.05) },
    payer,
    limits,
  )

  expect(scopes).toEqual([
    { kind: 'installation', id: '', limit: 10_000_000, callLimit: 100 },
    { kind: 'purpose', id: 'answer', limit: 9_000_000 },
    { kind: 'purpose', id: 'all-but-classification', limit: 9_500_000 },
    { kind: 'purpose', id: 'all-but-advanced', limit: 9_500_000 },
    { kind: 'request', id: 'anna/1', limit: 50_000 },
    { kind: 'user', id: 'web:anna', limit: 1_000_000 },
    { kind: 'channel', id: 'web', limit: 10_000_000 },
    { kind: 'workspace', id: 'default', limit: 10_000_000 },
    { kind: 'model', id: 'large', limit: 2_000_000 },
  ])
})

test('a local call is held back by no limit of money', () => {
  const scopes = scopesOf(
    { model: { alias: 'local', tier: 1 }, purpose: 'answer', requestLimit: dollars(0) },
    payer,
    limits,
  )

  expect(scopes).toEqual([])
})

test.each([
  ['answer', 9_000_000], // 10 dollars without two shares of 5 %
  ['classification', 9_500_000], // its own share is open to it, the other is not
  ['advanced', 9_500_000],
] as const)('of ten dollars, %s may use %i micro-dollars', (purpose, share) => {
  expect(shareFor(purpose, limits)).toBe(share)
})

test('a share of a single micro-dollar is rounded down, never up', () => {
  expect(shareFor('answer', { daily: 1 as MicroDollars, shares: { classification: 0.05, advanced: 0.05 } })).toBe(0)
})

test('an owner is told of the day and of the part for answers, and of no limit that only did its work', () => {
  const call = { model: { alias: 'large', tier: 4 }, purpose: 'answer', requestLimit: dollars(0.05) } as const

  const told = scopesOf(call, payer, limits).map(({ kind, ...scope }) => [kind, toRefusal({ kind, ...scope })])

  expect(told).toEqual([
    ['installation', 'day'],
    ['purpose', 'answers'],
    ['purpose', 'answers'],
    ['purpose', 'answers'],
    ['request', undefined],
    ['user', undefined],
    ['channel', undefined],
    ['workspace', undefined],
    ['model', undefined],
  ])
})

test('whatever is spent on what, the share of every purpose stays whole', () => {
  const purposes = ['answer', 'classification', 'advanced'] as const
  fc.assert(
    fc.property(
      fc.array(fc.record({ purpose: fc.constantFrom(...purposes), amount: fc.integer({ min: 1, max: 400 }) }), {
        maxLength: 60,
      }),
      (calls) => {
        const day = { ...limits, daily: 1000 as MicroDollars }
        const used = new Map<string, number>()
        const spent = { answer: 0, classification: 0, advanced: 0 }
        for (const { purpose, amount } of calls) {
          const scopes = scopesOf(
            { model: { alias: 'm', tier: 2 }, purpose, requestLimit: dollars(1) },
            payer,
            day,
          ).filter(({ kind }) => kind === 'installation' || kind === 'purpose')
          if (scopes.some(({ id, limit }) => (used.get(id) ?? 0) + amount > limit)) continue
          for (const { id } of scopes) used.set(id, (used.get(id) ?? 0) + amount)
          spent[purpose] += amount
        }
        const left = 1000 - spent.answer - spent.classification - spent.advanced
        expect(left).toBeGreaterThanOrEqual(0)
        expect(left + spent.classification).toBeGreaterThanOrEqual(50)
        expect(left + spent.advanced).toBeGreaterThanOrEqual(50)
        expect(left + spent.classification + spent.advanced).toBeGreaterThanOrEqual(100)
      },
    ),
  )
})
