/** The conversation itself: what was written, what was answered, what is on its way. */
import { KettleCoin, Coin, CheckIcon } from './icons.js'
import { Markdown } from './markdown-view.js'
import { Notice, Rating } from './rating-view.js'
import { Receipt } from './receipt-view.js'
import { pressKey } from './session.js'
import { html, useMemo } from './preact.js'

/**
 * @typedef {import('./session.js').Turn} TurnState
 * @typedef {import('./session.js').Entry} Entry
 * @typedef {import('./session.js').Press} Press
 * @typedef {import('./wire.js').Reply} ReplyState
 * @typedef {{ press: (reply: ReplyState, action: import('./wire.js').Action) => void, retry: (id: string) => void,
 *   drop: (id: string) => void, edit: (turn: TurnState) => void }} Doings
 */

/**
 * @param {{ session: import('./session.js').Session, presses: Map<string, Press>, sums: string, doings: Doings }} properties
 */
export function Transcript({ session, presses, sums, doings }) {
  return html`
    <div class="transcript" role="log" aria-live="polite" aria-relevant="additions" aria-label="Conversation">
      ${session.entries.map((entry) =>
        entry.kind === 'turn'
          ? html`<${Turn}
              key=${entry.id}
              turn=${entry}
              presses=${pressesUnder(entry.replies, presses)}
              sums=${entry.receipt ? sums : ''}
              doings=${doings}
            />`
          : html`<${Reply}
              key=${entry.id}
              reply=${entry.reply}
              presses=${pressesOn(entry.reply, presses)}
              isFromPerson=${entry.isFromPerson}
              doings=${doings}
            />`,
      )}
    </div>
    <${Typing} entries=${session.entries} />
  `
}

/** @param {ReplyState[]} replies @param {Map<string, Press>} presses @returns {string} as text, so that equal stays equal */
function pressesUnder(replies, presses) {
  return JSON.stringify(replies.map((reply) => pressesOn(reply, presses)))
}

/**
 * What was pressed of a reply's own buttons, and of each kind that is about the reply.
 *
 * @typedef {{ own?: Press | undefined, feedback?: Press | undefined, advanced?: Press | undefined }} Presses
 * @param {ReplyState} reply @param {Map<string, Press>} presses @returns {Presses}
 */
function pressesOn({ id, actions }, presses) {
  const of = (/** @type {import('./wire.js').RatingKind} */ kind) => {
    const action = actions.find((one) => one.kind === kind)
    return action && presses.get(pressKey(id, action.id, kind))
  }
  return { own: presses.get(id), feedback: of('feedback'), advanced: of('advanced') }
}

/** @param {{ turn: TurnState, presses: string, sums: string, doings: Doings }} properties */
function Turn({ turn, presses, sums, doings }) {
  // While one answer streams in, a hundred others must not be drawn again; its own status and draft are shown elsewhere.
  const { id, text, press, progress, fault, replies, receipt } = turn
  return useMemo(() => {
    if (press && progress === 'refused') return null // told beside the button
    const pressList = /** @type {Presses[]} */ (JSON.parse(presses))
    const isSilent = press && (press.kind === 'feedback' || text === '')
    if (isSilent && replies.length === 0) return null // seen on the button itself
    return html`
      <article class="turn">
        ${
          !isSilent &&
          html`<div class=${press ? 'from-customer is-press' : 'from-customer'}>
            <span class="visually-hidden">${press ? 'You chose:' : 'You wrote:'} </span>
            <p class="bubble" dir="auto">${press && html`<${CheckIcon} />`}${text}</p>
            <${Progress} turn=${turn} doings=${doings} />
          </div>`
        }
        ${replies.map((reply, index) => html`<${Reply} key=${reply.id} reply=${reply} presses=${pressList[index]} doings=${doings} />`)}
        ${receipt && html`<${Receipt} receipt=${receipt} sums=${sums} />`}
      </article>
    `
  }, [id, text, press, progress, fault, replies, receipt, presses, sums, doings])
}

/** @param {{ turn: TurnState, doings: Doings }} properties */
function Progress({ turn, doings }) {
  if (turn.progress === 'waiting') return html`<p class="note">Sent as soon as the one before is answered</p>`
  if (turn.progress === 'unsent') {
    const what = turn.fault?.code === 'broken-off' ? 'No answer yet.' : 'Not sent.'
    const why = `${turn.fault?.message ?? ''} We keep trying.`
    return html`
      <p class="note is-fault">
        <span><strong>${what}</strong> ${why}</span>
        <button type="button" class="link" onClick=${() => doings.retry(turn.id)}>Retry now</button>
      </p>
    `
  }
  if (turn.progress !== 'refused') return null
  return html`
    <p class="note is-fault" role="alert">
      <span><strong>Not sent.</strong> ${turn.fault?.message}</span>
      <button type="button" class="link" onClick=${() => doings.edit(turn)}>Edit</button>
      <button type="button" class="link" onClick=${() => doings.retry(turn.id)}>Retry</button>
      <button type="button" class="link" onClick=${() => doings.drop(turn.id)}>Remove</button>
    </p>
  `
}

/** @param {{ reply: ReplyState, presses?: Presses, isFromPerson?: boolean, doings: Doings }} properties */
function Reply({ reply, presses = {}, isFromPerson = false, doings }) {
  const own = reply.actions.filter(({ kind }) => kind === undefined)
  const rating = reply.actions.filter(({ kind }) => kind !== undefined)
  const isPerson = reply.by?.kind === 'person' || isFromPerson
  const writer = isPerson ? (reply.by?.name ?? 'The team') : 'Bot'
  if (reply.audience === 'staff') {
    return html`<aside class="staff-note">
      <h3>Note for the team <small>customers do not see this</small></h3>
      <${Markdown} text=${reply.text} />
    </aside>`
  }
  return html`
    <div class=${isPerson ? 'from-bot is-person' : 'from-bot'}>
      <span class="avatar" aria-hidden="true">${isPerson ? writer.slice(0, 1) : html`<${Coin} />`}</span>
      <div class="said">
        ${isPerson ? html`<p class="writer"><bdi>${writer}</bdi> <small>a person</small></p>` : html`<span class="visually-hidden">Bot: </span>`}
        <div class="bubble"><${Markdown} text=${reply.text} /></div>
        ${own.length > 0 && html`<${Actions} reply=${reply} actions=${own} press=${presses.own} doings=${doings} />`}
        ${rating.length > 0 && html`<${Rating} reply=${reply} actions=${rating} presses=${presses} doings=${doings} />`}
      </div>
    </div>
  `
}

/** @param {{ reply: ReplyState, actions: ReplyState['actions'], press?: Press | undefined, doings: Doings }} properties */
function Actions({ reply, actions, press, doings }) {
  // Not `disabled`: a pressed button would drop the keyboard's focus out of the page.
  return html`
    <div class="actions" role="group" aria-label="Possible replies">
      ${actions.map((action) => {
        const isChosen = press?.chosen === action.id
        const name = ['action', action.style && `is-${action.style}`, isChosen && 'is-chosen'].filter(Boolean).join(' ')
        return html`
          <button
            type="button"
            class=${name}
            aria-disabled=${Boolean(press)}
            aria-pressed=${isChosen}
            onClick=${() => !press && doings.press(reply, action)}
          >
            ${isChosen && html`<${CheckIcon} />`}<bdi>${action.label}</bdi>
          </button>
        `
      })}
    </div>
    <${Notice} press=${press} doings=${doings} />
  `
}

/**
 * What is on its way. Not part of the log: a screen reader hears the status and then the finished answer, not each word.
 *
 * @param {{ entries: readonly Entry[] }} properties
 */
function Typing({ entries }) {
  const turn = onItsWay(entries)
  if (!turn) return null
  return html`
    <div class="from-bot typing" aria-hidden="true">
      <span class="avatar is-busy"><${Coin} /></span>
      <div class="said">
        <div class="bubble">
          ${turn.draft ? html`<${Markdown} text=${turn.draft} />` : html`<span class="dots"><i></i><i></i><i></i></span><span class="status" dir="auto">${statusOf(entries)}</span>`}
        </div>
      </div>
    </div>
  `
}

/** @param {readonly Entry[]} entries @returns {string} what to say while an answer is on its way */
export function statusOf(entries) {
  const turn = onItsWay(entries)
  if (turn?.progress === 'owed') return 'This takes a little longer. The answer appears here by itself.'
  return turn?.status ?? ''
}

/** @param {readonly Entry[]} entries @returns {TurnState | undefined} */
function onItsWay(entries) {
  return entries
    .flatMap((entry) => (entry.kind === 'turn' ? [entry] : []))
    .find(({ progress, press }) => press?.kind !== 'feedback' && (progress === 'sending' || progress === 'owed'))
}

/** @param {{ playground: import('./wire.js').Playground, children?: unknown }} properties */
export function Welcome({ playground: { company, receipts }, children }) {
  return html`
    <section class="welcome">
      <${KettleCoin} />
      <h2>What can we do for you?</h2>
      <p>
        ${company.tagline ?? 'Ask in your own words.'}${company.hours && html`<small>People answer ${company.hours}; the bot answers always.</small>`}
      </p>
      ${children}
      ${
        receipts &&
        html`
          <ul class="promises">
            <li><strong>Free first.</strong> Rules answer what rules can; a model is asked only in doubt.</li>
            <li>
              <strong>With a receipt.</strong> Open the line under an answer: why, how sure, how fast, what it cost.
            </li>
            <li><strong>Never stuck.</strong> A person is one click away at any time.</li>
          </ul>
        `
      }
    </section>
  `
}
