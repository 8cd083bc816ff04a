import { field, listOf, textOf, toHtml } from './escape.ts'

/** Blocks as Slack draws them, near enough for a picture. @throws Error for a block this page cannot draw */
export function drawSlackBlocks(blocks: readonly unknown[]): string {
  return blocks.map(drawBlock).join('')
}

function drawBlock(block: unknown): string {
  switch (field(block, 'type')) {
    case 'rich_text':
      return `<div class="rich">${listOf(block, 'elements').map(drawRich).join('')}</div>`
    case 'section':
      return `<div class="section">${drawText(field(block, 'text'))}${drawFields(block)}</div>`
    case 'header':
      return `<h3>${toHtml(textOf(field(block, 'text')))}</h3>`
    case 'context':
      return `<div class="context">${listOf(block, 'elements').map(drawText).join(' ')}</div>`
    case 'divider':
      return '<hr>'
    case 'actions':
      return `<div class="actions">${listOf(block, 'elements').map(drawElement).join('')}</div>`
    case 'context_actions':
      return `<div class="actions small">${listOf(block, 'elements').map(drawElement).join('')}</div>`
    case 'table':
      return drawTable(listOf(block, 'rows'))
    default:
      throw new Error(`no picture of a Slack block of type ${String(field(block, 'type'))}`)
  }
}

function drawFields(block: unknown): string {
  const fields = listOf(block, 'fields')
  return fields.length === 0
    ? ''
    : `<div class="fields">${fields.map((one) => `<div>${drawText(one)}</div>`).join('')}</div>`
}

/** A text object; of mrkdwn only bold and code are drawn. */
function drawText(text: unknown): string {
  const escaped = toHtml(textOf(text))
    .replaceAll('&amp;lt;', '&lt;')
    .replaceAll('&amp;gt;', '&gt;')
    .replaceAll('&amp;amp;', '&amp;')
  const marked =
    field(text, 'type') === 'mrkdwn'
      ? escaped.replace(/\*([^*\n]+)\*/g, '<b>$1</b>').replace(/`([^`\n]+)`/g, '<code>$1</code>')
      : escaped
  return `<span>${marked.replaceAll('\n', '<br>')}</span>`
}

function drawRich(element: unknown): string {
  const inner = listOf(element, 'elements')
  switch (field(element, 'type')) {
    case 'rich_text_section':
      return `<p>${inner.map(drawSpan).join('')}</p>`
    case 'rich_text_preformatted':
      return `<pre>${inner.map(drawSpan).join('')}</pre>`
    case 'rich_text_quote':
      return `<blockquote>${inner.map(drawSpan).join('')}</blockquote>`
    case 'rich_text_list': {
      const tag = field(element, 'style') === 'ordered' ? 'ol' : 'ul'
      return `<${tag}>${inner.map((item) => `<li>${listOf(item, 'elements').map(drawSpan).join('')}</li>`).join('')}</${tag}>`
    }
    default:
      throw new Error(`no picture of a rich text element of type ${String(field(element, 'type'))}`)
  }
}

function drawSpan(span: unknown): string {
  const text = toHtml(textOf(span) || textOf(span, 'url')).replaceAll('\n', '<br>')
  const style = field(span, 'style')
  if (field(span, 'type') === 'link') return `<a>${text}</a>`
  if (field(style, 'code') === true) return `<code>${text}</code>`
  return field(style, 'bold') === true ? `<b>${text}</b>` : text
}

function drawElement(element: unknown): string {
  switch (field(element, 'type')) {
    case 'button':
      return `<span class="button ${textOf(element, 'style')}">${toHtml(textOf(field(element, 'text')))}</span>`
    case 'static_select':
      return `<span class="button">${toHtml(textOf(field(element, 'placeholder')))} ▾</span>`
    case 'feedback_buttons':
      return ['positive_button', 'negative_button']
        .map((name) => `<span class="button icon">${name === 'positive_button' ? '👍' : '👎'}</span>`)
        .join('')
    default:
      throw new Error(`no picture of a Slack element of type ${String(field(element, 'type'))}`)
  }
}

function drawTable(rows: readonly unknown[]): string {
  const cell = (value: unknown): string =>
    field(value, 'type') === 'rich_text' ? listOf(value, 'elements').map(drawRich).join('') : toHtml(textOf(value))
  return `<table>${rows
    .map((row) => `<tr>${(Array.isArray(row) ? row : []).map((one) => `<td>${cell(one)}</td>`).join('')}</tr>`)
    .join('')}</table>`
}
