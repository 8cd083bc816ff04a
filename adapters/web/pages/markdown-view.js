/** Draws a reply's tree as nodes. Text only ever becomes text nodes. */
import { parseMarkdown } from './markdown.js'
import { html } from './preact.js'

/** @typedef {import('./markdown.js').Inline} Inline */
/** @typedef {import('./markdown.js').Block} Block */

/** @param {{ text: string }} properties */
export function Markdown({ text }) {
  return html`<div class="words">${parseMarkdown(text).map(drawBlock)}</div>`
}

/** @param {Block} block */
function drawBlock(block) {
  if (block.kind === 'list') return drawList(block)
  if (block.kind === 'heading') return html`<p dir="auto"><strong>${block.words.map(drawInline)}</strong></p>`
  if (block.kind === 'code') return html`<pre tabindex="0"><code>${block.text}</code></pre>`
  if (block.kind === 'table') return drawTable(block)
  return html`<p dir="auto">${block.lines.map((line, index) => [index > 0 && html`<br />`, line.map(drawInline)])}</p>`
}

/** @param {Extract<Block, { kind: 'list' }>} list */
function drawList({ items, start }) {
  const drawn = items.map((item) => html`<li>${item.map(drawInline)}</li>`)
  return start === undefined
    ? html`<ul dir="auto">
        ${drawn}
      </ul>`
    : html`<ol dir="auto" start=${start}>
        ${drawn}
      </ol>`
}

/** @param {Extract<Block, { kind: 'table' }>} table may be wider than the page: then it scrolls by itself, by keyboard too */
function drawTable({ header, rows }) {
  return html`
    <div class="table" role="region" aria-label="Table" tabindex="0">
      <table>
        <thead>
          <tr>
            ${header.map((cell) => html`<th scope="col" dir="auto">${cell.map(drawInline)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                ${row.map((cell) => html`<td dir="auto">${cell.map(drawInline)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  `
}

/** @param {Inline} inline @returns {unknown} */
function drawInline(inline) {
  if (inline.kind === 'text') return inline.text
  if (inline.kind === 'code') return html`<code>${inline.text}</code>`
  if (inline.kind === 'bold') return html`<strong>${inline.children.map(drawInline)}</strong>`
  return html`<a href=${inline.href} title=${inline.href} target="_blank" rel="noopener noreferrer"
    >${inline.children.map(drawInline)}</a
  >`
}
