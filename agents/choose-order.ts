import type { Answer, Turn } from '../src/core/agent.ts'
import type { Slot } from '../src/core/conversation.ts'
import type { Order } from '../src/core/customer.ts'
import { plain } from '../src/core/markup.ts'
import type { AgentParts } from './parts.ts'
import { askChoice, sorry, withSlots } from './questions.ts'

/** The order meant, with a turn whose slot `order` names it, or the question which one. */
export type ChosenOrder =
  | { readonly kind: 'order'; readonly order: Order; readonly turn: Turn }
  | { readonly kind: 'answer'; readonly answer: Answer }

interface OrderChoice {
  /** All orders of this customer, and nobody else's. */
  readonly orders: readonly Order[]
  /** Those that make sense here; one alone is taken without asking. All of them when left out. */
  readonly candidates?: readonly Order[]
  readonly question: string
}

/** Finds the order a customer means among their own; one of somebody else's is as unknown as one that never was. */
export function chooseOrder(turn: Turn, parts: AgentParts, choice: OrderChoice): ChosenOrder {
  const named = turn.task.slots['order']
  const candidates = choice.candidates ?? choice.orders
  if (named !== undefined) {
    const order = choice.orders.find(({ id }) => id === named)
    return order === undefined ? unknownOrder(turn, parts, choice) : { kind: 'order', order, turn }
  }
  const [only] = candidates
  if (only === undefined) return { kind: 'answer', answer: sorry(parts, parts.say('order.none')) }
  // Once a confirmation was put, a missing order means "not that one".
  const isRejected = turn.task.slots['agreeing'] !== undefined
  if (candidates.length === 1 && !isRejected)
    return { kind: 'order', order: only, turn: withSlots(turn, { order: only.id }) }
  const orders = isRejected ? choice.orders : candidates
  return { kind: 'answer', answer: askWhich(turn, parts, { orders, text: choice.question }) }
}

/** "order 1042" when the customer named one, otherwise "your order". */
export function spokenOrder(turn: Turn, parts: AgentParts): string {
  const { order } = turn.task.slots
  return order === undefined ? parts.say('order.yours') : parts.say('order.named', { order: plain(order) })
}

/** What "no, the other one" and "no, 1043" mean while a confirmation about one order is open. */
export function otherOrders(orders: readonly Order[]): { instead?: Slot['instead'] } {
  return orders.length < 2 ? {} : { instead: { slot: 'order', options: orders.map(({ id }) => id) } }
}

function unknownOrder(turn: Turn, parts: AgentParts, choice: OrderChoice): ChosenOrder {
  const text = parts.say('order.unknown', { order: plain(turn.task.slots['order'] ?? '') })
  if (choice.orders.length === 0) return { kind: 'answer', answer: sorry(parts, text) }
  const again = withSlots(turn, { order: undefined })
  const asked = { orders: choice.orders, text: `${text} ${choice.question}` }
  return { kind: 'answer', answer: askWhich(again, parts, asked) }
}

function askWhich(turn: Turn, parts: AgentParts, asked: { orders: readonly Order[]; text: string }): Answer {
  const options = asked.orders.map(({ id, items }) => ({ value: id, label: `${id} · ${items}` }))
  return askChoice(turn, parts, { name: 'order', text: asked.text, options, synonyms: spokenNames(asked.orders) })
}

/** "The teapot", "the latest one": words that stand for one order among these and no other. Newest first. */
function spokenNames(orders: readonly Order[]): Readonly<Record<string, string>> {
  const named = orders.flatMap(({ id, items }) =>
    (items.toLowerCase().match(/\p{L}{4,}/gu) ?? []).map((word) => ({ word, id })),
  )
  const telling = named.filter(({ word, id }) => named.every((other) => other.word !== word || other.id === id))
  const names = telling.map(({ word, id }): [string, string] => [word, id])
  const [newest] = orders
  const times = newest === undefined ? [] : ['latest', 'newest', 'most recent', 'last order']
  return Object.fromEntries([...names, ...times.map((word): [string, string] => [word, newest?.id ?? ''])])
}
