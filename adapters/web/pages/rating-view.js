/** What an answer was worth: 👍 and 👎, and the way to a better one. Quiet, because the answer itself comes first. */
import { StarIcon, ThumbDownIcon, ThumbUpIcon } from './icons.js'
import { html } from './preact.js'

/**
 * @typedef {import('./wire.js').Reply} Reply
 * @typedef {import('./wire.js').Action} Action
 * @typedef {import('./session.js').Press} Press
 * @typedef {import('./transcript-view.js').Doings} Doings
 */

/** @param {{ reply: Reply, actions: Action[], presses: import('./transcript-view.js').Presses, doings: Doings }} properties */
export function Rating({ reply, actions, presses: { feedback, advanced }, doings }) {
  const thumbs = actions.filter(({ kind }) => kind === 'feedback')
  const higher = actions.filter(({ kind }) => kind === 'advanced')
  return html`
    <div class="rating" role="group" aria-label="About this answer">
      ${thumbs.map((action) => html`<${Thumb} action=${action} press=${feedback} onPress=${() => doings.press(reply, action)} />`)}
      <span class="visually-hidden" role="status">${feedback?.chosen === undefined ? '' : 'Thank you'}</span>
      ${higher.map(
        (action) => html`
          <button
            type="button"
            class=${advanced ? 'higher is-chosen' : 'higher'}
            aria-disabled=${Boolean(advanced)}
            aria-pressed=${Boolean(advanced)}
            onClick=${() => !advanced && doings.press(reply, action)}
          >
            <${StarIcon} /><bdi>${action.label}</bdi>
          </button>
        `,
      )}
    </div>
    <${Notice} press=${feedback} doings=${doings} />
    <${Notice} press=${advanced} doings=${doings} />
  `
}

/** @param {{ action: Action, press?: Press | undefined, onPress: () => void }} properties each may be pressed once; the last one counts */
function Thumb({ action, press, onPress }) {
  const isUsed = press?.used?.includes(action.id) === true
  const isChosen = press?.chosen === action.id
  const name = action.value === 'not_helpful' ? 'Not helpful' : 'Helpful'
  return html`
    <button
      type="button"
      class=${isChosen ? 'thumb is-chosen' : 'thumb'}
      title=${name}
      aria-label=${name}
      aria-disabled=${isUsed}
      aria-pressed=${isChosen}
      onClick=${() => !isUsed && onPress()}
    >
      ${action.value === 'not_helpful' ? html`<${ThumbDownIcon} />` : html`<${ThumbUpIcon} />`}
    </button>
  `
}

/** The server's words when it refused a press. @param {{ press?: Press | undefined, doings: Doings }} properties */
export function Notice({ press, doings }) {
  if (!press?.notice) return null
  return html`
    <p class="note is-fault" role="alert">
      <span>${press.notice}</span>
      ${press.retry && html`<button type="button" class="link" onClick=${() => doings.retry(press.retry ?? '')}>Retry</button>`}
    </p>
  `
}
