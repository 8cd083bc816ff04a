import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chargesOf, doubleCharge, doublePlanFee, refundableOf, totalOf } from '../../../agents/payments/charges.ts'
import type { Payment, Refund } from '../../../src/core/customer.ts'
import type { Cents } from '../../../src/core/money.ts'

const days = ['2026-11-01', '2026-11-02', '2026-11-20']

function payment(id: string, amount: number, rest: Partial<Payment> = {}): Payment {
  const base = {
    customer: 'c',
    order: '1',
    currency: 'GBP',
    state: 'charged',
    method: 'Visa',
    on: '2026-11-01',
    reason: undefined,
  } as const
  return { ...base, id, amount: amount as Cents, ...rest }
}

function refundOf(of: Payment): Refund {
  const { customer, amount, currency, on } = of
  return { id: `r-${of.id}`, customer, order: of.order ?? '', payment: of.id, amount, currency, state: 'approved', on }
}

function recordsWith(payments: readonly Payment[], refunds: readonly Refund[] = []) {
  return { orders: [], invoices: [], payments, refunds }
}

const payments = fc
  .array(
    fc.record({
      amount: fc.constantFrom(100, 200),
      order: fc.constantFrom('1', '2', undefined),
      state: fc.constantFrom('charged', 'declined'),
      on: fc.constantFrom(...days),
    }),
    { maxLength: 8 },
  )
  .map((drafts) => drafts.map(({ amount, ...rest }, index) => payment(`p${index}`, amount, rest)))

test('whatever was charged and refunded, a surplus and all refunds together never exceed what was taken, and one charge is kept', () => {
  fc.assert(
    fc.property(payments, fc.array(fc.nat(7)), (all, picks) => {
      const charged = all.filter(({ state, order }) => state === 'charged' && order === '1')
      const refunds = [...new Set(picks)]
        .map((pick) => charged[pick])
        .filter((one) => one !== undefined)
        .map(refundOf)
      const found = doubleCharge('1', recordsWith(all, refunds))
      fc.pre(found !== undefined)

      const sentBack = totalOf(found.surplus) + totalOf(found.refunds)
      expect(sentBack).toBeLessThanOrEqual(totalOf(found.charges))
      const kept = totalOf(found.charges) - sentBack
      expect(found.surplus.length === 0 || kept === found.charges[0]?.amount).toBe(true)
      expect(found.surplus.some(({ id }) => refunds.some((one) => one.payment === id))).toBe(false)
      expect(new Set(found.charges.map(({ amount }) => amount)).size).toBe(1)
    }),
  )
})

test('a payment that was refunded is never refundable again, a declined one never was', () => {
  fc.assert(
    fc.property(payments, fc.nat(7), (all, pick) => {
      const refunded = chargesOf('1', recordsWith(all))[pick]
      const open = refundableOf('1', recordsWith(all, refunded === undefined ? [] : [refundOf(refunded)]))

      expect(open.every(({ state, order, id }) => state === 'charged' && order === '1' && id !== refunded?.id)).toBe(
        true,
      )
    }),
  )
})

test('of three equal charges two are too many; after one refund, one', () => {
  const three = [payment('a', 100), payment('b', 100), payment('c', 100)]
  const [, , last] = three

  expect(doubleCharge('1', recordsWith(three))?.surplus.map(({ id }) => id)).toEqual(['b', 'c'])
  expect(
    doubleCharge('1', recordsWith(three, last === undefined ? [] : [refundOf(last)]))?.surplus.map(({ id }) => id),
  ).toEqual(['b'])
})

test('two charges of different amounts are no double charge', () => {
  expect(doubleCharge('1', recordsWith([payment('a', 100), payment('b', 200)]))).toBeUndefined()
})

test('a plan’s fee taken twice within a week is noticed, a month apart it is not', () => {
  const plan = { order: undefined }
  const twice = [payment('a', 499, plan), payment('b', 499, { ...plan, on: '2026-11-02' })]
  const monthly = [payment('a', 499, plan), payment('b', 499, { ...plan, on: '2026-12-01' })]

  expect(doublePlanFee(recordsWith(twice))).toHaveLength(2)
  expect(doublePlanFee(recordsWith(monthly))).toBeUndefined()
})
