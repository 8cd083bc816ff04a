import type { Answer, Effect, Turn } from '../../src/core/agent.ts'
import type { Customer, Order, Payment, Refund } from '../../src/core/customer.ts'
import { printCents } from '../../src/core/money.ts'
import { offerButton } from '../actions.ts'
import { dayOf, daysBetween, printDay } from '../calendar.ts'
import { chooseOrder, otherOrders, spokenOrder } from '../choose-order.ts'
import { forCustomer } from '../identity.ts'
import { newTicket } from '../new-ticket.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { sorry, unconfirmed } from '../questions.ts'
import { withoutCardNumbers } from '../../src/safety/card-numbers.ts'
import { cut } from '../texts.ts'
import { chargesOf, refundableOf, totalOf } from './charges.ts'

/** Payments of one order to be sent back, already agreed to by the customer. */
export interface AgreedRefund {
  readonly customer: Customer
  readonly order: Order
  /** At least one, none of them refunded before. */
  readonly payments: readonly Payment[]
  /** The customer's reason, as they wrote it. */
  readonly reason: string | undefined
}

/** What a refund does, and the sentence that says so. */
export interface RefundOutcome {
  readonly text: string
  readonly effects: readonly Effect[]
}

/** Up to the cap a refund is approved at once; above it a ticket is opened and a person decides. */
export async function refundOf(turn: Turn, parts: AgentParts, agreed: AgreedRefund): Promise<RefundOutcome> {
  const total = totalOf(agreed.payments)
  const state = total <= parts.company.refundCap ? 'approved' : 'waiting'
  const effects = agreed.payments.map((payment): Effect => ({
    kind: 'request-refund',
    refund: refund(turn, parts, { agreed, payment, state }),
  }))
  const values = { amount: printCents(total, agreed.order.currency), order: agreed.order.id }
  if (state === 'approved') {
    const method = agreed.payments[0]?.method ?? ''
    return { text: parts.say('payments.refund.approved', { ...values, method }), effects }
  }
  const opened = await newTicket(turn, parts, {
    subject: parts.say('payments.refund.ticket-subject', values),
    text: parts.say('payments.refund.ticket-text', { ...values, reason: spokenReason(parts, agreed.reason) }),
  })
  const text = parts.say('payments.refund.waiting', { ...values, ticket: opened.ticket })
  return { text, effects: [...effects, ...opened.effects] }
}

function spokenReason(parts: AgentParts, reason: string | undefined): string {
  return reason === undefined ? parts.say('payments.refund.no-reason') : cut(withoutCardNumbers(reason), 500)
}

function refund(
  turn: Turn,
  parts: AgentParts,
  one: { agreed: AgreedRefund; payment: Payment; state: Refund['state'] },
): Refund {
  const { agreed, payment, state } = one
  const { amount, currency } = payment
  const on = dayOf(turn.now)
  return {
    id: parts.newId(),
    customer: agreed.customer.id,
    order: agreed.order.id,
    payment: payment.id,
    amount,
    currency,
    state,
    on,
  }
}

/** "I want my money back": which order, whether it may be refunded, a yes, the refund. */
export const refundRequest: Flow = (turn, parts) =>
  forCustomer(turn, parts, {
    whatFor: parts.say('payments.refund-request.first', { order: spokenOrder(turn, parts) }),
    run: (clean, customer) => refundForCustomer(clean, parts, { customer }),
  })

interface RefundWish {
  readonly customer: Customer
  /** The customer's own words, when they gave any. */
  readonly reason?: string
}

/** The refund of an order of an identified customer. */
export async function refundForCustomer(turn: Turn, parts: AgentParts, wish: RefundWish): Promise<Answer> {
  const { customer, reason } = wish
  const records = await parts.customers.records(turn.message.tenant, customer.id)
  const candidates = records.orders.filter((order) => refundableOf(order.id, records).length > 0)
  const question = parts.say('payments.refund-request.which')
  const offered = candidates.length > 0 ? candidates : records.orders
  const chosen = chooseOrder(turn, parts, { orders: records.orders, candidates: offered, question })
  if (chosen.kind === 'answer') return chosen.answer

  const { order } = chosen
  const [payment] = refundableOf(order.id, records)
  if (payment === undefined)
    return nothingToRefund(parts, order, {
      isCharged: chargesOf(order.id, records).length > 0,
      refunds: records.refunds,
    })
  const refusal = outsideRules(turn, parts, order)
  if (refusal !== undefined) return refusal

  const values = { amount: printCents(payment.amount, payment.currency), order: order.id, method: payment.method }
  const unsure = unconfirmed(chosen.turn, parts, {
    text: parts.say('payments.refund-request.confirm', values),
    about: `refund ${payment.id} ${payment.amount}`,
    yes: parts.say('payments.refund-request.button', values),
    ...otherOrders(records.orders),
  })
  if (unsure !== undefined) return unsure
  return { kind: 'reply', ...(await refundOf(turn, parts, { customer, order, payments: [payment], reason })) }
}

function outsideRules(turn: Turn, parts: AgentParts, order: Order): Answer | undefined {
  const { say, company } = parts
  if (order.state === 'processing') {
    const label = say('payments.refund-request.button-cancel', { order: order.id })
    return sorry(parts, say('payments.refund-request.not-sent', { order: order.id }), [
      offerButton(label, 'account.cancel-order'),
    ])
  }
  if (daysBetween(order.placedOn, dayOf(turn.now)) <= company.refundDays) return undefined
  const values = { order: order.id, placed: printDay(order.placedOn), days: String(company.refundDays) }
  return sorry(parts, say('payments.refund-request.too-late', values))
}

function nothingToRefund(
  parts: AgentParts,
  order: Order,
  found: { isCharged: boolean; refunds: readonly Refund[] },
): Answer {
  const earlier = found.refunds.find((one) => one.order === order.id)
  if (earlier !== undefined) return alreadyRefunded(parts, earlier)
  const key = found.isCharged ? 'payments.refund-request.nothing-left' : 'payments.refund-request.not-charged'
  return sorry(parts, parts.say(key, { order: order.id }))
}

/** Says when and how much was refunded before; money is never sent twice. */
export function alreadyRefunded(parts: AgentParts, earlier: Refund): Answer {
  const values = {
    order: earlier.order,
    amount: printCents(earlier.amount, earlier.currency),
    day: printDay(earlier.on),
  }
  const key = earlier.state === 'approved' ? 'payments.refund.already-approved' : 'payments.refund.already-waiting'
  return sorry(parts, parts.say(key, values))
}
