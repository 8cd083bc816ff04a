/** The receipt under an answer: one line, and the whole slip one click away. */
import { describeReceipt, receiptLine } from './receipt.js'
import { html, useMemo } from './preact.js'

/** @typedef {import('./receipt.js').ReceiptView} ReceiptView */

/** @param {{ receipt: object, sums: string }} properties `sums` is the running total of the page */
export function Receipt({ receipt, sums }) {
  const view = useMemo(() => describeReceipt(receipt), [receipt])
  const [first, ...others] = receiptLine(view)
  return html`
    <details class="receipt" onToggle=${showWhole}>
      <summary>
        <span class="visually-hidden">Receipt: </span>
        <span class="receipt-line"><bdi>${first}</bdi>${others.map((part) => html` <span>${part}</span>`)}</span>
      </summary>
      <div class="slip">
        <p class="slip-sentence" dir="auto">${view.sentence}</p>
        <div class="slip-side">
          <${Confidence} view=${view} />
          ${view.evidence.length > 0 && html`<${Part} title="The words that decided"><p class="evidence">${view.evidence.map((word) => html`<mark dir="auto">${word}</mark>`)}</p><//>`}
        </div>
        <div class="slip-side">
          <${Facts} view=${view} />
          ${view.steps.length > 0 && html`<${Steps} view=${view} />`}
        </div>
        ${view.calls.length > 0 && html`<${Calls} calls=${view.calls} />`}
        ${
          view.notAsked.length > 0 &&
          html`<${Part} title="Not asked"
            ><ul class="not-asked">
              ${view.notAsked.map((line) => html`<li dir="auto">${line}</li>`)}
            </ul><//
          >`
        }
        <${Till} view=${view} sums=${sums} />
      </div>
    </details>
  `
}

/** @param {{ title: string, children?: unknown }} properties */
function Part({ title, children }) {
  return html`<section class="slip-part">
    <h3>${title}</h3>
    ${children}
  </section>`
}

/** @param {{ view: ReceiptView }} properties */
function Confidence({ view }) {
  const others = view.candidates.filter(({ intent }) => intent !== view.intent)
  return html`
    <${Part} title="How sure">
      <ul class="bars is-stacked">
        <li class="is-chosen">
          <${Bar} name=${view.intent} share=${view.percent / 100} value=${`${view.percent}\u00A0%`} />
        </li>
        ${others.map(({ intent, percent, label }) => html`<li><${Bar} name=${intent} share=${percent / 100} value=${label} /></li>`)}
      </ul>
    <//>
  `
}

/** @param {{ name: string, share: number, value: string }} properties the style is set on the node, which the Content-Security-Policy allows */
function Bar({ name, share, value }) {
  return html`
    <span class="bar-name"><bdi>${name}</bdi></span>
    <span class="bar-value">${value}</span>
    <span class="bar" aria-hidden="true"><span style=${{ width: `${Math.max(1, share * 100)}%` }}></span></span>
  `
}

/** @param {{ view: ReceiptView }} properties */
function Facts({ view }) {
  const facts = [
    ['Read by', view.stage],
    ['Answer by', view.route],
    ['Because', view.because],
    ['Tier', view.tier],
    ['Effort', view.effortReasons === '' ? view.effort : `${view.effort}: ${view.effortReasons}`],
    ['Budget', view.budget],
  ]
  return html`
    <dl class="facts">
      ${facts
        .filter(([, value]) => value)
        .map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd dir="auto">${value}</dd>
            </div>`,
        )}
    </dl>
  `
}

/** @param {{ calls: import('./receipt.js').CallLine[] }} properties */
function Calls({ calls }) {
  return html`
    <${Part} title="Models asked">
      <ul class="calls">
        ${calls.map(
          (call) => html`
            <li class=${call.isAnswered ? '' : 'is-wasted'}>
              <strong>${call.model}</strong><span class="amount">${call.cost}</span>
              <span>${[call.provider, call.tier, call.purpose].filter(Boolean).join(', ')}</span>
              <span>${call.tokens} tokens · ${call.duration}${call.bound && ` · ${call.bound} reserved`}</span>
              <span class="outcome">${call.outcome}</span>
            </li>
          `,
        )}
      </ul>
    <//>
  `
}

/** @param {{ view: ReceiptView }} properties */
function Steps({ view }) {
  return html`
    <${Part} title=${`Time per step, ${view.total} in all`}>
      <ul class="bars">
        ${view.steps.map(({ name, share, duration }) => html`<li><${Bar} name=${name} share=${share} value=${duration} /></li>`)}
      </ul>
    <//>
  `
}

/** @param {{ view: ReceiptView, sums: string }} properties */
function Till({ view, sums }) {
  return html`
    <dl class="till">
      ${
        view.dearest &&
        html`<div>
          <dt>
            The dearest path would have
            cost${view.dearestModel && html`<small> (${view.dearestModel}, an estimate)</small>`}
          </dt>
          <dd>${view.dearest}</dd>
        </div>`
      }
      ${
        view.saved &&
        html`<div>
          <dt>Saved</dt>
          <dd>${view.saved}</dd>
        </div>`
      }
      <div class="till-total">
        <dt>This answer</dt>
        <dd>${view.cost}</dd>
      </div>
    </dl>
    ${sums && html`<p class="slip-foot">This conversation: ${sums}</p>`}
  `
}

/** An opened slip must not hide below the edge. @param {Event} event */
function showWhole(event) {
  const details = /** @type {HTMLDetailsElement} */ (event.currentTarget)
  if (details.open) details.scrollIntoView({ block: 'nearest' })
}
