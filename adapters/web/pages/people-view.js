/** The sample customers a newcomer may pose as, beside the chat or in a drawer. */
import { CloseIcon, CopyIcon } from './icons.js'
import { html, useLayoutEffect, useRef, useState } from './preact.js'

/**
 * @typedef {{ insert: (text: string) => void, copy: (text: string) => void }} PeopleDoings
 * @typedef {import('./wire.js').SamplePerson[]} SamplePersons
 */

/**
 * @param {{ people: SamplePersons, isWide: boolean, isOpen: boolean, onClose: () => void,
 *   onInsert: (text: string) => void }} properties
 */
export function SamplePeople({ people, isWide, isOpen, onClose, onInsert }) {
  const [copied, setCopied] = useState('')
  if (people.length === 0) return null
  const doings = { insert: onInsert, copy: (/** @type {string} */ words) => copyText(words, setCopied, onInsert) }
  const list = html`
    <${People} people=${people} doings=${doings} />
    <p role="status" class=${copied ? 'toast is-shown' : 'toast'} onAnimationEnd=${() => setCopied('')}>
      ${copied && `Copied ${copied}`}
    </p>
  `
  if (isWide) return html`<aside class="side" aria-label="Sample customers">${list}</aside>`
  return html`<${Drawer} isOpen=${isOpen} onClose=${onClose} label="Sample customers">${list}<//>`
}

/** Without https a browser has no clipboard: then the words go where they are most likely wanted. @param {string} words @param {(words: string) => void} onCopied @param {(words: string) => void} onRefused */
function copyText(words, onCopied, onRefused) {
  const copied = navigator.clipboard?.writeText(words) ?? Promise.reject(new Error('no clipboard'))
  copied.then(
    () => onCopied(words),
    () => onRefused(words),
  )
}

/** @param {{ people: SamplePersons, doings: PeopleDoings }} properties */
function People({ people, doings }) {
  return html`
    <h2>Try as a sample customer</h2>
    <p class="hint">
      The bot checks who is asking before it talks about an order or money. Click a detail to put it into your message.
    </p>
    <ul class="people">
      ${people.map(
        ({ name, email, postcode, note }) => html`
          <li class="card">
            <h3 dir="auto">${name}</h3>
            ${note && html`<p dir="auto">${note}</p>`}
            ${[
              ['E-mail', email],
              ['Postcode', postcode],
            ].map(
              ([label, value]) =>
                value && html`<${Detail} name=${name} label=${label} value=${value} doings=${doings} />`,
            )}
          </li>
        `,
      )}
    </ul>
  `
}

/** @param {{ name: string, label: string, value: string, doings: PeopleDoings }} properties */
function Detail({ name, label, value, doings }) {
  return html`
    <div class="detail">
      <button type="button" class="detail-value" title="Put into the message" onClick=${() => doings.insert(value)}>
        <small>${label}</small><bdi>${value}</bdi><span class="visually-hidden">, ${name}: put into the message</span>
      </button>
      <button
        type="button"
        class="round"
        title="Copy"
        aria-label=${`Copy ${name}’s ${label.toLowerCase()}`}
        onClick=${() => doings.copy(value)}
      >
        <${CopyIcon} />
      </button>
    </div>
  `
}

/**
 * A drawer over the page. The browser's own dialog keeps the focus inside, closes on Escape and gives the focus back.
 *
 * @param {{ isOpen: boolean, onClose: () => void, label: string, children?: unknown }} properties
 */
function Drawer({ isOpen, onClose, label, children }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null))
  useLayoutEffect(() => {
    if (isOpen && !dialog.current?.open) dialog.current?.showModal()
    if (!isOpen && dialog.current?.open) dialog.current.close()
  }, [isOpen])
  const closeOutside = (/** @type {MouseEvent} */ event) => event.target === dialog.current && onClose()
  return html`
    <dialog class="drawer" ref=${dialog} aria-label=${label} onClose=${onClose} onClick=${closeOutside}>
      <div class="drawer-inside">
        <button type="button" class="round drawer-close" aria-label="Close" onClick=${onClose}><${CloseIcon} /></button>
        ${isOpen && children}
      </div>
    </dialog>
  `
}
