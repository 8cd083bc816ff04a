import type { Answer, Turn } from '../../src/core/agent.ts'
import type { Customer } from '../../src/core/customer.ts'
import { findPostcode } from '../../src/dialogue/entities.ts'
import { chooseOrder, otherOrders, spokenOrder } from '../choose-order.ts'
import { forCustomer } from '../identity.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { askText, requestText, sorry, unconfirmed, withSlots } from '../questions.ts'
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

  const { address = addressIn(requestText(chosen.turn)) } = chosen.turn.task.slots
  if (address === undefined)
    return askAddress(chosen.turn, parts, say('account.change-address.ask', { order: order.id }))
  if (!isAddress(address)) return askAddress(chosen.turn, parts, say('account.change-address.incomplete'))
  const to = cut(address, longestAddress)
  const unsure = unconfirmed(chosen.turn, parts, {
    text: say('account.change-address.confirm', { order: order.id, address: quoted(to) }),
    about: `${order.id} to ${to}`,
    yes: say('account.change-address.button'),
    retold: { slot: 'address', how: 'replaced' },
    ...otherOrders(orders),
  })
  if (unsure !== undefined) return unsure
  return {
    kind: 'reply',
    text: say('account.change-address.done', { order: order.id, address: quoted(to) }),
    effects: [{ kind: 'change-address', order: order.id, customer: customer.id, address: to }],
  }
}

function askAddress(turn: Turn, parts: AgentParts, text: string): Answer {
  return askText(withSlots(turn, { address: undefined }), parts, { name: 'address', text })
}

/** Street, number, postcode and town: words, and digits in two places, of which one may be halves of a postcode. */
function isAddress(text: string): boolean {
  const withDigits = text.split(/[\s,]+/).filter((word) => /\d/.test(word))
  return hasWords(text, 2) && withDigits.length >= 2 && text.trim().length <= longestAddress
}

/** "Send order 1047 to 9 High Street, Leicester LE2 3AB" names the address in the first message. */
function addressIn(text: string): string | undefined {
  const told = /(?:\bto|:)\s+((?:(?!\bto\b|:).)*)$/is
    .exec(text)?.[1]
    ?.replace(/[\s,]*(?:please|thanks|thank you)[\s.!]*$/i, '')
  return told !== undefined &&
    !told.includes('@') &&
    hasWords(told, 3) &&
    isAddress(told) &&
    (findPostcode(told) !== undefined || /\b\d{4,5}\b/.test(told))
    ? told
    : undefined
}
