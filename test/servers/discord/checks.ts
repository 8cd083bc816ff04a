import { field, type Fields, fields, invalid, listOf, numberOf, Refusal, textOf } from './fields.ts'

/**
 * What Discord refuses, by https://docs.discord.com/developers/resources/message, /components/reference and
 * /interactions/receiving-and-responding, read 2026-11-27.
 */
const componentsV2 = 1 << 15
const knownFlags = (1 << 2) | (1 << 6) | (1 << 12) | componentsV2

/** A message as it may be sent or changed. */
export function checkMessage(body: Fields, files = 0): void {
  const flags = numberOf(body, 'flags')
  if ((flags & ~knownFlags) !== 0) throw invalid('flags', 'a flag that cannot be set')
  const { content, nonce } = body
  if (content != null && (typeof content !== 'string' || length(content) > 2000))
    throw invalid('content', 'Must be 2000 or fewer in length.')
  checkNonce(nonce)
  checkMentions(body['allowed_mentions'])
  checkEmbeds(listOf(body, 'embeds'))
  const components = listOf(body, 'components')
  if ((flags & componentsV2) !== 0) {
    if (textOf(body, 'content') !== '' || listOf(body, 'embeds').length > 0)
      throw invalid('content', 'The components v2 flag allows no content and no embeds.')
    return checkSecond(components)
  }
  checkRows(components)
  const isEmpty = textOf(body, 'content').trim() === '' && listOf(body, 'embeds').length === 0 && files === 0
  if (isEmpty && components.length === 0) throw new Refusal(400, 50_006)
}

function checkNonce(nonce: unknown): void {
  if (nonce == null) return
  const isText = typeof nonce === 'string' && nonce.length <= 25
  if (!isText && !Number.isSafeInteger(nonce)) throw invalid('nonce', 'Must be 25 or fewer in length.')
}

const mentionKinds: readonly unknown[] = ['roles', 'users', 'everyone']

function checkMentions(allowed: unknown): void {
  if (allowed == null) return
  const parse = listOf(allowed, 'parse')
  if (parse.some((kind) => !mentionKinds.includes(kind))) throw invalid('allowed_mentions.parse', 'unknown kind')
  for (const kind of ['users', 'roles']) {
    if (parse.includes(kind) && listOf(allowed, kind).length > 0)
      throw invalid('allowed_mentions', `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`)
    if (listOf(allowed, kind).length > 100) throw invalid(`allowed_mentions.${kind}`, 'Must be 100 or fewer in length.')
  }
}

function checkEmbeds(embeds: readonly unknown[]): void {
  if (embeds.length > 10) throw invalid('embeds', 'Must be 10 or fewer in length.')
  if (embeds.reduce<number>((sum, embed) => sum + JSON.stringify(embed).length, 0) > 6000)
    throw invalid('embeds', 'Embed size exceeds maximum size of 6000')
}

/** At most 5 rows of 5 buttons or one list each. */
function checkRows(rows: readonly unknown[]): void {
  if (rows.length > 5) throw invalid('components', 'Must be 5 or fewer in length.')
  for (const row of rows) {
    if (numberOf(row, 'type') !== 1)
      throw invalid('components', 'Only rows are allowed without the components v2 flag.')
    checkRow(row)
  }
  checkIds(rows)
}

function checkRow(row: unknown): void {
  const inside = listOf(row, 'components')
  const lists = inside.filter((component) => numberOf(component, 'type') === 3)
  const isSound = lists.length === 0 ? inside.length >= 1 && inside.length <= 5 : inside.length === 1
  if (!isSound) throw invalid('components', 'A row holds 1 to 5 buttons, or one list.')
  for (const component of inside) {
    if (numberOf(component, 'type') === 3) checkList(component)
    else checkButton(component)
  }
}

function checkButton(button: unknown): void {
  const style = numberOf(button, 'style')
  if (numberOf(button, 'type') !== 2 || style < 1 || style > 6) throw invalid('components', 'not a button')
  if (length(textOf(button, 'label')) > 80) throw invalid('label', 'Must be 80 or fewer in length.')
  if (textOf(button, 'label') === '' && field(button, 'emoji') === undefined)
    throw invalid('label', 'a button says something')
  if (style === 5) {
    if (!/^https?:\/\//.test(textOf(button, 'url'))) throw invalid('url', 'a link button leads somewhere')
  } else checkId(button)
}

function checkList(list: unknown): void {
  checkId(list)
  const options = listOf(list, 'options')
  if (options.length < 1 || options.length > 25) throw invalid('options', 'Must be between 1 and 25 in length.')
  const values = options.map((option) => textOf(option, 'value'))
  if (new Set(values).size !== values.length) throw invalid('options', 'The specified option value is already used')
  for (const option of options) {
    for (const name of ['label', 'value']) {
      const text = textOf(option, name)
      if (text === '' || length(text) > 100) throw invalid(name, 'Must be between 1 and 100 in length.')
    }
  }
}

function checkId(component: unknown): void {
  const id = textOf(component, 'custom_id')
  if (id === '' || length(id) > 100) throw invalid('custom_id', 'Must be between 1 and 100 in length.')
}

/** No id stands twice. */
function checkIds(components: readonly unknown[]): void {
  const ids = flat(components)
    .map((component) => textOf(component, 'custom_id'))
    .filter((id) => id !== '')
  if (new Set(ids).size !== ids.length) throw invalid('custom_id', 'Component custom id cannot be duplicated')
}

/** At most 40 components in all, and 4,000 characters of text. */
function checkSecond(components: readonly unknown[]): void {
  const all = flat(components)
  if (all.length < 1) throw new Refusal(400, 50_006)
  if (all.length > 40) throw invalid('components', 'Must be 40 or fewer in length.')
  const texts = all
    .filter((component) => numberOf(component, 'type') === 10)
    .map((component) => textOf(component, 'content'))
  if (texts.some((text) => text === '')) throw invalid('content', 'This field is required')
  if (texts.reduce((sum, text) => sum + length(text), 0) > 4000)
    throw invalid('components', 'The total text of a message must be 4000 or fewer.')
  for (const component of all) if (numberOf(component, 'type') === 1) checkRow(component)
  checkIds(components)
}

function flat(components: readonly unknown[]): readonly unknown[] {
  return components.flatMap((component) => [component, ...flat(listOf(component, 'components'))])
}

/** A form as it may be opened. */
export function checkModal(data: unknown): void {
  checkId(data)
  const title = textOf(data, 'title')
  if (title === '' || length(title) > 45) throw invalid('title', 'Must be between 1 and 45 in length.')
  const rows = listOf(data, 'components')
  if (rows.length < 1 || rows.length > 5) throw invalid('components', 'Must be between 1 and 5 in length.')
  for (const row of rows) checkLabel(row)
  checkIds(rows.map((row) => ({ components: [field(row, 'component')] })))
}

function checkLabel(row: unknown): void {
  if (numberOf(row, 'type') !== 18) throw invalid('components', 'A form holds labels.')
  const label = textOf(row, 'label')
  if (label === '' || length(label) > 45) throw invalid('label', 'Must be between 1 and 45 in length.')
  const input = field(row, 'component')
  checkId(input)
  if (numberOf(input, 'type') !== 4 || ![1, 2].includes(numberOf(input, 'style')))
    throw invalid('component', 'not a text input')
  const most = fields(input)['max_length'] === undefined ? 4000 : numberOf(input, 'max_length')
  if (most < 1 || most > 4000) throw invalid('max_length', 'Must be between 1 and 4000.')
  if (fields(input)['value'] === '') throw invalid('value', 'Must be between 1 and 4000 in length.')
  if (length(textOf(input, 'value')) > most) throw invalid('value', `Must be ${most} or fewer in length.`)
}

/** Discord counts UTF-16 units nowhere: an emoji of two is one character. */
function length(text: string): number {
  return Array.from(text).length
}
