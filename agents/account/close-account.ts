import type { Answer, Turn } from '../../src/core/agent.ts'
import type { Customer } from '../../src/core/customer.ts'
import { forCustomer } from '../identity.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { sorry, unconfirmed } from '../questions.ts'
import { maskEmail } from '../texts.ts'

/** The account is closed for good, unless an order is still under way. */
export const closeAccount: Flow = (turn, parts) =>
  forCustomer(turn, parts, {
    whatFor: parts.say('account.close.first'),
    run: (clean, customer) => close(clean, parts, customer),
  })

async function close(turn: Turn, parts: AgentParts, customer: Customer): Promise<Answer> {
  const { say } = parts
  const { orders, refunds } = await parts.customers.records(turn.message.tenant, customer.id)
  const open = orders.filter(({ state }) => state === 'processing' || state === 'shipped')
  if (open.length > 0)
    return sorry(parts, say('account.close.open-orders', { orders: open.map(({ id }) => id).join(', ') }))
  if (refunds.some(({ state }) => state === 'waiting')) return sorry(parts, say('account.close.open-refund'))

  const unsure = unconfirmed(turn, parts, {
    text: say('account.close.confirm', { plan: customer.plan, email: maskEmail(customer.email) }),
    about: `close ${customer.id}`,
    yes: say('account.close.button'),
    isDangerous: true,
  })
  if (unsure !== undefined) return unsure
  return {
    kind: 'reply',
    text: say('account.close.done'),
    effects: [
      { kind: 'close-account', customer: customer.id },
      { kind: 'send-mail', to: customer.email, template: 'account-closed', about: customer.id },
    ],
  }
}

/** A file with everything stored about the customer, by mail. */
export const dataExport: Flow = (turn, parts) =>
  forCustomer(turn, parts, {
    whatFor: parts.say('account.data-export.first'),
    run: (clean, customer) => exportData(clean, parts, customer),
  })

function exportData(turn: Turn, parts: AgentParts, customer: Customer): Answer {
  const { say } = parts
  const email = maskEmail(customer.email)
  const unsure = unconfirmed(turn, parts, {
    text: say('account.data-export.confirm', { email }),
    about: `export ${customer.id}`,
    yes: say('account.data-export.button'),
  })
  if (unsure !== undefined) return unsure
  return {
    kind: 'reply',
    text: say('account.data-export.done', { email }),
    effects: [{ kind: 'send-mail', to: customer.email, template: 'data-export', about: customer.id }],
  }
}
