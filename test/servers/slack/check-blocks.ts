import {
  checkCount,
  checkDistinct,
  checkInteractive,
  checkRichElement,
  checkString,
  checkText,
  countText,
  eachOf,
  inside,
  interactiveTypes,
  optional,
  type Place,
} from './check-elements.ts'
import { field, type Fields, fields, listOf, refused, textOf } from './fields.ts'

/** Where blocks are shown. */
export type Surface = 'message' | 'modal' | 'home'

/** slackapi/bolt-js#2509: the exact number for nothing but markdown is 13,297. */
const mostText = 13_200
const mostBlocks = { message: 50, modal: 100, home: 100 } as const

const inActions = interactiveTypes.filter(
  (type) => !type.endsWith('_input') && !['image', 'feedback_buttons', 'icon_button'].includes(type),
)
const inInput = interactiveTypes.filter(
  (type) => !['button', 'overflow', 'image', 'feedback_buttons', 'icon_button', 'workflow_button'].includes(type),
)

const richText = (place: Place): void => {
  checkCount(place, 'elements', [1, 1000])
  for (const element of eachOf(place, 'elements')) checkRichElement(element)
}

const cells = (place: Place, mostRows: number, mostColumns: number): void => {
  checkCount(place, 'rows', [1, mostRows])
  for (const row of eachOf(place, 'rows')) {
    const found = Array.isArray(row.value) ? row.value : []
    if (found.length === 0 || found.length > mostColumns)
      place.note(`no more than ${mostColumns} items allowed`, row.pointer)
    found.forEach((_cell, index) => {
      const cell = inside(row, index)
      const type = textOf(cell.value, 'type')
      if (type === 'rich_text') richText(cell)
      else if (type === 'raw_text') checkString(inside(cell, 'text'), 1, 3000)
      else if (type !== 'raw_number') cell.note(`unsupported type: ${type || 'none'}`, `${cell.pointer}/type`)
    })
  }
}

const card = (place: Place): void => {
  optional(place, 'title', (there) => checkText(there, 150))
  optional(place, 'subtitle', (there) => checkText(there, 150))
  optional(place, 'body', (there) => checkText(there, 200))
  for (const button of eachOf(place, 'actions')) checkInteractive(button, ['button'])
}

const task = (place: Place): void => {
  checkString(inside(place, 'task_id'), 1, 255)
  checkString(inside(place, 'title'), 1, 3000)
  optional(place, 'details', richText)
  optional(place, 'output', richText)
  if (!['pending', 'in_progress', 'complete', 'error'].includes(textOf(place.value, 'status')))
    place.note('invalid status', `${place.pointer}/status`)
}

/** Each type of block, and what Slack refuses in it (https://docs.slack.dev/reference/block-kit/blocks, read 2026-11-27). */
const rules: Readonly<Record<string, (place: Place) => void>> = {
  actions: (place) => {
    checkCount(place, 'elements', [1, 25])
    for (const element of eachOf(place, 'elements')) checkInteractive(element, inActions)
    checkDistinct(place, 'elements')
  },
  alert: (place) => checkText(inside(place, 'text'), 3000),
  card,
  carousel: (place) => {
    checkCount(place, 'elements', [1, 10])
    for (const element of eachOf(place, 'elements')) card(element)
  },
  container: (place) => {
    if (field(place.value, 'title') === undefined && field(place.value, 'rich_text_title') === undefined)
      place.note('missing required field: title', place.pointer)
    optional(place, 'title', (there) => checkText(there, 150, 'plain_text'))
    optional(place, 'subtitle', (there) => checkText(there, 150))
    checkCount(place, 'child_blocks', [1, 10])
    for (const child of eachOf(place, 'child_blocks')) checkBlock(child)
  },
  context: (place) => {
    checkCount(place, 'elements', [1, 10])
    for (const element of eachOf(place, 'elements'))
      if (textOf(element.value, 'type') === 'image') checkInteractive(element, ['image'])
      else checkText(element, 2000)
  },
  context_actions: (place) => {
    checkCount(place, 'elements', [1, 5])
    for (const element of eachOf(place, 'elements')) checkInteractive(element, ['feedback_buttons', 'icon_button'])
    checkDistinct(place, 'elements')
  },
  data_table: (place) => {
    cells(place, 10_000, 100)
    checkString(inside(place, 'caption'), 1, 3000)
    optional(place, 'page_size', ({ value, pointer, note }) => {
      if (typeof value !== 'number' || value < 1 || value > 100) note('must be 1 to 100', pointer)
    })
  },
  divider: () => {},
  file: (place) => checkString(inside(place, 'external_id'), 1, 255),
  header: (place) => checkText(inside(place, 'text'), 150, 'plain_text'),
  image: (place) => {
    checkString(inside(place, 'alt_text'), 1, 2000)
    optional(place, 'image_url', (there) => checkString(there, 1, 3000))
    optional(place, 'title', (there) => checkText(there, 2000, 'plain_text'))
    if (field(place.value, 'image_url') === undefined && field(place.value, 'slack_file') === undefined)
      place.note('missing required field: image_url', place.pointer)
  },
  input: (place) => {
    checkText(inside(place, 'label'), 2000, 'plain_text')
    optional(place, 'hint', (there) => checkText(there, 2000, 'plain_text'))
    checkInteractive(inside(place, 'element'), inInput)
  },
  markdown: (place) => checkString(inside(place, 'text'), 1, 12_000),
  plan: (place) => {
    checkString(inside(place, 'title'), 1, 3000)
    for (const there of eachOf(place, 'tasks')) task(there)
  },
  rich_text: richText,
  section: (place) => {
    if (field(place.value, 'text') === undefined && field(place.value, 'fields') === undefined)
      place.note('missing required field: text', place.pointer)
    optional(place, 'text', (there) => checkText(there, 3000))
    optional(place, 'fields', () => checkCount(place, 'fields', [1, 10]))
    for (const there of eachOf(place, 'fields')) checkText(there, 2000)
    optional(place, 'accessory', (there) => checkInteractive(there, [...inActions, 'image']))
  },
  table: (place) => cells(place, 100, 20),
  task_card: task,
  video: (place) => checkString(inside(place, 'alt_text'), 1, 2000),
}

function checkBlock(place: Place): void {
  const type = textOf(place.value, 'type')
  const rule = rules[type]
  if (rule === undefined) return place.note(`unsupported type: ${type || 'none'}`, `${place.pointer}/type`)
  optional(place, 'block_id', (there) => checkString(there, 1, 255))
  rule(place)
}

/** Why Slack refuses these blocks, as its answer; undefined when it takes them. */
export function refuseBlocks(blocks: unknown, surface: Surface): Fields | undefined {
  if (blocks === undefined) return undefined
  if (!Array.isArray(blocks)) return refused('invalid_blocks_format')
  const problems: string[] = []
  const note = (problem: string, pointer: string): number => problems.push(`${problem} [json-pointer:${pointer}]`)
  if (blocks.length > mostBlocks[surface]) note(`no more than ${mostBlocks[surface]} items allowed`, '/blocks')
  const ids = new Set<string>()
  blocks.forEach((value: unknown, index) => {
    const pointer = `/blocks/${index}`
    checkBlock({ value, pointer, note: (problem, where) => void note(problem, where) })
    const id = textOf(value, 'block_id')
    if (id !== '' && ids.has(id)) note('block_id already exists', `${pointer}/block_id`)
    ids.add(id)
  })
  if (problems.length > 0) return toRefusal(problems)
  return surface === 'message' && countText(blocks) > mostText ? refused('msg_blocks_too_long') : undefined
}

function toRefusal(problems: readonly string[]): Fields {
  const messages = problems.map((problem) => `[ERROR] ${problem}`)
  return refused('invalid_blocks', { errors: problems, response_metadata: { messages } })
}

/** Why Slack refuses a view, as its answer; undefined when it takes it. */
export function refuseView(view: unknown, type: 'modal' | 'home'): Fields | undefined {
  const problems: string[] = []
  const place: Place = {
    value: view,
    pointer: '/view',
    note: (problem, pointer) => void problems.push(`${problem} [json-pointer:${pointer}]`),
  }
  if (field(view, 'type') !== type) place.note(`unsupported type: ${textOf(view, 'type') || 'none'}`, '/view/type')
  if (type === 'modal') checkText(inside(place, 'title'), 24, 'plain_text')
  optional(place, 'submit', (there) => checkText(there, 24, 'plain_text'))
  optional(place, 'close', (there) => checkText(there, 24, 'plain_text'))
  optional(place, 'private_metadata', (there) => checkString(there, 0, 3000))
  optional(place, 'callback_id', (there) => checkString(there, 0, 255))
  const hasInput = listOf(view, 'blocks').some((block) => textOf(block, 'type') === 'input')
  if (type === 'modal' && hasInput && field(view, 'submit') === undefined)
    place.note('missing required field: submit', '/view')
  if (problems.length > 0) return refused('invalid_arguments', { response_metadata: { messages: problems } })
  return refuseBlocks(fields(view)['blocks'], type)
}
