/**
 * Runs the page's conversation: sends in order, tries again, follows what comes later, and tells whoever listens.
 * What each happening means for the state is decided in `session.js`.
 *
 * @typedef {import('./session.js').Session} Session
 * @typedef {import('./session.js').Turn} Turn
 * @typedef {import('./session.js').Happening} Happening
 * @typedef {object} ConversationParts
 * @property {ReturnType<typeof import('./client.js').createClient>} client
 * @property {import('./keep.js').Shelf} shelf
 * @property {() => string} newId
 * @property {(fault: unknown) => void} onFault told of what should not happen
 * @property {() => Date} [now]
 * @property {() => boolean} [isVisible] a hidden page asks for nothing
 * @property {number} [followMs]
 * @property {typeof retryDelayMs} [delayMs]
 */
import { keep, recall } from './keep.js'
import { isWorthRetrying, retryDelayMs } from './retry.js'
import { emptySession, expectsNews, isOwed, nextToSend, reduceSession, unconfirmed } from './session.js'
import { turnsOf } from './turns.js'

const FOLLOW_MS = 4_000

export class Conversation {
  #parts
  #session = emptySession
  /** Ends with the conversation: an answer to an old one is nobody's. */
  #life = new AbortController()
  #isSending = false
  #isFollowing = false
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #followTimer
  /** @type {Map<string, ReturnType<typeof setTimeout>>} by the turn's id, or `restore` */
  #retryTimers = new Map()
  /** @type {Set<(session: Session) => void>} */
  #listeners = new Set()

  /** @param {ConversationParts} parts */
  constructor(parts) {
    this.#parts = { now: () => new Date(), isVisible: () => true, followMs: FOLLOW_MS, delayMs: retryDelayMs, ...parts }
  }

  get session() {
    return this.#session
  }

  /** @param {(session: Session) => void} listener @returns {() => void} stops listening */
  listen(listener) {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Takes up the conversation this tab had before, if any. */
  start() {
    const { conversation, unsent } = recall(this.#parts.shelf)
    if (conversation) {
      this.#session = { ...this.#session, conversation }
      this.#happen({ kind: 'restoring' })
    }
    for (const turn of unsent) this.#happen({ kind: 'written', ...turn })
    this.#run(async () => {
      await this.#restore(1)
      await this.#pump()
    })
  }

  /** @param {string} text */
  write(text) {
    this.#write(text)
  }

  /** @param {import('./wire.js').Reply} reply @param {import('./wire.js').Action} action */
  press(reply, action) {
    this.#write(action.label, { reply: reply.id, action: action.id, ...(action.kind && { kind: action.kind }) })
  }

  /** @param {string} id of the turn */
  retry(id) {
    clearTimeout(this.#retryTimers.get(id))
    this.#retryTimers.delete(id)
    this.#happen({ kind: 'retried', id })
    this.#run(() => this.#pump())
  }

  /** @param {string} id of the turn */
  drop(id) {
    this.#happen({ kind: 'dropped', id })
  }

  /** The connection is back, or the page is looked at again: nothing waits for its timer. */
  wake() {
    for (const turn of turnsOf(this.#session)) if (turn.progress === 'unsent') this.retry(turn.id)
    if (this.#session.isRestoring) this.#run(() => this.#restore(1))
    else if (expectsNews(this.#session)) this.#run(() => this.#follow())
  }

  /** Leaves this conversation and begins with an empty page. */
  startAgain() {
    this.stop()
    this.#life = new AbortController()
    this.#isSending = false
    this.#isFollowing = false
    this.#happen({ kind: 'cleared' })
  }

  stop() {
    this.#life.abort()
    clearTimeout(this.#followTimer)
    for (const timer of this.#retryTimers.values()) clearTimeout(timer)
    this.#retryTimers.clear()
  }

  /** @param {string} text @param {import('./session.js').TurnPress} [press] */
  #write(text, press) {
    const { newId, now } = this.#parts
    this.#happen({ kind: 'written', id: newId(), text, at: now().toISOString(), ...(press && { press }) })
    this.#run(() => this.#pump())
  }

  /** @param {Happening} happening */
  #happen(happening) {
    this.#session = reduceSession(this.#session, happening)
    const isPassing = happening.kind === 'status' || happening.kind === 'delta'
    if (!isPassing) keep(this.#parts.shelf, this.#session.conversation, unconfirmed(this.#session))
    for (const listener of this.#listeners) listener(this.#session)
  }

  /** @param {() => Promise<unknown>} work */
  #run(work) {
    work().catch(this.#parts.onFault)
  }

  async #pump() {
    if (this.#isSending) return
    this.#isSending = true
    const { signal } = this.#life
    for (let turn = nextToSend(this.#session); turn && !signal.aborted; turn = nextToSend(this.#session))
      await this.#send(turn)
    if (signal.aborted) return
    this.#isSending = false
    this.#planFollow()
  }

  /** @param {Turn} turn */
  async #send({ id, text, press, attempt }) {
    const { signal } = this.#life
    const { conversation } = this.#session
    this.#happen({ kind: 'sending', id })
    const sending = {
      id,
      text,
      ...(conversation && { conversation }),
      ...(press?.action !== undefined && { action: press.action }),
    }
    const outcome = await this.#parts.client.send(
      sending,
      (heard) => signal.aborted || this.#happen({ id, ...heard }),
      signal,
    )
    if (signal.aborted) return
    if (outcome.kind === 'taken') {
      this.#happen({ id, ...outcome })
      // Whether a person has taken over is known from the answer, or else asked for.
      if (outcome.state === undefined) await this.#follow()
      return
    }
    const isForgotten = outcome.fault.status === 404 && conversation !== undefined && !press
    if (isForgotten) this.#sendAnew(id, outcome.fault)
    else this.#fail(id, outcome.fault, attempt + 1)
  }

  /** The server no longer knows the conversation (its data was reset): the message starts another one. @param {string} id @param {import('./retry.js').Fault} fault */
  #sendAnew(id, fault) {
    this.#happen({ kind: 'failed', id, fault, isFinal: false })
    this.#happen({ kind: 'forgotten' })
    this.#happen({ kind: 'retried', id })
  }

  /** @param {string} id @param {import('./retry.js').Fault} fault @param {number} attempt */
  #fail(id, fault, attempt) {
    const isFinal = !isWorthRetrying(fault)
    this.#happen({ kind: 'failed', id, fault, isFinal })
    if (isFinal) return
    const delay = this.#parts.delayMs(attempt, Math.random(), fault.retryAfterMs)
    this.#retryTimers.set(
      id,
      setTimeout(() => this.retry(id), delay),
    )
  }

  /** @returns {Promise<import('./retry.js').Fault | undefined>} what went wrong */
  async #follow(isRestore = false) {
    if (this.#isFollowing) return undefined
    this.#isFollowing = true
    const { signal } = this.#life
    // An owed answer belongs to a turn from before the cursor, so then the whole is asked for.
    let after = isOwed(this.#session) ? undefined : this.#session.cursor
    try {
      while (this.#session.conversation) {
        const found = await this.#parts.client.follow(this.#session.conversation, after, signal)
        if (signal.aborted) return undefined
        if (found.kind === 'fault') return this.#notFound(found.fault)
        this.#happen({ kind: 'synced', page: found.value, isRestore })
        const next = found.value.cursor ?? found.value.turns.at(-1)?.message
        if (!found.value.hasMore || next === after) return undefined
        after = next
      }
      return undefined
    } finally {
      if (!signal.aborted) this.#isFollowing = false
    }
  }

  /** @param {import('./retry.js').Fault} fault */
  #notFound(fault) {
    if (fault.status === 404) this.#happen({ kind: 'forgotten' })
    return fault
  }

  /** @param {number} attempt */
  async #restore(attempt) {
    const { signal } = this.#life
    const fault = await this.#follow(true)
    if (signal.aborted) return
    if (!fault || fault.status === 404) {
      this.#planFollow()
      return
    }
    clearTimeout(this.#retryTimers.get('restore'))
    const delay = this.#parts.delayMs(attempt, Math.random(), fault.retryAfterMs)
    this.#retryTimers.set(
      'restore',
      setTimeout(() => this.#run(() => this.#restore(attempt + 1)), delay),
    )
  }

  #planFollow() {
    clearTimeout(this.#followTimer)
    if (!expectsNews(this.#session) || this.#life.signal.aborted) return
    this.#followTimer = setTimeout(() => this.#run(() => this.#look()), this.#parts.followMs)
  }

  async #look() {
    if (this.#parts.isVisible() && !this.#isSending) await this.#follow()
    this.#planFollow()
  }
}
