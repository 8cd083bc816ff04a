import type { Answer, Turn } from '../../src/core/agent.ts'
import type { Customer, Payment } from '../../src/core/customer.ts'
import { plain } from '../../src/core/markup.ts'
import { printCents } from '../../src/core/money.ts'
import { confirmButtons } from '../actions.ts'
import { dayOf, daysBetween, printDay } from '../calendar.ts'
import { forCustomer } from '../identity.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { ask, sorry } from '../questions.ts'

const shownDays = 60
/** More rows than this do not fit a chat message. */
const mostRows = 20

/** "I don't recognise this charge": the charges of the last 60 days, and a person for one that stays strange. */
export const unknownCharge: Flow = (turn, parts) =>
  forCustomer(turn, parts, {
    whatFor: parts.say('payments.unknown-charge.first'),
    run: (clean, customer) => showCharges(clean, parts, customer),
  })

async function showCharges(turn: Turn, parts: AgentParts, customer: Customer): Promise<Answer> {
  const { say } = parts
  const { recognised } = turn.task.slots
  if (recognised === 'yes') return { kind: 'reply', text: say('payments.unknown-charge.recognised') }
  if (recognised === 'no') return { kind: 'escalate', because: `Customer ${customer.id} does not recognise a charge.` }

  const { payments } = await parts.customers.records(turn.message.tenant, customer.id)
  const today = dayOf(turn.now)
  const recent = payments
    .filter(({ state, on }) => state === 'charged' && daysBetween(on, today) <= shownDays)
    .slice(0, mostRows)
  if (recent.length === 0) return sorry(parts, say('payments.unknown-charge.none'))
  return ask(turn, {
    text: say('payments.unknown-charge.table', { table: tableOf(parts, recent) }),
    missing: { name: 'recognised', kind: 'confirm' },
    actions: confirmButtons(turn, say, { label: say('payments.unknown-charge.button'), asked: 'recognised' }),
  })
}

function tableOf(parts: AgentParts, payments: readonly Payment[]): string {
  const rows = payments.map((payment) => {
    const what =
      payment.order === undefined
        ? parts.say('payments.unknown-charge.plan-fee')
        : parts.say('order.named', { order: payment.order })
    return `| ${printDay(payment.on)} | ${what} | ${plain(payment.method)} | ${printCents(payment.amount, payment.currency)} |`
  })
  return [parts.say('payments.unknown-charge.head'), ...rows].join('\n')
}
