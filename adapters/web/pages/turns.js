/**
 * Reading and changing the turns of a session, one at a time.
 *
 * @typedef {import('./session.js').Session} Session
 * @typedef {import('./session.js').Turn} Turn
 * @typedef {import('./session.js').Progress} Progress
 * @typedef {import('./wire.js').Reply} Reply
 */

/** @param {Session} session @returns {Turn[]} */
export function turnsOf(session) {
  return session.entries.flatMap((entry) => (entry.kind === 'turn' ? [entry] : []))
}

/** @param {Session} session @returns {Reply[]} in the order shown */
export function repliesOf(session) {
  return session.entries.flatMap((entry) => (entry.kind === 'turn' ? entry.replies : [entry.reply]))
}

/** @param {Session} session @param {string} id @param {(turn: Turn) => Turn} change @returns {Session} */
export function changeTurn(session, id, change) {
  return {
    ...session,
    entries: session.entries.map((entry) => (entry.kind === 'turn' && entry.id === id ? change(entry) : entry)),
  }
}

/** @param {readonly Reply[]} replies @param {'bot' | 'person'} state a person answers when they can @param {boolean} [isAnswered] @returns {Progress} */
export function progressOf(replies, state, isAnswered = false) {
  return replies.length > 0 || state === 'person' || isAnswered ? 'answered' : 'owed'
}

/** @param {readonly Reply[]} known @param {readonly Reply[]} more @returns {Reply[]} each id once, the newer text */
export function mergeReplies(known, more) {
  const byId = new Map([...known, ...more].map((reply) => [reply.id, reply]))
  return [...byId.values()]
}

/** @template {object} T @param {T} value @param {...string} keys @returns {T} */
export function without(value, ...keys) {
  return /** @type {T} */ (Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key))))
}
