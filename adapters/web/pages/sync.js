/**
 * Joins what the server knows of the conversation with what the page already shows, each turn and reply once.
 *
 * @typedef {import('./session.js').Session} Session
 * @typedef {import('./session.js').Turn} Turn
 * @typedef {import('./session.js').Late} Late
 * @typedef {import('./session.js').Entry} Entry
 * @typedef {import('./wire.js').Reply} Reply
 */
import { changeTurn, mergeReplies, progressOf, repliesOf, turnsOf } from './turns.js'

/**
 * @param {Session} session
 * @param {import('./wire.js').Page} page
 * @param {boolean} isRestore then the order is that of the times; afterwards what arrives is what comes last
 * @returns {Session}
 */
export function syncSession(session, page, isRestore) {
  /** @type {Session} */
  let next = {
    ...session,
    conversation: page.conversation || session.conversation,
    state: page.state,
    ...(page.cursor && { cursor: page.cursor }),
  }
  for (const turn of page.turns) next = syncTurn(next, turn)
  for (const reply of page.replies) next = addReply(next, reply)
  return isRestore ? { ...next, entries: next.entries.toSorted(byTime) } : next
}

/** @param {Session} session @param {import('./wire.js').PageTurn} found @returns {Session} */
function syncTurn(session, found) {
  const known = turnsOf(session).find((turn) => turn.message === found.message || turn.id === found.message)
  if (known) {
    return changeTurn(session, known.id, (turn) => {
      const replies = mergeReplies(turn.replies, found.replies)
      const isArriving = turn.progress === 'sending' && !found.isAnswered
      const progress = isArriving ? turn.progress : progressOf(replies, session.state, found.isAnswered)
      return { ...turn, message: found.message, replies, progress, ...(found.receipt && { receipt: found.receipt }) }
    })
  }
  /** @type {Turn} */
  const turn = {
    kind: 'turn',
    id: found.message,
    message: found.message,
    text: found.text,
    attempt: 0,
    draft: '',
    replies: found.replies,
    progress: progressOf(found.replies, session.state, found.isAnswered),
    ...(found.at && { at: found.at }),
    ...(found.receipt && { receipt: found.receipt }),
    ...(found.isPressed && {
      press: { ...(found.action && { action: found.action }), ...(found.kind && { kind: found.kind }) },
    }),
  }
  return { ...session, entries: [...session.entries, turn] }
}

/** Puts a reply below the message it answers, or at the end when it answers none. @param {Session} session @param {Reply} reply @returns {Session} */
function addReply(session, reply) {
  if (repliesOf(session).some(({ id }) => id === reply.id)) return session
  const turn =
    reply.message === undefined
      ? undefined
      : turnsOf(session).find(({ id, message }) => message === reply.message || id === reply.message)
  if (turn)
    return changeTurn(session, turn.id, (before) => ({
      ...before,
      replies: [...before.replies, reply],
      progress: before.progress === 'sending' ? 'sending' : 'answered',
    }))
  /** @type {Late} */
  const late = {
    kind: 'late',
    id: `late-${reply.id}`,
    reply,
    isFromPerson: reply.by ? reply.by.kind === 'person' : session.state === 'person',
    ...(reply.at && { at: reply.at }),
  }
  // Whoever wrote it, the question is not open any more.
  const entries = session.entries.map((entry) =>
    entry.kind === 'turn' && entry.progress === 'owed'
      ? { ...entry, progress: /** @type {const} */ ('answered') }
      : entry,
  )
  return { ...session, entries: [...entries, late] }
}

/** @param {Entry} left @param {Entry} right @returns {number} what the server has not seen or dated stays at the end */
function byTime(left, right) {
  const time = (/** @type {Entry} */ entry) =>
    entry.at === undefined || (entry.kind === 'turn' && entry.message === undefined)
      ? Number.POSITIVE_INFINITY
      : Date.parse(entry.at)
  const [first, second] = [time(left), time(right)]
  return first === second || Number.isNaN(first - second) ? 0 : first - second
}
