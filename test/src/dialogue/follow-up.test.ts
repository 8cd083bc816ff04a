import { expect, test } from 'vitest'
import type { Conversation, Offer } from '../../../src/core/conversation.ts'
import { readFollowUp, readOffer } from '../../../src/dialogue/follow-up.ts'
import type { TaskParts } from '../../../src/dialogue/tasks.ts'

type Last = NonNullable<Conversation['last']>

const parts: TaskParts = { agentOf: () => 'payments', newId: () => 'new' }
const last = (intent: string, slots: Last['slots'] = {}, offers: readonly Offer[] = []): Last => ({
  intent,
  agent: 'payments',
  slots,
  offers,
})
const offer = (label: string, intent: string, isProposed = true): Offer => ({
  label,
  intent,
  text: `${label} of order 1042`,
  isProposed,
})
const refund = offer('Get a refund', 'payments.refund-request')
const cancel = offer('Cancel an order', 'account.cancel-order')

test.each([
  ['and 1043?', 'payments.refund-status', { order: '1043' }],
  ['T-2', 'tickets.status', { ticket: 'T-2' }],
  ['what about SPRING15', 'payments.discount-code', expect.objectContaining({ first: 'what about SPRING15' })],
  ['and to Germany?', 'general.shipping', expect.objectContaining({ first: 'and to Germany?' })],
])('%j after %s asks for the same again', (text, intent, slots) => {
  expect(readFollowUp({ text, last: last(intent), isSure: false, parts })?.task).toMatchObject({ intent, slots })
})

test.each([
  ['1043', 'general.greeting'],
  ['T-2', 'tickets.open'],
  ['4111 1111 1111 1111', 'payments.refund-status'],
  ['1042', 'payments.change-card'],
  ['and then?', 'payments.change-card'],
])('%j after %s does not do it again', (text, intent) => {
  expect(readFollowUp({ text, last: last(intent), isSure: false, parts })).toBeUndefined()
})

test.each([
  ['the second one', 'account.cancel-order'],
  ['Get a refund', 'payments.refund-request'],
  ['cancel an order please', 'account.cancel-order'],
  ['yes', undefined],
  ['both', undefined],
])('between two offers, %j takes %s', (text, intent) => {
  const found = readOffer({ text, last: last('unknown', {}, [refund, cancel]), isSure: false, parts })

  expect(found?.task.intent).toBe(intent)
})

test.each([
  ['yes please', 'payments.refund-request'],
  ['ok', undefined],
  ['no', undefined],
])('of one offer, %j takes %s', (text, intent) => {
  const found = readOffer({ text, last: last('unknown', {}, [refund]), isSure: false, parts })

  expect(found?.task.intent).toBe(intent)
})

test('a button that was not asked about is taken by its label only', () => {
  const offers = [offer('Cancel order 1047', 'account.cancel-order', false)]
  const read = (text: string): unknown =>
    readOffer({ text, last: last('account.order-status', {}, offers), isSure: false, parts })?.task.intent

  expect([read('yes'), read('cancel order 1047')]).toEqual([undefined, 'account.cancel-order'])
})

test('an offer begins with its own text, and a number said with it wins', () => {
  const read = (text: string): unknown =>
    readOffer({ text, last: last('unknown', {}, [refund, cancel]), isSure: false, parts })?.task.slots

  expect(read('the first')).toMatchObject({ order: '1042' })
  expect(read('the first, order 1043')).toMatchObject({ order: '1043' })
})
