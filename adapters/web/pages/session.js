/**
 * The state of the page's one conversation, as a pure function of what happened. Sending, waiting and storing are the
 * business of `conversation.js`.
 *
 * @typedef {import('./wire.js').Reply} Reply
 * @typedef {import('./wire.js').Action} Action
 * @typedef {import('./retry.js').Fault} Fault
 *
 * @typedef {'waiting' | 'sending' | 'unsent' | 'refused' | 'owed' | 'answered'} Progress
 *   waiting for the one before it · on its way · failed, tried again by itself · refused by the server ·
 *   taken, the answer comes later · answered
 * @typedef {{ reply?: string, action?: string, kind?: import('./wire.js').RatingKind }} TurnPress `kind` when it is about an answer
 * @typedef {{ kind: 'turn', id: string, message?: string, text: string, at?: string, progress: Progress,
 *   press?: TurnPress, attempt: number, fault?: Fault,
 *   status?: string, draft: string, replies: Reply[], receipt?: object }} Turn
 * @typedef {{ kind: 'late', id: string, at?: string, reply: Reply, isFromPerson: boolean }} Late a reply that belongs to no turn
 * @typedef {Turn | Late} Entry
 * @typedef {{ conversation?: string, state: 'bot' | 'person', entries: readonly Entry[], cursor?: string, isRestoring?: boolean }} Session
 *
 * @typedef {{ kind: 'written', id: string, text: string, at?: string, press?: TurnPress }
 *   | { kind: 'sending', id: string }
 *   | { kind: 'status', id: string, text: string }
 *   | { kind: 'delta', id: string, text: string }
 *   | { kind: 'reply', id: string, reply: Reply }
 *   | { kind: 'receipt', id: string, receipt: object }
 *   | { kind: 'taken', id: string, conversation?: string, message?: string, state?: 'bot' | 'person', isAnswered?: boolean }
 *   | { kind: 'failed', id: string, fault: Fault, isFinal: boolean }
 *   | { kind: 'retried', id: string }
 *   | { kind: 'dropped', id: string }
 *   | { kind: 'restoring' }
 *   | { kind: 'synced', page: import('./wire.js').Page, isRestore: boolean }
 *   | { kind: 'forgotten' }
 *   | { kind: 'cleared' }} Happening
 */
import { syncSession } from './sync.js'
import { changeTurn, mergeReplies, progressOf, repliesOf, turnsOf, without } from './turns.js'

/** @type {Session} */
export const emptySession = Object.freeze({ state: 'bot', entries: [] })

/**
 * @param {Session} session
 * @param {Happening} happening about a turn that does not exist it changes nothing
 * @returns {Session}
 */
export function reduceSession(session, happening) {
  switch (happening.kind) {
    case 'written':
      return addTurn(session, happening)
    case 'sending':
      return changeTurn(session, happening.id, (turn) => ({
        ...without(turn, 'fault', 'status'),
        progress: 'sending',
        draft: '',
      }))
    case 'status':
      return changeTurn(session, happening.id, (turn) => ({ ...turn, status: happening.text }))
    case 'delta':
      return changeTurn(session, happening.id, (turn) => ({ ...turn, draft: turn.draft + happening.text }))
    case 'reply':
      return changeTurn(session, happening.id, (turn) => ({
        ...turn,
        draft: '',
        replies: mergeReplies(turn.replies, [happening.reply]),
      }))
    case 'receipt':
      return changeTurn(session, happening.id, (turn) => ({ ...turn, receipt: happening.receipt }))
    case 'taken':
      return takeTurn(session, happening)
    case 'failed':
      return changeTurn(session, happening.id, (turn) => ({
        ...without(turn, 'status'),
        draft: '',
        fault: happening.fault,
        attempt: turn.attempt + 1,
        progress: happening.isFinal ? 'refused' : 'unsent',
      }))
    case 'retried':
      return changeTurn(session, happening.id, (turn) =>
        turn.progress === 'unsent' || turn.progress === 'refused'
          ? { ...without(turn, 'fault'), progress: 'waiting' }
          : turn,
      )
    case 'dropped':
      return { ...session, entries: session.entries.filter((entry) => entry.id !== happening.id) }
    case 'synced':
      return syncSession(without(session, 'isRestoring'), happening.page, happening.isRestore)
    case 'restoring':
      return { ...session, isRestoring: true }
    case 'forgotten':
      return { ...without(session, 'conversation', 'cursor', 'isRestoring'), state: 'bot' }
    case 'cleared':
      return emptySession
  }
}

/** The turn to send next: in order, never past one that is still being retried. @param {Session} session @returns {Turn | undefined} */
export function nextToSend(session) {
  const open = session.entries.find(
    (entry) => entry.kind === 'turn' && ['waiting', 'sending', 'unsent'].includes(entry.progress),
  )
  return open?.kind === 'turn' && open.progress === 'waiting' ? open : undefined
}

/** Turns the server has not confirmed, to be kept across a reload. @param {Session} session @returns {Turn[]} */
export function unconfirmed(session) {
  return turnsOf(session).filter((turn) => ['waiting', 'sending', 'unsent'].includes(turn.progress))
}

/** Whether an answer is still to come. @param {Session} session @returns {boolean} */
export function isOwed(session) {
  return turnsOf(session).some((turn) => turn.progress === 'owed')
}

/** Whether something may still arrive unasked: a person's reply or a late one. @param {Session} session @returns {boolean} */
export function expectsNews(session) {
  return session.conversation !== undefined && (session.state === 'person' || isOwed(session))
}

/**
 * What became of the buttons under each reply: the chosen one, whether it is on its way, and the server's words when
 * it refused. Those that rate the reply are apart from its own: one may be pressed beside the other.
 *
 * @typedef {{ chosen?: string, isBusy: boolean, notice?: string, retry?: string, used?: string[] }} Press
 *   `retry` is the id of the turn to try again; `used` are all that were pressed, where more than one may be
 * @param {Session} session
 * @returns {Map<string, Press>} by `pressKey`
 */
export function pressesOf(session) {
  /** @type {Map<string, Press>} */
  const presses = new Map()
  for (const turn of turnsOf(session)) {
    const found = turn.press && findButton(session, turn.press, turn.text)
    if (!found) continue
    const key = pressKey(found.reply, found.action, turn.press?.kind)
    presses.set(key, toPress(turn, found.action, turn.press?.kind === 'feedback' ? presses.get(key) : undefined))
  }
  return presses
}

/**
 * Of 👍 and 👎 the last one counts; the same "Try advanced AI" may stand under two replies.
 *
 * @param {string} reply @param {string} action @param {import('./wire.js').RatingKind} [kind]
 */
export function pressKey(reply, action, kind) {
  if (kind === 'advanced') return `advanced/${action}`
  return kind === 'feedback' ? `${reply}/feedback` : reply
}

/** @param {Turn} turn @param {string} action @param {Press | undefined} before @returns {Press} */
function toPress({ id, press, progress, fault }, action, before) {
  const isRefused = progress === 'refused'
  const isUsed = fault?.status === 409 || fault?.status === 404
  const used = isRefused && !isUsed ? before?.used : [...(before?.used ?? []), action]
  const chosen = isRefused ? before?.chosen : action
  return {
    isBusy: ['waiting', 'sending', 'unsent'].includes(progress),
    ...(chosen !== undefined && { chosen }),
    ...(press?.kind === 'feedback' && used && { used }),
    ...(isRefused ? { notice: fault?.message ?? '' } : {}),
    ...(isRefused && !isUsed ? { retry: id } : {}),
  }
}

/**
 * Where a press belongs. The page knows it of its own; the server names the action, or only its label, and then the
 * latest of that label is meant.
 *
 * @param {Session} session
 * @param {{ reply?: string, action?: string }} press
 * @param {string} label
 * @returns {{ reply: string, action: string } | undefined}
 */
function findButton(session, press, label) {
  if (press.reply !== undefined && press.action !== undefined) return { reply: press.reply, action: press.action }
  const isIt = (/** @type {Action} */ action) =>
    press.action === undefined ? action.label === label : action.id === press.action
  const reply = repliesOf(session).findLast(({ actions }) => actions.some(isIt))
  const action = reply?.actions.find(isIt)
  return reply && action && { reply: reply.id, action: action.id }
}

/** @param {Session} session @param {Extract<Happening, { kind: 'written' }>} written @returns {Session} */
function addTurn(session, { id, text, at, press }) {
  if (session.entries.some((entry) => entry.id === id || (entry.kind === 'turn' && entry.message === id)))
    return session
  /** @type {Turn} */
  const turn = {
    kind: 'turn',
    id,
    text,
    progress: 'waiting',
    attempt: 0,
    draft: '',
    replies: [],
    ...(at && { at }),
    ...(press && { press }),
  }
  return { ...session, entries: [...session.entries, turn] }
}

/** @param {Session} session @param {Extract<Happening, { kind: 'taken' }>} taken @returns {Session} */
function takeTurn(session, { id, conversation, message, state, isAnswered }) {
  const next = { ...session, ...(conversation && { conversation }), state: state ?? session.state }
  // After a reload the same message may already stand there under the server's id: keep one of the two.
  const twin = turnsOf(next).find((turn) => turn.id !== id && message !== undefined && turn.message === message)
  const entries = twin ? next.entries.filter((entry) => entry !== twin) : next.entries
  return changeTurn({ ...next, entries }, id, (turn) => {
    const replies = mergeReplies(twin?.replies ?? [], turn.replies)
    return {
      ...without(turn, 'status'),
      ...(message && { message }),
      draft: '',
      replies,
      progress: progressOf(replies, next.state, isAnswered),
      ...(turn.receipt || twin?.receipt ? { receipt: turn.receipt ?? twin?.receipt } : {}),
    }
  })
}
