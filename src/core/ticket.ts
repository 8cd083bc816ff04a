import type { ConversationId, TenantId } from './message.ts'

/** `T-17` to people. */
export type TicketId = string

/** Every state a ticket may be in. */
export const ticketStates = ['open', 'waiting-customer', 'waiting-team', 'solved', 'closed'] as const

export type TicketState = (typeof ticketStates)[number]

export interface TicketNote {
  readonly by: string
  readonly text: string
  readonly at: Date
}

export interface Ticket {
  readonly tenant: TenantId
  readonly id: TicketId
  readonly subject: string
  readonly state: TicketState
  /** The author who opened it, as `channel:author`. */
  readonly requester: string
  readonly conversation: ConversationId
  readonly notes: readonly TicketNote[]
  readonly openedAt: Date
}

const nextStates: Readonly<Record<TicketState, readonly TicketState[]>> = {
  open: ['waiting-customer', 'waiting-team', 'solved', 'closed'],
  'waiting-customer': ['open', 'waiting-team', 'solved', 'closed'],
  'waiting-team': ['open', 'waiting-customer', 'solved', 'closed'],
  solved: ['open', 'closed'],
  closed: ['open'],
}

/** Whether a ticket may go from one state to the other. The store and every help desk ask here. */
export function mayMove(from: TicketState, to: TicketState): boolean {
  return nextStates[from].includes(to)
}

/** Whether anybody still works on it. */
export function isLive(state: TicketState): boolean {
  return state !== 'solved' && state !== 'closed'
}
