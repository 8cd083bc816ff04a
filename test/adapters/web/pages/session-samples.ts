import { emptySession, reduceSession, type Happening, type Session } from '../../../../adapters/web/pages/session.js'
import { turnsOf } from '../../../../adapters/web/pages/turns.js'

export const at = '2026-03-01T10:00:00.000Z'
export const reply = (id: string, more: object = {}) => ({
  id,
  text: `text of ${id}`,
  actions: [],
  audience: 'customer' as const,
  ...more,
})
export const page = (more: object = {}) => ({
  conversation: 'c1',
  state: 'bot' as const,
  turns: [],
  replies: [],
  hasMore: false,
  ...more,
})
export const pageTurn = (message: string, more: object = {}) => ({
  message,
  text: message,
  isPressed: false,
  isAnswered: true,
  replies: [],
  ...more,
})
export const after = (...happenings: Happening[]): Session => happenings.reduce(reduceSession, emptySession)
export const written = (id: string): Happening => ({ kind: 'written', id, text: `text ${id}`, at })
export const taken = (id: string): Happening => ({ kind: 'taken', id, conversation: 'c1', message: id })
export const fault = { code: 'unreachable', message: 'No.' }
export const progress = (session: Session): string[] => turnsOf(session).map((turn) => `${turn.id} ${turn.progress}`)
export const shown = (session: Session): string[] =>
  session.entries.flatMap((entry) =>
    entry.kind === 'turn' ? [entry.id, ...entry.replies.map(({ id }) => id)] : [entry.reply.id],
  )
