import type { Conversation, Offer, Task } from '../core/conversation.ts'
import type { Classification, IntentName } from '../core/intent.ts'
import { findEntities } from './entities.ts'
import { isAgreement } from './remarks.ts'
import { readSlot, words } from './slots.ts'
import { answered, newTask, type TaskParts } from './tasks.ts'

/** A short message beside what was answered last. */
interface Following {
  readonly text: string
  readonly last: NonNullable<Conversation['last']>
  /** Whether the classifier is sure that it is a request of its own. */
  readonly isSure: boolean
  readonly parts: TaskParts
}

interface FollowUp {
  readonly kind: 'task'
  readonly task: Task
  readonly classification: Classification
  readonly because: string
}

/** Which intents are about one order, ticket or invoice, so that another number asks for the same again. */
const intentsAbout: Readonly<Record<string, ReadonlySet<IntentName>>> = {
  order: new Set([
    'account.order-status',
    'account.cancel-order',
    'account.change-address',
    'payments.double-charge',
    'payments.refund-request',
    'payments.refund-status',
    'payments.invoice-copy',
    'tickets.item-problem',
  ]),
  ticket: new Set(['tickets.status', 'tickets.add-note', 'tickets.close', 'tickets.reopen']),
  invoice: new Set(['payments.invoice-copy']),
}

/** Intents that only tell something, so that asking again about something else changes nothing. */
const tellingOnly = new Set<IntentName>([
  'general.shipping',
  'general.return-policy',
  'general.warranty',
  'payments.discount-code',
])

/** "And 1043?", "And to Germany?": the request that was just answered, for another number or another case. */
export function readFollowUp({ text, last, isSure, parts }: Following): FollowUp | undefined {
  if (isSure || words(text) > 6) return undefined
  const { email: _, ...entities } = findEntities(text)
  const numbers = Object.fromEntries(
    Object.entries(entities).filter(([kind]) => intentsAbout[kind]?.has(last.intent) === true),
  )
  const [named] = Object.entries(numbers)
  if (named !== undefined && last.slots[named[0]] !== named[1]) {
    const task = { ...newTask(last.intent, text, parts), agent: last.agent, slots: { ...last.slots, ...numbers } }
    const because = 'the customer asked the same for another number'
    return { kind: 'task', task, classification: answered(last.intent, 'question', [named[1]]), because }
  }
  const cue = /^(?:and|or|what about|how about|and what about)\s+\S/i.exec(text.trim())?.[0]
  if (cue === undefined || !tellingOnly.has(last.intent)) return undefined
  return {
    kind: 'task',
    task: newTask(last.intent, text, parts),
    classification: answered(last.intent, 'question', [text.trim()]),
    because: 'the customer asked the same for another case',
  }
}

/** "Yes", "the second", or a button's label: something the last reply offered. */
export function readOffer({ text, last, isSure, parts }: Following): FollowUp | undefined {
  const offer = chosenOffer(text, last.offers ?? [], isSure)
  if (offer === undefined) return undefined
  const begun = newTask(offer.intent, offer.text, parts)
  const { email: _, ...numbers } = findEntities(text)
  return {
    kind: 'task',
    task: { ...begun, slots: { ...begun.slots, ...numbers } },
    classification: answered(offer.intent, 'question', [text.trim()]),
    because: 'the customer took what the last reply offered',
  }
}

function chosenOffer(text: string, offers: readonly Offer[], isSure: boolean): Offer | undefined {
  const typed = offers.find(({ label }) => label.toLowerCase() === text.trim().toLowerCase())
  if (typed !== undefined || isSure) return typed
  const proposed = offers.filter(({ isProposed }) => isProposed)
  if (proposed.length === 1) return isAgreement(text) ? proposed[0] : undefined
  const options = proposed.map(({ label }) => label)
  const reading = readSlot({ name: 'offer', kind: 'choice', options }, text)
  return reading === undefined ? undefined : proposed.find(({ label }) => label === reading.value)
}
