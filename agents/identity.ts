import type { Answer, Effect, Turn } from '../src/core/agent.ts'
import { identityAt } from '../src/core/conversation.ts'
import type { Slot } from '../src/core/conversation.ts'
import type { Customer } from '../src/core/customer.ts'
import { personButton } from './actions.ts'
import type { AgentParts } from './parts.ts'
import { ask, sorry, withEffects, withSlots } from './questions.ts'
import { maskEmail } from './texts.ts'

const identityMs = 30 * 60_000
const lookBackMs = 60 * 60_000
const mostFailedChecks = 5
const mostTries = 3

/** The customer, with the effect that records a check just passed, or the answer that takes the check one step further. */
type Identified =
  | { readonly kind: 'known'; readonly customer: Customer; readonly effects: readonly Effect[] }
  | { readonly kind: 'answer'; readonly answer: Answer }

/**
 * Makes sure who is writing before anything personal is said: the address on the account and its postcode, asked for in
 * the same words whether or not the address is known.
 *
 * @param whatFor said once, before the first question, so that the customer knows why it is asked
 */
async function identified(turn: Turn, parts: AgentParts, whatFor: string): Promise<Identified> {
  if (!turn.message.isPrivate) return { kind: 'answer', answer: sorry(parts, parts.say('identity.not-private')) }

  const identity = identityAt(turn.conversation, turn.now)
  if (identity !== undefined) {
    const customer = await parts.customers.byId(turn.message.tenant, identity.customer)
    if (customer !== undefined && !customer.isClosed) return { kind: 'known', customer, effects: [] }
  }
  const opening = turn.task.slots['checking'] === whatFor ? '' : `${whatFor}\n\n`
  // A yes belongs to the customer who was known when it was asked for.
  return check(withSlots(turn, { checking: whatFor, confirm: undefined }), parts, opening)
}

/** Does something for an identified customer, or first finds out who it is. What was typed for the check is forgotten then. */
export async function forCustomer(
  turn: Turn,
  parts: AgentParts,
  task: { readonly whatFor: string; readonly run: (turn: Turn, customer: Customer) => Answer | Promise<Answer> },
): Promise<Answer> {
  const outcome = await identified(turn, parts, task.whatFor)
  if (outcome.kind === 'answer') return outcome.answer
  const clean = withSlots(turn, {
    email: undefined,
    postcode: undefined,
    checking: undefined,
    identityTries: undefined,
  })
  return withEffects(await task.run(clean, outcome.customer), outcome.effects)
}

async function check(turn: Turn, parts: AgentParts, opening: string): Promise<Identified> {
  const { tenant } = turn.message
  const { email, postcode } = turn.task.slots
  if (email === undefined)
    return question(turn, parts, { text: opening + parts.say('identity.email'), missing: emailSlot })

  const since = new Date(turn.now.getTime() - lookBackMs)
  if ((await parts.customers.failedChecks(tenant, email, since)) >= mostFailedChecks) {
    return { kind: 'answer', answer: sorry(parts, parts.say('identity.too-many')) }
  }
  if (postcode === undefined) {
    const text = opening + parts.say('identity.postcode', { email: maskEmail(email) })
    return question(turn, parts, { text, missing: postcodeSlot })
  }
  const customer = await parts.customers.byEmail(tenant, email)
  if (customer === undefined || customer.isClosed || compact(customer.postcode) !== compact(postcode)) {
    return mismatch(turn, parts, email)
  }
  const until = new Date(turn.now.getTime() + identityMs)
  return { kind: 'known', customer, effects: [{ kind: 'identify', identity: { customer: customer.id, until } }] }
}

const emailSlot: Slot = { name: 'email', kind: 'email' }
const postcodeSlot: Slot = { name: 'postcode', kind: 'postcode' }

function question(turn: Turn, parts: AgentParts, asked: { text: string; missing: Slot }): Identified {
  return { kind: 'answer', answer: ask(turn, { ...asked, actions: [personButton(parts.say)] }) }
}

function mismatch(turn: Turn, parts: AgentParts, email: string): Identified {
  const effects: Effect[] = [{ kind: 'identity-failed', email }]
  const tries = Number(turn.task.slots['identityTries'] ?? 0) + 1
  if (tries >= mostTries) {
    const because = `The identity check failed ${tries} times in a row.`
    return { kind: 'answer', answer: { kind: 'escalate', because, effects } }
  }
  const again = withSlots(turn, { email: undefined, postcode: undefined, identityTries: String(tries) })
  const asked = question(again, parts, { text: parts.say('identity.mismatch'), missing: emailSlot })
  return asked.kind === 'answer' ? { kind: 'answer', answer: withEffects(asked.answer, effects) } : asked
}

function compact(postcode: string): string {
  return postcode.replace(/[\s-]+/g, '').toUpperCase()
}
