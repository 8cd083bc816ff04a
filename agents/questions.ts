import type { Answer, Effect, Turn } from '../src/core/agent.ts'
import type { WishedAction } from '../src/core/reply.ts'
import type { Slot } from '../src/core/conversation.ts'
import { choiceButtons, confirmButtons, personButton } from './actions.ts'
import type { AgentParts } from './parts.ts'

interface Question {
  readonly text: string
  readonly missing: Slot
  readonly actions?: readonly WishedAction[]
  readonly effects?: readonly Effect[]
}

/** Asks, and keeps the slots as this turn has them. */
export function ask(turn: Turn, question: Question): Answer {
  return { kind: 'ask', slots: turn.task.slots, ...question }
}

/** The turn with some slots set, or removed where the value is undefined. */
export function withSlots(turn: Turn, changes: Readonly<Record<string, string | undefined>>): Turn {
  const slots: Record<string, string> = {}
  for (const [name, value] of Object.entries({ ...turn.task.slots, ...changes })) {
    if (value !== undefined) slots[name] = value
  }
  return { ...turn, task: { ...turn.task, slots } }
}

/** What the customer wrote when the task began; nothing when it began with a button. */
export function requestText(turn: Turn): string {
  return turn.task.slots['first'] ?? (turn.message.pressed === undefined ? turn.message.text : '')
}

/** The turn with the task's first message kept in the slot `first`: later calls see only the answers to our questions. */
export function withRequest(turn: Turn): Turn {
  return withSlots(turn, { first: requestText(turn) })
}

/** The answer with some effects before its own. */
export function withEffects(answer: Answer, effects: readonly Effect[]): Answer {
  return effects.length === 0 ? answer : { ...answer, effects: [...effects, ...(answer.effects ?? [])] }
}

/** A reply that could not give what was asked for: it always offers a person. */
export function sorry(parts: AgentParts, text: string, actions: readonly WishedAction[] = []): Answer {
  return { kind: 'reply', text, actions: [...actions, personButton(parts.say)] }
}

/** Asks for a free text. */
export function askText(
  turn: Turn,
  parts: AgentParts,
  question: { readonly name: string; readonly text: string },
): Answer {
  const missing: Slot = { name: question.name, kind: 'text' }
  return ask(turn, { text: question.text, missing, actions: [personButton(parts.say)] })
}

interface Choice {
  readonly name: string
  readonly text: string
  /** What the customer may answer, in their own words; the button shows `label`, or the value itself. */
  readonly options: readonly { readonly value: string; readonly label?: string }[]
  readonly synonyms?: Slot['synonyms']
}

/** Asks for one of several values, with a button for each of the first five. */
export function askChoice(turn: Turn, parts: AgentParts, choice: Choice): Answer {
  const options = choice.options.map(({ value }) => value)
  const buttons = choiceButtons(
    turn,
    choice.name,
    choice.options.map(({ value, label }) => ({ value, label: label ?? value })),
  )
  const { name, synonyms } = choice
  const missing: Slot = { name, kind: 'choice', options, ...(synonyms && { synonyms }) }
  return ask(turn, { text: choice.text, missing, actions: [...buttons, personButton(parts.say)] })
}

interface Confirmation {
  readonly text: string
  /** Exactly what would happen, so that a yes to one thing never counts for another. */
  readonly about: string
  /** The label of the button that says yes. */
  readonly yes: string
  readonly isDangerous?: boolean
  readonly instead?: Slot['instead']
  readonly retold?: Slot['retold']
}

/** Undefined once the customer has said yes to exactly this; before that the question, after a no the end of the task. */
export function unconfirmed(turn: Turn, parts: AgentParts, question: Confirmation): Answer | undefined {
  const { confirm, agreeing } = turn.task.slots
  if (confirm === 'no') return sorry(parts, parts.say('shared.left-as-is'))
  if (confirm === 'yes' && agreeing === question.about) return undefined

  const missing: Slot = {
    name: 'confirm',
    kind: 'confirm',
    ...(question.instead && { instead: question.instead }),
    ...(question.retold && { retold: question.retold }),
  }
  const label = { label: question.yes, asked: question.about, isDangerous: question.isDangerous === true }
  return ask(withSlots(turn, { confirm: undefined, agreeing: question.about }), {
    text: question.text,
    missing,
    actions: confirmButtons(turn, parts.say, label),
  })
}
