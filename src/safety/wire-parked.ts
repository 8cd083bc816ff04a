import { cutText } from '../core/message.ts'
import type { ParkedMessage, ParkedTraces } from '../core/parked.ts'
import { redact } from './redact.ts'

/** A parked message as it goes over the wire, without personal details. Absent values are null, instants ISO 8601. */
export interface WireParked extends Pick<
  ParkedMessage,
  'message' | 'conversation' | 'channel' | 'state' | 'reason' | 'fault' | 'tries' | 'replays' | 'text'
> {
  readonly at: string
  readonly ticket: string | null
  readonly closed: { readonly by: string; readonly at: string } | null
}

/** The newest first, at most 100. */
export interface WireParkedList {
  readonly parked: readonly WireParked[]
}

/** Something that was done for the message already, and what a replay makes of it. */
export interface WireTrace {
  readonly what: 'reply' | 'ticket' | 'card'
  /** As it stands now, for example `sent` or `waiting-team`. */
  readonly state: string
  /** Of a ticket. */
  readonly id: string | null
  /** `kept`: it stays. `found`: it is used again, never made a second time. `told`: what becomes of the message is noted there. */
  readonly onReplay: 'kept' | 'found' | 'told'
}

/** One parked message with the difference that a replay makes. */
export interface WireParkedDetails extends WireParked {
  readonly alreadyDone: readonly WireTrace[]
  /** What a replay would do; empty when somebody has decided already. `answer`: the message is answered as if it had just come. */
  readonly willBeDone: readonly ('answer' | 'note-for-person')[]
  /** Messages of the same conversation after it. */
  readonly later: ParkedTraces['later']
}

const longestText = 500

/** Personal details in the text are replaced, and it is cut after 500 characters. */
export function toWireParked(parked: ParkedMessage): WireParked {
  const { tenant: _, text, at, ticket, closed, ...told } = parked
  return {
    ...told,
    text: cutText(redact(text).text, longestText),
    at: at.toISOString(),
    ticket: ticket ?? null,
    closed: closed === undefined ? null : { by: closed.by, at: closed.at.toISOString() },
  }
}

/** The same with what was done already, and what a replay would do; nothing of it changes anything. */
export function toWireParkedDetails(found: ParkedMessage & { readonly traces: ParkedTraces }): WireParkedDetails {
  const { replies, ticket, card, later } = found.traces
  const alreadyDone: readonly WireTrace[] = [
    ...replies.map(({ state }): WireTrace => ({ what: 'reply', state, id: null, onReplay: 'kept' })),
    ...(ticket === undefined
      ? []
      : [{ what: 'ticket', state: ticket.state, id: ticket.id, onReplay: ticket.isOwn ? 'found' : 'told' } as const]),
    ...(card === undefined
      ? []
      : [{ what: 'card', state: card, id: null, onReplay: card === 'resolved' ? 'kept' : 'told' } as const]),
  ]
  const next = found.traces.with === 'person' ? 'note-for-person' : 'answer'
  const { traces: _, ...parked } = found
  return { ...toWireParked(parked), alreadyDone, willBeDone: found.state === 'parked' ? [next] : [], later }
}

/** Whether it is such a list; its entries come from the same place. */
export function isWireParkedList(answer: unknown): answer is WireParkedList {
  return typeof answer === 'object' && answer !== null && 'parked' in answer && Array.isArray(answer.parked)
}

/** Whether it is one parked message with its difference. */
export function isWireParkedDetails(answer: unknown): answer is WireParkedDetails {
  return typeof answer === 'object' && answer !== null && 'alreadyDone' in answer && 'willBeDone' in answer
}
