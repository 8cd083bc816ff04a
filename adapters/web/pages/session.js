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
 * @typedef {{ kind: 'turn', id: string, message?: string, text: string, at?: string, progress: Progress,
 *   press?: { reply?: string, action?: string }, attempt: number, fault?: Fault,
 *   status?: string, draft: string, replies: Reply[], receipt?: object }} Turn
 * @typedef {{ kind: 'late', id: string, at?: string, reply: Reply, isFromPerson: boolean }} Late a reply that belongs to no turn
 * @typedef {Turn | Late} Entry
 * @typedef {{ conversation?: string, state: 'bot' | 'person', entries: readonly Entry[], cursor?: string, isRestoring?: boolean }} Session
 *
 * @typedef {{ kind: 'written', id: string, text: string, at?: string, press?: { reply?: string, action?: string } }
 *   | { kind: 'sending', id: string }
 *   | { kind: 'status', id: string, text: string }
 *   | { kind: 'delta', id: string, text: string }
 *   | { kind: 'reply', id: string, reply: Reply }
 *   | { kind: 'receipt', id: string, receipt: object }
 *   | { kind: 'taken', id: string, conversation?: string, message?: string, state?: 'bot' | 'person' }
 *   | { kind: 'failed', id: string, fault: Fault, isFinal: boolean }
 *   | { kind: 'retried', id: string }
 *   | { kind: 'dropped', id: string }
 *   | { kind: 'restoring' }
 *   | { kind: 'synced', page: import('./wire.js').Page, isRestore: boolean }
 *   | { kind: 'forgotten' }
 *   | { kind: 'cleared' }} Happening
 */

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

/** @param {Session} session @returns {Turn[]} */
export function turnsOf(session) {
  return session.entries.flatMap((entry) => (entry.kind === 'turn' ? [entry] : []))
}

/** @param {Session} session @returns {Reply[]} in the order shown */
export function repliesOf(session) {
  return session.entries.flatMap((entry) => (entry.kind === 'turn' ? entry.replies : [entry.reply]))
}

/**
 * What became of the buttons under each reply: the chosen one, whether it is on its way, and the server's words when
 * it refused.
 *
 * @typedef {{ chosen?: string, isBusy: boolean, notice?: string, retry?: string }} Press `retry` is the id of the turn to try again
 * @param {Session} session
 * @returns {Map<string, Press>} by the id of the reply
 */
export function pressesOf(session) {
  const presses = new Map()
  for (const turn of turnsOf(session)) {
    if (turn.press?.reply === undefined) continue
    const { progress, press, fault } = turn
    const isRefused = progress === 'refused'
    presses.set(press.reply, {
      isBusy: ['waiting', 'sending', 'unsent'].includes(progress),
      ...(isRefused || press.action === undefined ? {} : { chosen: press.action }),
      ...(isRefused ? { notice: fault?.message ?? '' } : {}),
      ...(isRefused && fault?.status !== 409 && fault?.status !== 404 ? { retry: turn.id } : {}),
    })
  }
  return presses
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
function takeTurn(session, { id, conversation, message, state }) {
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
      progress: progressOf(replies, next.state),
      ...(turn.receipt || twin?.receipt ? { receipt: turn.receipt ?? twin?.receipt } : {}),
    }
  })
}

/**
 * @param {Session} session
 * @param {import('./wire.js').Page} page
 * @param {boolean} isRestore then the order is that of the times; afterwards what arrives is what comes last
 * @returns {Session}
 */
function syncSession(session, page, isRestore) {
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
    ...(found.isPressed && { press: pressedButton(session, found) }),
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

/** The button a stored press came from; the latest of that label when the server does not name it. @param {Session} session @param {import('./wire.js').PageTurn} turn */
function pressedButton(session, turn) {
  const isIt = (/** @type {Action} */ action) =>
    turn.action === undefined ? action.label === turn.text : action.id === turn.action
  const reply = repliesOf(session).findLast(({ actions }) => actions.some(isIt))
  const action = reply?.actions.find(isIt)
  return reply && action ? { reply: reply.id, action: action.id } : {}
}

/** @param {Session} session @param {string} id @param {(turn: Turn) => Turn} change @returns {Session} */
function changeTurn(session, id, change) {
  return {
    ...session,
    entries: session.entries.map((entry) => (entry.kind === 'turn' && entry.id === id ? change(entry) : entry)),
  }
}

/** @param {readonly Reply[]} replies @param {'bot' | 'person'} state a person answers when they can @param {boolean} [isAnswered] @returns {Progress} */
function progressOf(replies, state, isAnswered = false) {
  return replies.length > 0 || state === 'person' || isAnswered ? 'answered' : 'owed'
}

/** @param {readonly Reply[]} known @param {readonly Reply[]} more @returns {Reply[]} each id once, the newer text */
function mergeReplies(known, more) {
  const byId = new Map([...known, ...more].map((reply) => [reply.id, reply]))
  return [...byId.values()]
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

/** @template {object} T @param {T} value @param {...string} keys @returns {T} */
function without(value, ...keys) {
  return /** @type {T} */ (Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key))))
}
