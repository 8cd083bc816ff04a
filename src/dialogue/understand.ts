import type { Conversation, Task } from '../core/conversation.ts'
import { unknownIntent, type AgentName, type Classification, type IntentName, type Stage } from '../core/intent.ts'
import { firstRequestOf } from '../classification/requests.ts'
import type { Message, MessageId } from '../core/message.ts'
import type { NewId } from '../core/ports.ts'
import type { ActionMeaning } from '../core/reply.ts'
import { findEmail, findEntities, findPostcode, isBareValue } from './entities.ts'
import { readFollowUp, readOffer } from './follow-up.ts'
import { isDrop, readCorrection, readResume, readSlot, words, type SlotReading } from './slots.ts'
import { answered, changed, filled, newTask } from './tasks.ts'

/** What a message means in its conversation: the open question comes first, the classifier after it. */
export type Understanding = { readonly classification: Classification } & (
  | { readonly kind: 'task'; readonly task: Task; readonly because: string }
  /** Something else in the middle of a task; the task waits. */
  | { readonly kind: 'interruption'; readonly task: Task }
  | { readonly kind: 'request' }
  | { readonly kind: 'miss'; readonly task: Task }
  | { readonly kind: 'drop'; readonly task: Task }
  | { readonly kind: 'person'; readonly because: string }
  | { readonly kind: 'back-to-bot' }
  | { readonly kind: 'note' }
  | { readonly kind: 'stale' }
  /** Says what an earlier answer was worth; the conversation stays as it is. */
  | { readonly kind: 'feedback'; readonly value: 'helpful' | 'not_helpful'; readonly message: MessageId }
  /** The same message is to be answered again by a large model. */
  | { readonly kind: 'advanced'; readonly message: MessageId }
)

export interface UnderstandParts {
  readonly classify: (text: string) => Classification
  readonly agentOf: (intent: IntentName) => AgentName
  readonly freeThreshold: number
  readonly newId: NewId
}

/** One message beside everything its meaning depends on. */
interface Reading {
  readonly message: Message
  readonly conversation: Conversation
  readonly classification: Classification
  readonly parts: UnderstandParts
}

/** What was said: a message, and what its button means when one was pressed. */
export interface Said {
  readonly message: Message
  readonly meaning: ActionMeaning | undefined
}

/** Reads one message in its conversation. */
export function understand(
  { message, meaning }: Said,
  conversation: Conversation,
  parts: UnderstandParts,
): Understanding {
  if (meaning !== undefined) return understandPress({ message, meaning }, conversation, parts)
  if (conversation.state === 'person') return understandWithPerson(message)
  const classification = parts.classify(message.text)
  if (classification.intent === 'general.person' && classification.confidence >= parts.freeThreshold) {
    return { kind: 'person', classification, because: 'the customer asked for a person' }
  }
  const reading = { message, conversation, classification, parts }
  const { task } = conversation
  if (task?.asking !== undefined) return understandInTask(task, reading)
  return understandPaused(reading) ?? understandAfter(reading) ?? { kind: 'request', classification }
}

/** What the message means after the last reply: something it offered, or the same once more. */
function understandAfter({ message, conversation, classification, parts }: Reading): Understanding | undefined {
  const { last } = conversation
  if (last === undefined) return undefined
  const isSure = classification.intent !== unknownIntent && classification.confidence >= parts.freeThreshold
  const following = { text: message.text, last, isSure, parts }
  return readOffer(following) ?? readFollowUp(following)
}

function understandWithPerson(message: Message): Understanding {
  const isBack =
    /\b(?:back to (?:the )?bot|(?:ask|use|try) the bot)\b/i.test(message.text) ||
    /^(?:the )?bot(?:,? please)?[.!]?$/i.test(message.text.trim())
  return isBack
    ? { kind: 'back-to-bot', classification: answered(unknownIntent, 'question', ['back to the bot']) }
    : { kind: 'note', classification: answered('general.person', 'question', []) }
}

function understandInTask(task: Task, given: Reading): Understanding {
  const { message, classification } = given
  const own = answered(task.intent, 'question', [])
  const isRefused = classification.refused === task.intent && task.asking?.kind !== 'text'
  if (isDrop(message.text) || isRefused) return { kind: 'drop', task, classification: own }
  const correction = correctionIn(message.text, task)
  if (correction !== undefined) {
    const because = `the customer corrected the ${correction.slot}`
    return { kind: 'task', task: changed(task, correction.slot, correction.value), classification: own, because }
  }
  const beside = besideAnswer(task, classification)
  const said = firstRequestOf(message.text, beside.second)
  const reading = task.asking === undefined ? undefined : readSlot(task.asking, said, task.slots)
  const isOther = isOtherRequest(task, given)
  if (reading !== undefined && task.asking !== undefined && !(isOther && isDoubtful(reading, task, message.text))) {
    const because = `the message answers the open question (${task.asking.name})`
    const next =
      reading.kind === 'value'
        ? filled(task, { value: reading.value, text: said })
        : changed(task, reading.slot, reading.value)
    return { kind: 'task', task: next, classification: { ...own, ...beside }, because }
  }
  if (isOther) return { kind: 'interruption', task, classification }
  const { language } = classification
  return { kind: 'miss', task, classification: { ...own, ...beside, ...(language === undefined ? {} : { language }) } }
}

/** What a message asks for besides its answer to the open question; a free text is kept whole, with all it says. */
function besideAnswer(task: Task, { second }: Classification): Pick<Classification, 'second'> {
  return second === undefined || second.intent === task.intent || task.asking?.kind === 'text' ? {} : { second }
}

/** Confirmations read corrections themselves; in a free text only a message that says nothing else is one. */
function correctionIn(text: string, task: Task): { slot: string; value: string } | undefined {
  const kind = task.asking?.kind
  if (kind === undefined || kind === 'confirm' || kind === 'order' || kind === 'ticket' || kind === 'invoice')
    return undefined
  if (kind === 'postcode') {
    if (words(text) === 1 && findEmail(text) === undefined) return undefined // five digits are a postcode here
    const email = findEmail(text)
    if (email !== undefined && email !== task.slots['email'] && findPostcode(text) === undefined)
      return { slot: 'email', value: email }
  }
  return kind === 'text' && words(text) > 5 ? undefined : readCorrection(text, task.slots)
}

/**
 * A value in a message that says much more, any words for a free text, or a number in a sentence that does not begin
 * like a correction, may be meant as another request.
 */
function isDoubtful(reading: SlotReading, task: Task, text: string): boolean {
  if (task.asking?.kind === 'text') return true
  if (reading.kind === 'value') return !reading.isBare
  return (
    words(text) > 4 &&
    !/^(?:no|nope|nah|not|sorry|oops|wait|actually|rather|instead|i mean|i meant)\b/i.test(text.trim())
  )
}

function isOtherRequest(task: Task, { message, classification, parts }: Reading): boolean {
  const { intent, confidence } = classification
  if (intent === unknownIntent || intent === task.intent || confidence < parts.freeThreshold) return false
  if (isBareValue(message.text)) return false
  // In a free text nearly every request can occur; only short general remarks are taken for one.
  return task.asking?.kind !== 'text' || (intent.startsWith('general.') && words(message.text) <= 8)
}

function understandPaused({ message, conversation, classification, parts }: Reading): Understanding | undefined {
  const last = conversation.paused.at(-1)
  if (last === undefined) return undefined
  const wish = readResume(message.text)
  if (wish === 'resume') return resumed(last, 'question')
  if (wish === 'drop' || isDrop(message.text))
    return { kind: 'drop', task: last, classification: answered(last.intent, 'question', []) }
  const same = conversation.paused.find((task) => task.intent === classification.intent)
  if (same === undefined || classification.confidence < parts.freeThreshold) return undefined
  const slots = { ...same.slots, ...findEntities(message.text) }
  return {
    kind: 'task',
    task: { ...same, slots, misses: 0 },
    classification,
    because: 'the customer came back to a paused task',
  }
}

function understandPress(
  { message, meaning }: { readonly message: Message; readonly meaning: ActionMeaning },
  conversation: Conversation,
  parts: UnderstandParts,
): Understanding {
  switch (meaning.kind) {
    case 'person':
      return {
        kind: 'person',
        classification: answered('general.person', 'button', [message.text]),
        because: 'the customer pressed the button for a person',
      }
    case 'bot':
      return { kind: 'back-to-bot', classification: answered(unknownIntent, 'button', [message.text]) }
    case 'intent': {
      if (conversation.state === 'person') return stale(message)
      const task = newTask(meaning.intent, meaning.text, parts)
      return {
        kind: 'task',
        task,
        classification: answered(meaning.intent, 'button', [message.text]),
        because: 'the customer chose between two',
      }
    }
    case 'answer':
      return understandAnswer({ message, meaning }, conversation)
    case 'resume':
    case 'drop': {
      const task = conversation.paused.find((paused) => paused.id === meaning.task)
      if (task === undefined || conversation.state === 'person') return stale(message)
      return meaning.kind === 'resume'
        ? resumed(task, 'button')
        : { kind: 'drop', task, classification: answered(task.intent, 'button', []) }
    }
    case 'feedback':
    case 'advanced':
      return { ...meaning, classification: answered(unknownIntent, 'button', [message.text]) }
    case 'control':
      return stale(message) // cannot happen: controls of the team are handled where they come in
  }
}

/** A button of the open question, unless that is open no more. */
function understandAnswer(
  {
    message,
    meaning,
  }: { readonly message: Message; readonly meaning: Extract<ActionMeaning, { readonly kind: 'answer' }> },
  conversation: Conversation,
): Understanding {
  const { task } = conversation
  if (task?.id !== meaning.task || askedIn(task) !== meaning.asked || conversation.state === 'person')
    return stale(message)
  const next = filled(task, { value: meaning.value })
  return {
    kind: 'task',
    task: next,
    classification: answered(task.intent, 'button', [message.text]),
    because: 'the customer pressed a button of the open question',
  }
}

/** What the open question is about; a confirmation's question may change while its task stays the same. */
function askedIn({ asking, slots }: Task): string | undefined {
  return asking?.name === 'confirm' ? slots['agreeing'] : asking?.name
}

function stale(message: Message): Understanding {
  return { kind: 'stale', classification: answered(unknownIntent, 'button', [message.text]) }
}

function resumed(task: Task, stage: Stage): Understanding {
  const because = 'the customer came back to a paused task'
  return { kind: 'task', task: { ...task, misses: 0 }, classification: answered(task.intent, stage, []), because }
}
