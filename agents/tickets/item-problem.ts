import type { Answer, Turn } from '../../src/core/agent.ts'
import { plain } from '../../src/core/markup.ts'
import { personButton } from '../actions.ts'
import { forCustomer } from '../identity.ts'
import { openAfterYes } from '../new-ticket.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { refundForCustomer } from '../payments/refund.ts'
import { ask, askChoice, askText, withRequest } from '../questions.ts'
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
  return openAfterYes(turn, parts, {
    subject: say('tickets.item-problem.subject', { order }),
    text: say('tickets.item-problem.text', { order, problem: cut(problem, 1000) }),
    opened: (ticket) => say('tickets.item-problem.opened', { ticket, order: plain(order) }),
  })
}
