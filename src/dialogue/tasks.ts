import type { Task } from '../core/conversation.ts'
import type { AgentName, Classification, IntentName, Stage } from '../core/intent.ts'
import type { NewId } from '../core/ports.ts'
import { writtenText } from '../classification/cleaning.ts'
import { findEmail, findEntities, findPostcode, findPostcodeBesideEmail } from './entities.ts'

/** What a task is begun with, besides its intent and its message. */
export interface TaskParts {
  readonly agentOf: (intent: IntentName) => AgentName
  readonly newId: NewId
}

/** A task as it begins: the message, and the numbers and addresses it names. */
export function newTask(intent: IntentName, text: string, parts: TaskParts): Task {
  const written = writtenText(text) // the telephone number of a signature is no order
  const postcode = findPostcodeBesideEmail(written)
  return {
    id: parts.newId(),
    intent,
    agent: parts.agentOf(intent),
    slots: { ...findEntities(written), ...(postcode === undefined ? {} : { postcode }), first: text },
    misses: 0,
  }
}

/** The open question answered; a postcode said together with the e-mail address is kept too, and the other way round. */
export function filled(task: Task, given: { readonly value: string; readonly text?: string }): Task {
  const { asking } = task
  if (asking === undefined) return task
  const text = given.text ?? ''
  const postcode = asking.name === 'email' ? findPostcode(text) : undefined
  const email = asking.name === 'postcode' ? findEmail(text) : undefined
  const beside = { ...(postcode === undefined ? {} : { postcode }), ...(email === undefined ? {} : { email }) }
  return { ...task, slots: { ...task.slots, ...beside, [asking.name]: given.value }, misses: 0 }
}

/** Another value for a slot takes the answer to the open question back; an empty one asks for the slot again. */
export function changed(task: Task, slot: string, value: string): Task {
  const { [task.asking?.name ?? '']: _, [slot]: __, ...rest } = task.slots
  return { ...task, slots: value === '' ? rest : { ...rest, [slot]: value }, misses: 0 }
}

/** The customer's own answer decides, so nothing is left to estimate. */
export function answered(intent: IntentName, stage: Stage, evidence: readonly string[]): Classification {
  return { intent, confidence: 1, stage, candidates: [], evidence }
}
