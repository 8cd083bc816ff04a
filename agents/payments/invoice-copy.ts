import type { Answer, Turn } from '../../src/core/agent.ts'
import type { Customer, Invoice } from '../../src/core/customer.ts'
import { plain } from '../../src/core/markup.ts'
import { printCents } from '../../src/core/money.ts'
import { personButton } from '../actions.ts'
import { printDay } from '../calendar.ts'
import { spokenOrder } from '../choose-order.ts'
import { forCustomer } from '../identity.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { askChoice, requestText, sorry, withSlots } from '../questions.ts'
import { maskEmail } from '../texts.ts'

/** "Send it to books@example.com" names where to, not who is writing; an invoice goes to the address on the account only. */
const recipient = /\bto\s+\S+@/i

/** A copy of an invoice, by mail to the address on the account. */
export const invoiceCopy: Flow = (turn, parts) => {
  const isBegun = turn.task.slots['addresses'] !== undefined
  const started = withSlots(turn, { addresses: 'read' })
  const mine = !isBegun && recipient.test(requestText(turn)) ? withSlots(started, { email: undefined }) : started
  const { invoice } = turn.task.slots
  const what =
    invoice === undefined
      ? parts.say('payments.invoice-copy.for-order', { order: spokenOrder(turn, parts) })
      : plain(invoice)
  return forCustomer(mine, parts, {
    whatFor: parts.say('payments.invoice-copy.first', { what }),
    run: (clean, customer) => sendInvoice(clean, parts, customer),
  })
}

async function sendInvoice(turn: Turn, parts: AgentParts, customer: Customer): Promise<Answer> {
  const { say } = parts
  const { invoices } = await parts.customers.records(turn.message.tenant, customer.id)
  const { invoice, order } = turn.task.slots
  if (invoices.length === 0) return sorry(parts, say('payments.invoice-copy.none'))

  const meant = invoices.filter((one) =>
    invoice === undefined ? order === undefined || one.order === order : one.id === invoice,
  )
  const [first] = meant
  if (first === undefined) {
    const again = withSlots(turn, { invoice: undefined, order: undefined })
    const what = invoice === undefined ? spokenOrder(turn, parts) : plain(invoice)
    return askWhich(again, parts, { invoices, text: say('payments.invoice-copy.unknown', { what }) })
  }
  if (meant.length > 1) return askWhich(turn, parts, { invoices: meant, text: say('payments.invoice-copy.which') })

  const values = { invoice: first.id, amount: printCents(first.amount, first.currency), day: printDay(first.on) }
  return {
    kind: 'reply',
    text: say('payments.invoice-copy.sent', { ...values, email: maskEmail(customer.email) }),
    actions: [personButton(say)],
    effects: [{ kind: 'send-mail', to: customer.email, template: 'invoice', about: first.id }],
  }
}

function askWhich(turn: Turn, parts: AgentParts, asked: { invoices: readonly Invoice[]; text: string }): Answer {
  const options = asked.invoices.map((one) => ({
    value: one.id,
    label: parts.say('payments.invoice-copy.option', {
      invoice: one.id,
      day: printDay(one.on),
      amount: printCents(one.amount, one.currency),
    }),
  }))
  const [newest] = asked.invoices
  const orders = asked.invoices.map(({ id, order = id }): [string, string] => [order, id])
  const times =
    newest === undefined ? [] : ['latest', 'newest', 'most recent'].map((word): [string, string] => [word, newest.id])
  const synonyms = Object.fromEntries([...orders, ...times])
  return askChoice(turn, parts, { name: 'invoice', text: asked.text, options, synonyms })
}
