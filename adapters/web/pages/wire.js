/**
 * What the server says, made safe to draw: outside data enters the page here and nowhere else. A missing part becomes
 * an empty one, a wrong type is dropped, nothing throws.
 *
 * @typedef {'feedback' | 'advanced'} RatingKind 👍 and 👎, or "Try advanced AI"
 * @typedef {{ id: string, label: string, style?: 'primary' | 'danger', kind?: RatingKind, value?: 'helpful' | 'not_helpful' }} Action
 * @typedef {{ kind: 'bot' | 'person', name?: string }} Writer
 * @typedef {{ id: string, message?: string, text: string, actions: Action[], audience: 'customer' | 'staff', at?: string, by?: Writer }} Reply
 *   `message` is the one it answers; absent when a person or a timer wrote
 * @typedef {{ message: string, text: string, at?: string, isPressed: boolean, action?: string, kind?: RatingKind, isAnswered: boolean,
 *   replies: Reply[], receipt?: object }} PageTurn
 * @typedef {{ conversation: string, state: 'bot' | 'person', turns: PageTurn[], replies: Reply[], cursor?: string, hasMore: boolean }} Page
 *   `replies` may hold those of the turns too
 * @typedef {{ name: string, email?: string, postcode?: string, note?: string }} SamplePerson
 * @typedef {{ company: { name: string, tagline?: string, hours?: string }, suggestions: string[], people: SamplePerson[],
 *   receipts: boolean, version?: string }} Playground
 */

/** @param {unknown} value @returns {Record<string, unknown>} */
const record = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? /** @type {Record<string, unknown>} */ (value)
    : {}
/** @param {unknown} value @returns {unknown[]} */
const list = (value) => (Array.isArray(value) ? value : [])
/** @param {unknown} value @returns {string | undefined} */
const text = (value) => (typeof value === 'string' || typeof value === 'number' ? String(value) : undefined)

/** @param {unknown} value JSON as text @returns {unknown} undefined when it is not JSON */
export function readJson(value) {
  try {
    return JSON.parse(String(value))
  } catch {
    return undefined
  }
}

/** @param {unknown} value @returns {Reply | undefined} undefined without an id, for nothing could tell it from its twin */
export function toReply(value) {
  const { id, message, text: words, actions, audience, at, by } = record(value)
  const key = text(id)
  if (key === undefined) return undefined
  return {
    id: key,
    text: text(words) ?? '',
    actions: list(actions).flatMap(toAction),
    audience: audience === 'staff' ? 'staff' : 'customer',
    ...optional('message', text(message)),
    ...optional('at', text(at)),
    ...optional('by', toWriter(by)),
  }
}

/** @param {unknown} value @returns {Page} */
export function toPage(value) {
  const { conversation, state, turns, replies, cursor, hasMore } = record(value)
  return {
    conversation: text(conversation) ?? '',
    state: state === 'person' ? 'person' : 'bot',
    turns: list(turns).flatMap(toPageTurn),
    replies: toReplies(replies),
    hasMore: hasMore === true,
    ...optional('cursor', text(cursor)),
  }
}

/** @param {unknown} value @returns {Playground} */
export function toPlayground(value) {
  const { company, suggestions, people, receipts, version } = record(value)
  const { name, tagline, hours } = record(company)
  return {
    company: {
      name: text(name) ?? 'Tuppence',
      ...optional('tagline', text(tagline)),
      ...optional('hours', text(hours)),
    },
    suggestions: list(suggestions).flatMap((suggestion) => text(suggestion) ?? []),
    people: list(people).flatMap(toPerson),
    receipts: receipts === true,
    ...optional('version', text(version)),
  }
}

/**
 * The parts of an answer of POST /api/chat, or of the event `done`.
 *
 * @param {unknown} value
 * @returns {{ conversation?: string, message?: string, state?: 'bot' | 'person', isAnswered?: boolean, replies: Reply[], receipt?: object }}
 */
export function toAnswer(value) {
  const { conversation, message, state, isAnswered, replies, receipt } = record(value)
  return {
    ...optional('conversation', text(conversation)),
    ...optional('message', text(message)),
    ...optional('state', state === 'person' || state === 'bot' ? state : undefined),
    ...optional('isAnswered', typeof isAnswered === 'boolean' ? isAnswered : undefined),
    replies: toReplies(replies),
    ...optional('receipt', toReceipt(receipt)),
  }
}

/** @param {unknown} value @returns {object | undefined} */
export function toReceipt(value) {
  return Object.keys(record(value)).length > 0 ? record(value) : undefined
}

/**
 * What to tell the customer of an error. The server's own words where it sent some.
 *
 * @param {unknown} value `{ error: { code, message, field? } }`, or the inner part alone
 * @param {number} [status]
 * @returns {import('./retry.js').Fault}
 */
export function toFault(value, status) {
  const outer = record(value)
  const { code, message, field } = record(outer['error'] ?? outer)
  return {
    code: text(code) ?? (status === undefined ? 'unreachable' : `http-${status}`),
    message:
      text(message) ??
      (status === undefined ? 'The server cannot be reached.' : 'The server could not take this message.'),
    ...optional('status', status),
    ...optional('field', text(field)),
  }
}

/** @param {unknown} value @returns {Reply[]} */
function toReplies(value) {
  return list(value).flatMap((reply) => toReply(reply) ?? [])
}

/** @param {unknown} value @returns {Action[]} */
function toAction(value) {
  const { id, label, style, kind, value: worth } = record(value)
  const key = text(id)
  if (key === undefined) return []
  return [
    {
      id: key,
      label: text(label) ?? key,
      ...optional('style', style === 'primary' || style === 'danger' ? style : undefined),
      ...optional('kind', toKind(kind)),
      ...optional('value', worth === 'helpful' || worth === 'not_helpful' ? worth : undefined),
    },
  ]
}

/** @param {unknown} value @returns {RatingKind | undefined} */
function toKind(value) {
  return value === 'feedback' || value === 'advanced' ? value : undefined
}

/** @param {unknown} value @returns {Writer | undefined} */
function toWriter(value) {
  const { kind, name } = record(value)
  return kind === 'person' || kind === 'bot' ? { kind, ...optional('name', text(name)) } : undefined
}

/** @param {unknown} value @returns {PageTurn[]} */
function toPageTurn(value) {
  const { message, text: words, at, pressed, action, kind, isAnswered, replies, receipt } = record(value)
  const key = text(message)
  if (key === undefined) return []
  return [
    {
      message: key,
      text: text(words) ?? '',
      isPressed: pressed === true,
      isAnswered: isAnswered === true,
      replies: toReplies(replies),
      ...optional('action', text(action)),
      ...optional('kind', toKind(kind)),
      ...optional('at', text(at)),
      ...optional('receipt', toReceipt(receipt)),
    },
  ]
}

/** @param {unknown} value @returns {SamplePerson[]} */
function toPerson(value) {
  const { name, email, postcode, note } = record(value)
  const called = text(name)
  if (called === undefined) return []
  return [
    {
      name: called,
      ...optional('email', text(email)),
      ...optional('postcode', text(postcode)),
      ...optional('note', text(note)),
    },
  ]
}

/**
 * @template {string} Key
 * @template Value
 * @param {Key} key
 * @param {Value | undefined} value
 * @returns {{ [key in Key]?: Value }} nothing at all for undefined
 */
function optional(key, value) {
  return value === undefined ? {} : /** @type {{ [key in Key]?: Value }} */ ({ [key]: value })
}
