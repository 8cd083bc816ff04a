import type { Effect } from '../src/core/agent.ts'
import type { Outcome } from '../src/core/outcome.ts'
import type { MessageParts } from './message-parts.ts'

/** For a message that is answered after an apology: the team's card is told so, and not of the message a second time. */
export function forReplay<Parts extends Pick<MessageParts, 'desk'>>(parts: Parts): Parts {
  const { desk } = parts
  if (desk === undefined) return parts
  return { ...parts, desk: { ...desk, record: (scene, outcome) => desk.record({ ...scene, isReplay: true }, outcome) } }
}

/** The outcome, with a word on the ticket that the customer has an answer after all. */
export function withWordOnTicket(outcome: Outcome, { say }: Pick<MessageParts, 'say'>): Outcome {
  if (outcome.receipt?.route.kind === 'person') return outcome // somebody of the team has it, or will
  const told: Effect = { kind: 'tell-ticket', text: say('desk.note.answered-after-all') }
  return { ...outcome, effects: [...outcome.effects, told] }
}
