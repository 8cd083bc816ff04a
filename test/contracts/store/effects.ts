import { expect, test } from 'vitest'
import type { Effect } from '../../../src/core/agent.ts'
import type { Refund } from '../../../src/core/customer.ts'
import { EffectConflictError } from '../../../src/core/errors.ts'
import type { Cents } from '../../../src/core/money.ts'
import { conversationOf, longerThanALease, type Bench } from './bench.ts'

const refund: Refund = {
  id: 'refund-1',
  customer: 'c-ada',
  order: '1042',
  payment: 'pay-1042-b',
  amount: 2490 as Cents,
  currency: 'GBP',
  state: 'approved',
  on: '2026-11-21',
}

/** Changes of the sample's records, each of which holds only once. */
const once: readonly { readonly promise: string; readonly effect: Effect; readonly again?: Effect }[] = [
  {
    promise: 'a payment is refunded once',
    effect: { kind: 'request-refund', refund },
    again: { kind: 'request-refund', refund: { ...refund, id: 'refund-2', amount: 100 as Cents } },
  },
  {
    promise: 'an e-mail address is changed from the one that was read',
    effect: { kind: 'change-email', customer: 'c-ada', from: 'ada@example.com', to: 'ada@example.org' },
    again: { kind: 'change-email', customer: 'c-ada', from: 'ada@example.com', to: 'ada@example.net' },
  },
  {
    promise: 'a plan is changed from the one that was read',
    effect: { kind: 'change-plan', customer: 'c-ada', from: 'Plus', to: 'Family' },
    again: { kind: 'change-plan', customer: 'c-ada', from: 'Plus', to: 'Free' },
  },
  { promise: 'an account is closed once', effect: { kind: 'close-account', customer: 'c-ada' } },
  { promise: 'an order is cancelled once', effect: { kind: 'cancel-order', order: '1047', customer: 'c-dev' } },
]

/** Changes that the records do not allow (any more). */
const refused: readonly { readonly promise: string; readonly effect: Effect; readonly before?: Effect }[] = [
  { promise: 'a shipped order is not cancelled', effect: { kind: 'cancel-order', order: '1043', customer: 'c-ada' } },
  { promise: 'a delivered order is not cancelled', effect: { kind: 'cancel-order', order: '1042', customer: 'c-ada' } },
  {
    promise: 'a shipped order is not sent elsewhere',
    effect: { kind: 'change-address', order: '1043', customer: 'c-ada', address: 'Mars' },
  },
  {
    promise: 'a cancelled order is not sent elsewhere',
    before: { kind: 'cancel-order', order: '1047', customer: 'c-dev' },
    effect: { kind: 'change-address', order: '1047', customer: 'c-dev', address: 'Mars' },
  },
  {
    promise: 'an order of somebody else is not cancelled',
    effect: { kind: 'cancel-order', order: '1047', customer: 'c-ada' },
  },
  {
    promise: 'an order of somebody else is not sent elsewhere',
    effect: { kind: 'change-address', order: '1047', customer: 'c-ada', address: 'Mars' },
  },
  {
    promise: 'nobody gets an e-mail address that is in use, however it is written',
    effect: { kind: 'change-email', customer: 'c-ada', from: 'ada@example.com', to: 'BEN@example.com' },
  },
  {
    promise: 'a closed account keeps its e-mail address',
    before: { kind: 'close-account', customer: 'c-ada' },
    effect: { kind: 'change-email', customer: 'c-ada', from: 'ada@example.com', to: 'ada@example.org' },
  },
  {
    promise: 'a closed account keeps its plan',
    before: { kind: 'close-account', customer: 'c-ada' },
    effect: { kind: 'change-plan', customer: 'c-ada', from: 'Plus', to: 'Free' },
  },
  {
    promise: 'a payment that the sample has refunded is not refunded again',
    effect: { kind: 'request-refund', refund: { ...refund, customer: 'c-chloe', order: '1031', payment: 'pay-1031' } },
  },
  {
    promise: 'a payment nobody made is not refunded',
    effect: { kind: 'request-refund', refund: { ...refund, payment: 'pay-nobody' } },
  },
  { promise: 'a ticket nobody opened gets no note', effect: { kind: 'add-note', ticket: 'T-999', text: 'Hello?' } },
  {
    promise: 'a ticket nobody opened does not move',
    effect: { kind: 'move-ticket', ticket: 'T-999', from: 'open', to: 'solved' },
  },
]

/** What an answer wants changed happens with the answer, once, or not at all. */
export function effectPromises(bench: () => Bench): void {
  const records = (customer: string) => bench().store.customers.records(bench().tenant, customer)

  test.each(once)('$promise', async ({ effect, again = effect }) => {
    await bench().plantSample()
    await bench().carryOut(effect)

    await expect(bench().carryOut(again)).rejects.toThrow(EffectConflictError)
  })

  test.each(refused)('$promise', async ({ before, effect }) => {
    await bench().plantSample()
    if (before !== undefined) await bench().carryOut(before)

    await expect(bench().carryOut(effect)).rejects.toThrow(EffectConflictError)
  })

  test('a refund stands in the records as it was asked for', async () => {
    await bench().plantSample()

    await bench().carryOut({ kind: 'request-refund', refund })

    expect((await records('c-ada')).refunds).toEqual([refund])
  })

  test('what is changed is read back, and only that', async () => {
    await bench().plantSample()
    const before = await bench().store.customers.byId(bench().tenant, 'c-dev')

    await bench().carryOut(
      { kind: 'change-email', customer: 'c-dev', from: 'dev@example.com', to: 'dev@example.org' },
      { kind: 'change-plan', customer: 'c-dev', from: 'Family', to: 'Free' },
      { kind: 'change-address', order: '1047', customer: 'c-dev', address: '1 New Street' },
      { kind: 'cancel-order', order: '1047', customer: 'c-dev' },
      { kind: 'close-account', customer: 'c-dev' },
    )

    expect(await bench().store.customers.byEmail(bench().tenant, 'Dev@Example.org')).toEqual({
      ...before,
      email: 'dev@example.org',
      plan: 'Free',
      isClosed: true,
    })
    const { orders } = await records('c-dev')
    expect(orders.map(({ id, state, address }) => [id, state, address])).toEqual([
      ['1047', 'cancelled', '1 New Street'],
      ['1040', 'shipped', 'Dev Patel, 18 Granby Street, Leicester LE1 6TP'],
    ])
  })

  test('when the last of several effects conflicts, nothing of the outcome is stored', async () => {
    await bench().plantSample()
    await bench().accept()
    const claim = await bench().claim()
    const ticket = await bench().store.tickets.nextId(bench().tenant)
    const conversation = conversationOf(claim.message, { state: 'person', ticket, turns: 9 })
    const effects: readonly Effect[] = [
      { kind: 'open-ticket', ticket, subject: 'Refund', text: 'Please', state: 'open' },
      { kind: 'identity-failed', email: 'ada@example.com' },
      { kind: 'request-refund', refund },
      { kind: 'cancel-order', order: '1043', customer: 'c-ada' },
    ]

    await expect(bench().complete(claim, { conversation, effects })).rejects.toThrow(EffectConflictError)

    const turn = await bench().store.conversations.turn(bench().key(), claim.message.id)
    expect(turn).toMatchObject({ isAnswered: false, replies: [], receipt: undefined })
    expect(await bench().store.conversations.load(bench().key())).toMatchObject({ state: 'bot', turns: 0 })
    expect(await bench().store.tickets.find(bench().tenant, ticket)).toBeUndefined()
    expect((await records('c-ada')).refunds).toEqual([])
    expect(await bench().store.customers.failedChecks(bench().tenant, 'ada@example.com', new Date(0))).toBe(0)
    expect(await bench().nextReply()).toBeUndefined()
  })

  test('after a conflict the same claim may store another outcome', async () => {
    await bench().plantSample()
    await bench().accept()
    const claim = await bench().claim()
    await expect(
      bench().complete(claim, { effects: [{ kind: 'cancel-order', order: '1043', customer: 'c-ada' }] }),
    ).rejects.toThrow(EffectConflictError)

    await bench().complete(claim)

    expect(await bench().replies()).toEqual(['Answer to m1'])
  })

  test('of two refunds of one payment asked for at once one is stored', async () => {
    await bench().plantSample()
    const conversations = ['left', 'right']
    for (const conversation of conversations) await bench().accept({ conversation })
    const claims = await Promise.all(conversations.map((conversation) => bench().claim(conversation)))

    const results = await Promise.allSettled(
      claims.map((claim, index) =>
        bench().complete(claim, { effects: [{ kind: 'request-refund', refund: { ...refund, id: `r${index}` } }] }),
      ),
    )

    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'effect.conflict' } })
    expect((await records('c-ada')).refunds).toHaveLength(1)
  })

  test('of two customers who want one e-mail address at once one gets it, the other is answered again', async () => {
    await bench().plantSample()
    const customers = ['ada', 'ben']
    for (const conversation of customers) await bench().accept({ conversation })
    const claims = await Promise.all(customers.map((conversation) => bench().claim(conversation)))

    const results = await Promise.allSettled(
      claims.map((claim, index) => {
        const name = customers[index] ?? ''
        const effect = {
          kind: 'change-email',
          customer: `c-${name}`,
          from: `${name}@example.com`,
          to: 'both@example.com',
        } as const
        return bench().complete(claim, { effects: [effect] })
      }),
    )

    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'effect.conflict' } })
  })

  test('failed identity checks are counted from an instant on, whatever the case of the address', async () => {
    await bench().carryOut({ kind: 'identity-failed', email: 'ada@example.com' })
    bench().later(longerThanALease)
    const since = bench().clock.at
    await bench().carryOut({ kind: 'identity-failed', email: 'ADA@example.com' })
    await bench().carryOut({ kind: 'identity-failed', email: 'ben@example.com' })

    const { customers } = bench().store
    expect(await customers.failedChecks(bench().tenant, 'Ada@Example.com', new Date(0))).toBe(2)
    expect(await customers.failedChecks(bench().tenant, 'ada@example.com', since)).toBe(1)
  })

  test('an identity and a hand-over change nothing outside the conversation', async () => {
    const identity = { customer: 'c-ada', until: new Date('2026-11-21T13:00:00Z') }

    await bench().carryOut({ kind: 'identify', identity }, { kind: 'hand-over', ticket: 'T-1', because: 'asked' })

    expect(await bench().store.tickets.find(bench().tenant, 'T-1')).toBeUndefined()
  })
}
