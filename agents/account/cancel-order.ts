import type { Answer, Effect, Turn } from '../../src/core/agent.ts'
import type { Customer, Order } from '../../src/core/customer.ts'
import { plain } from '../../src/core/markup.ts'
import { printCents } from '../../src/core/money.ts'
import { offerButton } from '../actions.ts'
import { chooseOrder, otherOrders, spokenOrder } from '../choose-order.ts'
import { forCustomer } from '../identity.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { refundableOf, totalOf } from '../payments/charges.ts'
import { refundOf } from '../payments/refund.ts'
import { sorry, unconfirmed } from '../questions.ts'

/** An order that has not left yet is called off, and what was paid for it goes back. */
export const cancelOrder: Flow = (turn, parts) =>
  forCustomer(turn, parts, {
    whatFor: parts.say('account.cancel-order.first', { order: spokenOrder(turn, parts) }),
    run: (clean, customer) => cancel(clean, parts, customer),
  })

async function cancel(turn: Turn, parts: AgentParts, customer: Customer): Promise<Answer> {
  const { say } = parts
  const records = await parts.customers.records(turn.message.tenant, customer.id)
  const { orders } = records
  const candidates = orders.filter(({ state }) => state === 'processing')
  if (candidates.length === 0 && turn.task.slots['order'] === undefined)
    return sorry(parts, say('account.cancel-order.nothing-open'))

  const chosen = chooseOrder(turn, parts, { orders, candidates, question: say('account.cancel-order.which') })
  if (chosen.kind === 'answer') return chosen.answer
  const { order } = chosen
  if (order.state !== 'processing') return tooLate(parts, order)

  const payments = refundableOf(order.id, records)
  const amount = printCents(totalOf(payments), order.currency)
  const unsure = unconfirmed(chosen.turn, parts, {
    text: say(payments.length > 0 ? 'account.cancel-order.confirm' : 'account.cancel-order.confirm-unpaid', {
      order: order.id,
      items: plain(order.items),
      ...(payments.length > 0 && { amount }),
    }),
    about: `cancel ${order.id} ${amount}`,
    yes: say('account.cancel-order.button', { order: order.id }),
    isDangerous: true,
    ...otherOrders(orders),
  })
  if (unsure !== undefined) return unsure

  const cancelled: Effect = { kind: 'cancel-order', order: order.id, customer: customer.id }
  const done = say('account.cancel-order.done', { order: order.id })
  if (payments.length === 0) return { kind: 'reply', text: done, effects: [cancelled] }
  const reason = say('account.cancel-order.reason')
  const refund = await refundOf(turn, parts, { customer, order, payments, reason })
  return { kind: 'reply', text: `${done} ${refund.text}`, effects: [cancelled, ...refund.effects] }
}

function tooLate(parts: AgentParts, order: Order): Answer {
  const { say } = parts
  if (order.state === 'cancelled') return sorry(parts, say('account.cancel-order.already', { order: order.id }))
  const label = say('account.cancel-order.button-refund', { order: order.id })
  return sorry(parts, say('account.cancel-order.too-late', { order: order.id }), [
    offerButton(label, 'payments.refund-request'),
  ])
}
