import type { Answer, Turn } from '../../src/core/agent.ts'
import type { Customer } from '../../src/core/customer.ts'
import { personButton } from '../actions.ts'
import { forCustomer } from '../identity.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { ask, requestText, unconfirmed, withSlots } from '../questions.ts'
import { maskEmail, quoted } from '../texts.ts'

/** Another e-mail address for the account. The old address is told, so that a theft does not stay unseen. */
export const changeEmail: Flow = (turn, parts) => {
  const started = turn.task.slots['addresses'] === undefined ? readAddresses(turn) : turn
  return forCustomer(started, parts, {
    whatFor: parts.say('account.change-email.first'),
    run: (clean, customer) => change(clean, parts, customer),
  })
}

/** One address in the first message is the new one; of two, the one that is left behind tells who is writing. */
function readAddresses(turn: Turn): Turn {
  const text = requestText(turn).toLowerCase()
  const [one, other] = [...new Set(text.match(/[^\s<>()"',;:|]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+/g))]
  const started = withSlots(turn, { addresses: 'read' })
  if (one === undefined || other === undefined) {
    return withSlots(started, { newEmail: turn.task.slots['email'], email: undefined })
  }
  const between = text.slice(text.indexOf(one) + one.length, text.lastIndexOf(other))
  const isReversed = /\b(from|not|instead of|rather than|replacing|replaces)\W*$/.test(between)
  return withSlots(started, isReversed ? { email: other, newEmail: one } : { email: one, newEmail: other })
}

async function change(turn: Turn, parts: AgentParts, customer: Customer): Promise<Answer> {
  const { say } = parts
  const { newEmail } = turn.task.slots
  if (newEmail === undefined) return askAddress(turn, parts, say('account.change-email.ask'))
  if (newEmail === customer.email) return askAddress(turn, parts, say('account.change-email.same'))
  const taken = await parts.customers.byEmail(turn.message.tenant, newEmail)
  if (taken !== undefined) return askAddress(turn, parts, say('account.change-email.not-possible'))

  // The new address is shown as it was typed: nobody sees a slip in a masked one.
  const values = { old: maskEmail(customer.email), new: quoted(newEmail) }
  const unsure = unconfirmed(turn, parts, {
    text: say('account.change-email.confirm', values),
    about: `e-mail ${newEmail}`,
    yes: say('account.change-email.button'),
    instead: { slot: 'newEmail', options: [] },
  })
  if (unsure !== undefined) return unsure
  return {
    kind: 'reply',
    text: say('account.change-email.done', values),
    effects: [
      { kind: 'change-email', customer: customer.id, from: customer.email, to: newEmail },
      { kind: 'send-mail', to: customer.email, template: 'email-changed', about: customer.id },
    ],
  }
}

function askAddress(turn: Turn, parts: AgentParts, text: string): Answer {
  const missing = { name: 'newEmail', kind: 'email' } as const
  return ask(withSlots(turn, { newEmail: undefined }), { text, missing, actions: [personButton(parts.say)] })
}
