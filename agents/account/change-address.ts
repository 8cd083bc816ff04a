import type { Answer, Turn } from '../../src/core/agent.ts'
import type { Customer } from '../../src/core/customer.ts'
import { chooseOrder, otherOrders, spokenOrder } from '../choose-order.ts'
import { forCustomer } from '../identity.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { askText, sorry, unconfirmed, withSlots } from '../questions.ts'
import { cut, hasWords, quoted } from '../texts.ts'

const longestAddress = 200

/** Another delivery address for an order that has not left yet. */
export const changeAddress: Flow = (turn, parts) =>
  forCustomer(turn, parts, {
    whatFor: parts.say('account.change-address.first', { order: spokenOrder(turn, parts) }),
    run: (clean, customer) => change(clean, parts, customer),
  })

async function change(turn: Turn, parts: AgentParts, customer: Customer): Promise<Answer> {
  const { say } = parts
  const { orders } = await parts.customers.records(turn.message.tenant, customer.id)
  const candidates = orders.filter(({ state }) => state === 'processing')
  if (candidates.length === 0 && turn.task.slots['order'] === undefined)
    return sorry(parts, say('account.change-address.nothing-open'))

  const chosen = chooseOrder(turn, parts, { orders, candidates, question: say('account.change-address.which') })
  if (chosen.kind === 'answer') return chosen.answer
  const { order } = chosen
  if (order.state !== 'processing') return sorry(parts, say('account.change-address.too-late', { order: order.id }))

  const { address } = chosen.turn.task.slots
  if (address === undefined)
    return askAddress(chosen.turn, parts, say('account.change-address.ask', { order: order.id }))
  if (!isAddress(address)) return askAddress(chosen.turn, parts, say('account.change-address.incomplete'))
  const to = cut(address, longestAddress)
  const unsure = unconfirmed(chosen.turn, parts, {
    text: say('account.change-address.confirm', { order: order.id, address: quoted(to) }),
    about: `${order.id} to ${to}`,
    yes: say('account.change-address.button'),
    ...otherOrders(orders),
  })
  if (unsure !== undefined) return unsure
  return {
    kind: 'reply',
    text: say('account.change-address.done', { order: order.id, address: quoted(to) }),
    effects: [{ kind: 'change-address', order: order.id, address: to }],
  }
}

function askAddress(turn: Turn, parts: AgentParts, text: string): Answer {
  return askText(withSlots(turn, { address: undefined }), parts, { name: 'address', text })
}

/** A street, a house number and a town at least: two words with letters and a digit. */
function isAddress(text: string): boolean {
  return hasWords(text, 2) && /\d/.test(text) && text.trim().length <= longestAddress
}
