import { field, listOf, textOf, toHtml } from './escape.ts'

/** A message's body as Discord draws it, near enough for a picture. @throws Error for a component this page cannot draw */
export function drawDiscordMessage(body: unknown): string {
  const content = textOf(body, 'content')
  return (content === '' ? '' : drawMarkdown(content)) + listOf(body, 'components').map(drawComponent).join('')
}

function drawComponent(component: unknown): string {
  const inner = (): string => listOf(component, 'components').map(drawComponent).join('')
  switch (field(component, 'type')) {
    case 1:
      return `<div class="actions">${inner()}</div>`
    case 2:
      return `<span class="button style-${String(field(component, 'style'))}">${toHtml(textOf(component, 'label'))}${field(component, 'style') === 5 ? ' ↗' : ''}</span>`
    case 3:
      return `<span class="select">${toHtml(textOf(component, 'placeholder'))} ▾</span>`
    case 9:
      return `<div class="section">${inner()}${drawComponent(field(component, 'accessory'))}</div>`
    case 10:
      return drawMarkdown(textOf(component, 'content'))
    case 14:
      return '<hr>'
    case 17:
      return `<div class="container" style="border-left-color:${colour(field(component, 'accent_color'))}">${inner()}</div>`
    default:
      throw new Error(`no picture of a Discord component of type ${String(field(component, 'type'))}`)
  }
}

function colour(number: unknown): string {
  return typeof number === 'number' ? `#${number.toString(16).padStart(6, '0')}` : '#3f4147'
}

/** The part of Discord's Markdown that the bot uses. */
function drawMarkdown(text: string): string {
  return text
    .split(/(```[\s\S]*?```)/)
    .map((part) =>
      part.startsWith('```') ? `<pre>${toHtml(part.slice(3, -3).replace(/^\w*\n/, ''))}</pre>` : drawLines(part),
    )
    .join('')
}

function drawLines(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      const heading = /^(#{1,3}) (.*)$/.exec(line)
      if (heading !== null) return `<h3>${drawSpans(heading[2] ?? '')}</h3>`
      if (line.startsWith('-# ')) return `<p class="small">${drawSpans(line.slice(3))}</p>`
      if (/^(?:- |\d+\. )/.test(line)) return `<p class="item">${drawSpans(line.replace(/^- /, '• '))}</p>`
      return line === '' ? '<p class="gap"></p>' : `<p>${drawSpans(line)}</p>`
    })
    .join('')
}

function drawSpans(line: string): string {
  const spans = /\\([\\*_~`|<>[\]:.#+@()-])|\*\*((?:\\.|[^*])+)\*\*|`([^`]+)`|<(https?:\/\/[^>\s]+)>/g
  let html = ''
  let from = 0
  for (const found of line.matchAll(spans)) {
    const [whole, escaped, bold, code, url] = found
    html += toHtml(line.slice(from, found.index))
    from = found.index + whole.length
    if (escaped !== undefined) html += toHtml(escaped)
    else if (bold !== undefined) html += `<b>${drawSpans(bold)}</b>`
    else if (code !== undefined) html += `<code>${toHtml(code)}</code>`
    else html += `<a>${toHtml(url ?? '')}</a>`
  }
  return html + toHtml(line.slice(from))
}
