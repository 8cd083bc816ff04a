import type { Answer, Turn } from '../../src/core/agent.ts'
import { identityAt } from '../../src/core/conversation.ts'
import { plain } from '../../src/core/markup.ts'
import { personButton } from '../actions.ts'
import { chooseOrder } from '../choose-order.ts'
import { forCustomer } from '../identity.ts'
import { openAfterYes } from '../new-ticket.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { refundForCustomer } from '../payments/refund.ts'
import { ask, askChoice, askText, withRequest, withSlots } from '../questions.ts'
import { cut, hasWords } from '../texts.ts'

/** "The teapot has a chip": what is wrong, with which order, then money back, a replacement or a person. */
export const itemProblem: Flow = (turn, parts) => {
  const { say } = parts
  const started = withRequest(turn)
  const { first, order, wish } = started.task.slots
  const problem = started.task.slots['problem'] ?? (first !== undefined && hasWords(first, 3) ? first : undefined)
  if (problem === undefined)
    return askText(started, parts, { name: 'problem', text: say('tickets.item-problem.ask-what') })
  if (order === undefined) {
    if (isKnown(started)) return ofOwnOrders(started, parts)
    const missing = { name: 'order', kind: 'order' } as const
    return ask(started, { text: say('tickets.item-problem.ask-order'), missing, actions: [personButton(say)] })
  }
  const options = {
    refund: say('tickets.item-problem.refund'),
    replacement: say('tickets.item-problem.replacement'),
    person: say('tickets.item-problem.person'),
  }
  if (wish === options.refund) return moneyBack(started, parts, { order, problem })
  if (wish === options.replacement) return replacement(started, parts, { order, problem })
  if (wish === options.person)
    return { kind: 'escalate', because: `Something is wrong with an item of order ${order}.` }
  const choices = Object.values(options).map((value) => ({ value }))
  return askChoice(started, parts, {
    name: 'wish',
    text: say('tickets.item-problem.ask-wish', { order: plain(order) }),
    options: choices,
    synonyms: {
      refund: options.refund,
      money: options.refund,
      reimbursed: options.refund,
      replace: options.replacement,
      replacement: options.replacement,
      exchange: options.replacement,
      'new one': options.replacement,
      person: options.person,
      someone: options.person,
    },
  })
}

function isKnown(turn: Turn): boolean {
  return turn.message.isPrivate && identityAt(turn.conversation, turn.now) !== undefined
}

/** Whoever is known need not look up a number: the order is one of theirs. */
function ofOwnOrders(turn: Turn, parts: AgentParts): Promise<Answer> {
  return forCustomer(turn, parts, {
    whatFor: '',
    run: async (clean, customer) => {
      const { orders } = await parts.customers.records(clean.message.tenant, customer.id)
      const sent = orders.filter(({ state }) => state === 'shipped' || state === 'delivered')
      const question = parts.say('tickets.item-problem.which')
      const chosen = chooseOrder(clean, parts, { orders, candidates: sent, question })
      return chosen.kind === 'answer' ? chosen.answer : itemProblem(chosen.turn, parts)
    },
  })
}

interface Trouble {
  readonly order: string
  readonly problem: string
}

function moneyBack(turn: Turn, parts: AgentParts, { order, problem }: Trouble): Promise<Answer> {
  return forCustomer(turn, parts, {
    whatFor: parts.say('tickets.item-problem.refund-first', { order: plain(order) }),
    run: (clean, customer) => refundForCustomer(clean, parts, { customer, reason: problem }),
  })
}

function replacement(turn: Turn, parts: AgentParts, { order, problem }: Trouble): Promise<Answer> {
  const { say } = parts
  return openAfterYes(withSlots(turn, { problem }), parts, {
    told: 'problem',
    subject: say('tickets.item-problem.subject', { order }),
    text: say('tickets.item-problem.text', { order, problem: cut(problem, 1000) }),
    opened: (ticket) => say('tickets.item-problem.opened', { ticket, order: plain(order) }),
  })
}
