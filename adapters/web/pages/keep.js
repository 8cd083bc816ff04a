/**
 * What survives a reload of the tab: the conversation and the messages the server has not confirmed. A browser that
 * refuses storage costs only that.
 *
 * @typedef {Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>} Shelf
 * @typedef {{ id: string, text: string, at?: string, press?: import('./session.js').TurnPress }} Unsent
 */
import { readJson } from './wire.js'

const CONVERSATION_KEY = 'tuppence.conversation'
const UNSENT_KEY = 'tuppence.unsent'

/** @param {() => Shelf} open a browser may throw already here @returns {Shelf} */
export function tryShelf(open) {
  const attempt = (/** @type {(shelf: Shelf) => any} */ use) => {
    try {
      return use(open())
    } catch {
      return null // storage is switched off or full
    }
  }
  return {
    getItem: (key) => attempt((shelf) => shelf.getItem(key)),
    setItem: (key, value) => attempt((shelf) => shelf.setItem(key, value)),
    removeItem: (key) => attempt((shelf) => shelf.removeItem(key)),
  }
}

/** @param {Shelf} shelf @param {string | undefined} conversation @param {readonly Unsent[]} unsent */
export function keep(shelf, conversation, unsent) {
  if (conversation) shelf.setItem(CONVERSATION_KEY, conversation)
  else shelf.removeItem(CONVERSATION_KEY)
  if (unsent.length > 0)
    shelf.setItem(UNSENT_KEY, JSON.stringify(unsent.map(({ id, text, at, press }) => ({ id, text, at, press }))))
  else shelf.removeItem(UNSENT_KEY)
}

/** @param {Shelf} shelf @returns {{ conversation?: string, unsent: Unsent[] }} */
export function recall(shelf) {
  const conversation = shelf.getItem(CONVERSATION_KEY)
  const kept = readJson(shelf.getItem(UNSENT_KEY) ?? '[]')
  const unsent = (Array.isArray(kept) ? kept : []).filter(
    (turn) => typeof turn?.id === 'string' && typeof turn.text === 'string',
  )
  return { unsent, ...(conversation && { conversation }) }
}
