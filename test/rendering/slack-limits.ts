import type { Finding } from './finding.ts'
import type { SlackMessage } from './slack-judge.ts'

/**
 * Says where Slack would refuse blocks (https://docs.slack.dev/reference/block-kit, read 2026-11-27). What is not named
 * here is refused, so that a kind of block nobody checks cannot be sent unseen.
 */
export function slackLimits({ text, blocks }: SlackMessage, most = 50): Finding[] {
  const faults: string[] = []
  if (blocks.length > most) faults.push(`${blocks.length} blocks`)
  if (text.length > 40_000) faults.push('text for notifications')
  if (JSON.stringify(blocks).length > (most > 50 ? 250_000 : 13_200)) faults.push('msg_blocks_too_long')
  if (blocks.filter((block) => Reflect.get(block, 'type') === 'table').length > 1) faults.push('two tables')
  for (const block of blocks) faults.push(...checkBlock(block))
  return faults.map((what) => ({ kind: 'limit', what }))
}

function get(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const list = get(value, name)
  return Array.isArray(list) ? list : []
}

function checkText(value: unknown, most: number, what: string): string[] {
  const text = get(value, 'text')
  const isRight = get(value, 'type') === 'plain_text' && typeof text === 'string'
  return isRight && text.length >= 1 && text.length <= most ? [] : [`${what}: ${JSON.stringify(value)}`]
}

function checkCount(list: readonly unknown[], most: number, what: string): string[] {
  return list.length >= 1 && list.length <= most ? [] : [`${list.length} ${what}`]
}

function checkBlock(block: unknown): string[] {
  const elements = listOf(block, 'elements')
  switch (get(block, 'type')) {
    case 'rich_text':
      return [...checkCount(elements, 1000, 'parts of rich text'), ...elements.flatMap(checkRich)]
    case 'actions':
      return [...checkCount(elements, 25, 'buttons'), ...checkIds(elements), ...elements.flatMap(checkButton)]
    case 'context_actions':
      return [...checkCount(elements, 5, 'context actions'), ...elements.flatMap(checkFeedback)]
    case 'table': {
      const rows = listOf(block, 'rows').map((row): readonly unknown[] => (Array.isArray(row) ? row : []))
      const cells = rows.flat()
      const isEven = rows.every((row) => row.length === rows[0]?.length)
      return [
        ...checkCount(rows, 100, 'rows'),
        ...rows.flatMap((row) => checkCount(row, 20, 'columns')),
        ...checkCount(listOf(block, 'column_settings'), 20, 'column settings'),
        ...(isEven ? [] : ['rows of different lengths']),
        ...cells.flatMap((cell) => (get(cell, 'type') === 'rich_text' ? checkBlock(cell) : ['a cell of another kind'])),
      ]
    }
    default:
      return [`a block nobody checks: ${JSON.stringify(block).slice(0, 100)}`]
  }
}

function checkRich(element: unknown): string[] {
  const elements = listOf(element, 'elements')
  switch (get(element, 'type')) {
    case 'rich_text_list': {
      const style = get(element, 'style')
      const offset = get(element, 'offset')
      const isRight = (style === 'bullet' || style === 'ordered') && (offset === undefined || Number(offset) >= 1)
      return [...(isRight ? [] : ['a list']), ...checkCount(elements, 1000, 'items'), ...elements.flatMap(checkRich)]
    }
    case 'rich_text_section':
    case 'rich_text_preformatted':
      return [...checkCount(elements, 10_000, 'spans'), ...elements.flatMap(checkSpan)]
    default:
      return [`rich text of another kind: ${String(get(element, 'type'))}`]
  }
}

function checkSpan(span: unknown): string[] {
  const text = get(span, 'text')
  if (typeof text !== 'string' || text === '') return ['a span without text']
  const url = get(span, 'url')
  if (get(span, 'type') === 'link')
    return typeof url === 'string' && url.length >= 1 && url.length <= 3000 ? [] : ['an address']
  return get(span, 'type') === 'text' ? [] : [`a span of another kind: ${String(get(span, 'type'))}`]
}

function checkIds(elements: readonly unknown[]): string[] {
  const ids = elements.map((element) => get(element, 'action_id'))
  return new Set(ids).size === ids.length ? [] : ['an action id twice']
}

function checkButton(button: unknown): string[] {
  const id = get(button, 'action_id')
  const style = get(button, 'style')
  const confirm = get(button, 'confirm')
  return [
    ...(get(button, 'type') === 'button' ? [] : ['not a button']),
    ...(typeof id === 'string' && id.length >= 1 && id.length <= 255 ? [] : ['an action id']),
    ...(style === undefined || style === 'primary' || style === 'danger' ? [] : ['a style']),
    ...checkText(get(button, 'text'), 75, 'label'),
    ...(confirm === undefined ? [] : checkConfirm(confirm)),
  ]
}

function checkConfirm(confirm: unknown): string[] {
  return [
    ...checkText(get(confirm, 'title'), 100, 'title'),
    ...checkText(get(confirm, 'text'), 300, 'question'),
    ...checkText(get(confirm, 'confirm'), 30, 'yes'),
    ...checkText(get(confirm, 'deny'), 30, 'no'),
  ]
}

function checkFeedback(element: unknown): string[] {
  if (get(element, 'type') !== 'feedback_buttons') return ['context actions of another kind']
  return ['positive_button', 'negative_button'].flatMap((name) => {
    const value = get(get(element, name), 'value')
    const isRight = typeof value === 'string' && value.length >= 1 && value.length <= 2000
    return [...checkText(get(get(element, name), 'text'), 75, 'label'), ...(isRight ? [] : ['a value'])]
  })
}
