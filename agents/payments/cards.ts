import type { Answer, Turn } from '../../src/core/agent.ts'
import type { Customer, Payment } from '../../src/core/customer.ts'
import { plain } from '../../src/core/markup.ts'
import { printCents } from '../../src/core/money.ts'
import { intentButton } from '../actions.ts'
import { printDay } from '../calendar.ts'
import { forCustomer } from '../identity.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { sorry } from '../questions.ts'
import { maskEmail } from '../texts.ts'

/** Banks' reasons we know a remedy for. */
const remedies = new Map([
  ['insufficient funds', 'payments.failed-card.insufficient-funds'],
  ['expired card', 'payments.failed-card.expired-card'],
])

/** "My card was declined": what the bank said about the last try, and what helps. */
export const failedCard: Flow = (turn, parts) =>
  forCustomer(turn, parts, {
    whatFor: parts.say('payments.failed-card.first'),
    run: (clean, customer) => tellDeclined(clean, parts, customer),
  })

async function tellDeclined(turn: Turn, parts: AgentParts, customer: Customer): Promise<Answer> {
  const { say } = parts
  const { payments } = await parts.customers.records(turn.message.tenant, customer.id)
  const declined = payments
    .filter(({ state }) => state === 'declined')
    .sort((one, other) => other.on.localeCompare(one.on))
  const { order } = turn.task.slots
  const last = declined.find((payment) => payment.order === order) ?? declined[0]
  const change = intentButton(say('payments.failed-card.button'), 'payments.change-card')
  if (last === undefined) return sorry(parts, say('payments.failed-card.none'))
  return sorry(parts, `${whatHappened(parts, last)}\n\n${remedy(parts, last)}`, [change])
}

function whatHappened(parts: AgentParts, payment: Payment): string {
  return parts.say('payments.failed-card.declined', {
    amount: printCents(payment.amount, payment.currency),
    method: plain(payment.method),
    day: printDay(payment.on),
    reason: plain(payment.reason ?? parts.say('payments.failed-card.no-reason')),
  })
}

function remedy(parts: AgentParts, payment: Payment): string {
  return parts.say(remedies.get(payment.reason ?? '') ?? 'payments.failed-card.other-reason')
}

/** A link to enter another card, by mail; card numbers are never taken in a chat. */
export const changeCard: Flow = (turn, parts) =>
  forCustomer(turn, parts, {
    whatFor: parts.say('payments.change-card.first'),
    run: (_, customer) => ({
      kind: 'reply',
      text: parts.say('payments.change-card.sent', { email: maskEmail(customer.email) }),
      effects: [{ kind: 'send-mail', to: customer.email, template: 'card-link', about: customer.id }],
    }),
  })
