import type { Answer, Turn } from '../../src/core/agent.ts'
import type { Customer, Order } from '../../src/core/customer.ts'
import { plain } from '../../src/core/markup.ts'
import { printCents } from '../../src/core/money.ts'
import type { CustomerRecords } from '../../src/core/ports.ts'
import { printDay } from '../calendar.ts'
import { chooseOrder, otherOrders, spokenOrder } from '../choose-order.ts'
import { forCustomer } from '../identity.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { sorry, unconfirmed } from '../questions.ts'
import { chargesOf, doubleCharge, doubleCharges, doublePlanFee, totalOf } from './charges.ts'
import type { DoubleCharge } from './charges.ts'
import { alreadyRefunded, refundOf } from './refund.ts'

/** "I was charged twice": both charges of the order are looked at, and the surplus goes back after a yes. */
export const doubleChargeFlow: Flow = (turn, parts) =>
  forCustomer(turn, parts, {
    whatFor: parts.say('payments.double-charge.first', { order: spokenOrder(turn, parts) }),
    run: (clean, customer) => lookForDouble(clean, parts, customer),
  })

async function lookForDouble(turn: Turn, parts: AgentParts, customer: Customer): Promise<Answer> {
  const records = await parts.customers.records(turn.message.tenant, customer.id)
  const doubled = doubleCharges(records.orders, records)
  if (turn.task.slots['order'] === undefined && doubled.length === 0) return noDouble(parts, records)

  const candidates = records.orders.filter(({ id }) => doubled.some((found) => found.order === id))
  const question = parts.say('payments.double-charge.which')
  const chosen = chooseOrder(turn, parts, { orders: records.orders, candidates, question })
  if (chosen.kind === 'answer') return chosen.answer

  const found = doubleCharge(chosen.order.id, records)
  if (found === undefined) return chargedOnce(parts, chosen.order, records)
  const [earlier] = found.refunds
  if (found.surplus.length === 0 && earlier !== undefined) return alreadyRefunded(parts, earlier)
  return sendBack(chosen.turn, parts, { customer, order: chosen.order, found, records })
}

interface Surplus {
  readonly customer: Customer
  readonly order: Order
  readonly found: DoubleCharge
  readonly records: CustomerRecords
}

async function sendBack(turn: Turn, parts: AgentParts, { customer, order, found, records }: Surplus): Promise<Answer> {
  const [charge] = found.charges
  const amount = printCents(totalOf(found.surplus), order.currency)
  const unsure = unconfirmed(turn, parts, {
    text: parts.say('payments.double-charge.confirm', {
      order: order.id,
      times: spokenTimes(parts, found.charges.length),
      each: printCents(charge?.amount ?? totalOf([]), order.currency),
      days: [...new Set(found.charges.map(({ on }) => printDay(on)))].join(', '),
      amount,
      method: plain(charge?.method ?? ''),
    }),
    about: `surplus ${found.surplus.map(({ id }) => id).join(' ')} ${amount}`,
    yes: parts.say('payments.double-charge.button', { amount }),
    ...otherOrders(records.orders),
  })
  if (unsure !== undefined) return unsure
  const reason = parts.say('payments.double-charge.reason', { order: order.id })
  return { kind: 'reply', ...(await refundOf(turn, parts, { customer, order, payments: found.surplus, reason })) }
}

function spokenTimes(parts: AgentParts, count: number): string {
  return count === 2
    ? parts.say('payments.double-charge.twice')
    : parts.say('payments.double-charge.times', { count: String(count) })
}

function chargedOnce(parts: AgentParts, order: Order, records: CustomerRecords): Answer {
  const charges = chargesOf(order.id, records)
  const [charge] = charges
  if (charge === undefined) return sorry(parts, parts.say('payments.double-charge.none', { order: order.id }))
  if (charges.length > 1) {
    const values = {
      order: order.id,
      times: spokenTimes(parts, charges.length),
      amount: printCents(totalOf(charges), order.currency),
    }
    return sorry(parts, parts.say('payments.double-charge.different', values))
  }
  const values = { order: order.id, amount: printCents(charge.amount, charge.currency), day: printDay(charge.on) }
  return sorry(parts, parts.say('payments.double-charge.once', values))
}

/** No order was charged twice. A plan's fee that was cannot be refunded by the rules, which know orders only. */
function noDouble(parts: AgentParts, records: CustomerRecords): Answer {
  const fees = doublePlanFee(records)
  if (fees === undefined) return sorry(parts, parts.say('payments.double-charge.nowhere'))
  return {
    kind: 'escalate',
    because: `A plan fee was charged twice: payments ${fees.map(({ id }) => id).join(' and ')}.`,
  }
}
