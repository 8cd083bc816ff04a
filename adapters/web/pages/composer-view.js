/** Where the customer writes, with the ways out beside it. */
import { PersonIcon, SendIcon, SparkIcon } from './icons.js'
import { html, useLayoutEffect } from './preact.js'

/** As the server has it (src/core/message.ts), counted as it counts: an emoji is one character. */
const MAX_TEXT_LENGTH = 4_000
const COUNT_FROM = 3_600

/**
 * @typedef {{ onText: (text: string) => void, onSend: () => void, onRecall: () => void, onPerson: () => void, onSuggestions: () => void }} ComposerDoings
 * @param {{ text: string, box: { current: HTMLTextAreaElement | null }, isWithPerson: boolean, hasSuggestions: boolean,
 *   isSuggesting: boolean, sums: string, doings: ComposerDoings }} properties
 */
export function Composer({ text, box, isWithPerson, hasSuggestions, isSuggesting, sums, doings }) {
  useLayoutEffect(() => fitHeight(box.current), [text])
  const length = text.length < COUNT_FROM ? text.length : Array.from(text).length
  const left = MAX_TEXT_LENGTH - length
  const canSend = text.trim() !== '' && left >= 0
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault()
    if (canSend) doings.onSend()
  }
  return html`
    <form class="composer" onSubmit=${submit}>
      <div class=${left < 0 ? 'box is-full' : 'box'}>
        <label class="visually-hidden" for="message">Your message</label>
        <textarea
          id="message"
          ref=${box}
          rows="1"
          dir="auto"
          placeholder="Write a message"
          autocomplete="off"
          enterkeyhint="send"
          aria-describedby="message-count"
          aria-invalid=${left < 0}
          value=${text}
          onInput=${(/** @type {any} */ event) => doings.onText(event.target.value)}
          onKeyDown=${(/** @type {KeyboardEvent} */ event) => onKey(event, submit, doings.onRecall)}
        ></textarea>
        <button type="submit" class="send" disabled=${!canSend} aria-label="Send"><${SendIcon} /></button>
      </div>
      <p id="message-count" class=${left < 0 ? 'count is-over' : 'count'}>${countText(length)}</p>
      <div class="foot">
        ${isWithPerson ? html`<span class="with-person"><${PersonIcon} />A person has taken over</span>` : html`<button type="button" class="quiet" onClick=${doings.onPerson}><${PersonIcon} />Talk to a person</button>`}
        ${hasSuggestions && html`<button type="button" class="quiet" aria-expanded=${isSuggesting} aria-controls="suggestions" onClick=${doings.onSuggestions}><${SparkIcon} />Suggestions</button>`}
        ${sums && html`<p class="sums" aria-label="This conversation"><span>${sums}</span></p>`}
      </div>
    </form>
  `
}

/** @param {number} length @returns {string} nothing until the limit is near */
function countText(length) {
  const left = MAX_TEXT_LENGTH - length
  if (length < COUNT_FROM) return ''
  const whole = MAX_TEXT_LENGTH.toLocaleString('en')
  return left < 0
    ? `${(-left).toLocaleString('en')} characters too many: at most ${whole} fit into one message`
    : `${length.toLocaleString('en')} of ${whole} characters`
}

/** @param {KeyboardEvent} event @param {(event: Event) => void} submit @param {() => void} recall */
function onKey(event, submit, recall) {
  if (event.isComposing) return // the Enter that ends a Japanese or Chinese word sends nothing
  if (event.key === 'Enter' && !event.shiftKey) submit(event)
  if (event.key === 'ArrowUp' && /** @type {HTMLTextAreaElement} */ (event.currentTarget).value === '') {
    event.preventDefault()
    recall()
  }
}

/** The box grows with its text; the style sheet sets the limit. @param {HTMLTextAreaElement | null} box */
function fitHeight(box) {
  if (!box) return
  box.style.height = 'auto'
  box.style.height = `${box.scrollHeight}px`
}
