import type { Answer, Turn } from '../../src/core/agent.ts'
import type { Customer, Order } from '../../src/core/customer.ts'
import { plain } from '../../src/core/markup.ts'
import { intentButton } from '../actions.ts'
import { dayOf, printDay } from '../calendar.ts'
import { chooseOrder, spokenOrder } from '../choose-order.ts'
import { forCustomer } from '../identity.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { sorry } from '../questions.ts'

/** "Where is my order?" */
export const orderStatus: Flow = (turn, parts) =>
  forCustomer(turn, parts, {
    whatFor: parts.say('account.order-status.first', { order: spokenOrder(turn, parts) }),
    run: (clean, customer) => tellOrder(clean, parts, customer),
  })

async function tellOrder(turn: Turn, parts: AgentParts, customer: Customer): Promise<Answer> {
  const { orders } = await parts.customers.records(turn.message.tenant, customer.id)
  const chosen = chooseOrder(turn, parts, { orders, question: parts.say('account.order-status.which') })
  return chosen.kind === 'answer' ? chosen.answer : stateOf(turn, parts, chosen.order)
}

function stateOf(turn: Turn, parts: AgentParts, order: Order): Answer {
  const { say } = parts
  const values = { order: order.id, items: plain(order.items) }
  switch (order.state) {
    case 'processing': {
      const cancel = intentButton(
        say('account.order-status.button-cancel', { order: order.id }),
        'account.cancel-order',
      )
      const text = `${say('account.order-status.processing', values)}${due(turn, parts, order)}`
      return { kind: 'reply', text, actions: [cancel] }
    }
    case 'shipped':
      return sorry(
        parts,
        `${say('account.order-status.shipped', values)}${due(turn, parts, order)}${tracking(parts, order)}`,
      )
    case 'delivered':
      return sorry(parts, `${say('account.order-status.delivered', values)}${tracking(parts, order)}`, [
        problemButton(parts, order),
      ])
    case 'cancelled':
      return sorry(parts, say('account.order-status.cancelled', values))
  }
}

function problemButton(parts: AgentParts, order: Order): ReturnType<typeof intentButton> {
  return intentButton(parts.say('account.order-status.button-problem'), 'tickets.item-problem', `order ${order.id}`)
}

function due(turn: Turn, parts: AgentParts, order: Order): string {
  if (order.dueOn === undefined) return ''
  const key = order.dueOn < dayOf(turn.now) ? 'account.order-status.overdue' : 'account.order-status.due'
  return ` ${parts.say(key, { day: printDay(order.dueOn) })}`
}

function tracking(parts: AgentParts, order: Order): string {
  return order.tracking === undefined
    ? ''
    : ` ${parts.say('account.order-status.tracking', { tracking: plain(order.tracking) })}`
}
