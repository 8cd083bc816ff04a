import type { Answer, Turn } from '../../src/core/agent.ts'
import type { Customer, Refund } from '../../src/core/customer.ts'
import { plain } from '../../src/core/markup.ts'
import { printCents } from '../../src/core/money.ts'
import { offerButton } from '../actions.ts'
import { dayOf, daysBetween, printDay } from '../calendar.ts'
import { spokenOrder } from '../choose-order.ts'
import { forCustomer } from '../identity.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { sorry } from '../questions.ts'

/** Banks show a refund within five working days; after this many calendar days a person has to look. */
const lateAfterDays = 9

/** "Where is my refund?" */
export const refundStatus: Flow = (turn, parts) =>
  forCustomer(turn, parts, {
    whatFor: parts.say('payments.refund-status.first', { order: spokenOrder(turn, parts) }),
    run: (clean, customer) => tellRefunds(clean, parts, customer),
  })

async function tellRefunds(turn: Turn, parts: AgentParts, customer: Customer): Promise<Answer> {
  const { refunds } = await parts.customers.records(turn.message.tenant, customer.id)
  const { order } = turn.task.slots
  const meant = order === undefined ? refunds : refunds.filter((refund) => refund.order === order)
  if (meant.length === 0) return noRefund(parts, order)
  return sorry(parts, meant.map((refund) => sentence(turn, parts, refund)).join('\n\n'))
}

function noRefund(parts: AgentParts, order: string | undefined): Answer {
  const { say } = parts
  const text =
    order === undefined
      ? say('payments.refund-status.none')
      : say('payments.refund-status.none-for-order', { order: plain(order) })
  return sorry(parts, text, [offerButton(say('payments.refund-status.button'), 'payments.refund-request')])
}

function sentence(turn: Turn, parts: AgentParts, refund: Refund): string {
  const values = { amount: printCents(refund.amount, refund.currency), order: refund.order, day: printDay(refund.on) }
  if (refund.state === 'waiting') return parts.say('payments.refund-status.waiting', values)
  const isLate = daysBetween(refund.on, dayOf(turn.now)) > lateAfterDays
  return parts.say(isLate ? 'payments.refund-status.late' : 'payments.refund-status.approved', values)
}
