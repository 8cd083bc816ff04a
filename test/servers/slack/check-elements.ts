import { field, type Fields, fields, listOf, textOf } from './fields.ts'

/** Takes down one fault: what it is, and the JSON pointer of where it is. */
export type Note = (problem: string, pointer: string) => void

/** What is looked at: a value, where it stands, and where faults go. */
export interface Place {
  readonly value: unknown
  readonly pointer: string
  readonly note: Note
}

export function inside(place: Place, name: string | number): Place {
  const value = Array.isArray(place.value) ? place.value[Number(name)] : field(place.value, String(name))
  return { ...place, value, pointer: `${place.pointer}/${name}` }
}

export function eachOf(place: Place, name: string): readonly Place[] {
  return listOf(place.value, name).map((_value, index) => inside(inside(place, name), index))
}

/** A text object. */
export function checkText(place: Place, most: number, kind: 'plain_text' | 'any' = 'any'): void {
  const { value, pointer, note } = place
  const type = textOf(value, 'type')
  if (type !== 'plain_text' && (type !== 'mrkdwn' || kind === 'plain_text'))
    return note(`unsupported type: ${type || 'none'}`, `${pointer}/type`)
  checkString(inside(place, 'text'), 1, most)
}

export function checkString({ value, pointer, note }: Place, least: number, most: number): void {
  if (typeof value !== 'string') return note('must be a string', pointer)
  if (value.length < least) note(`must be more than ${least - 1} characters`, pointer)
  if (value.length > most) note(`must be less than ${most + 1} characters`, pointer)
}

export function checkCount(place: Place, name: string, [least, most]: readonly [number, number]): void {
  const found = field(place.value, name)
  const pointer = `${place.pointer}/${name}`
  if (!Array.isArray(found)) return place.note('missing required field: ' + name, place.pointer)
  if (found.length < least) place.note(`no less than ${least} items allowed`, pointer)
  if (found.length > most) place.note(`no more than ${most} items allowed`, pointer)
}

/** A field that may be left out. */
export function optional(place: Place, name: string, check: (there: Place) => void): void {
  if (field(place.value, name) !== undefined) check(inside(place, name))
}

const chosen = (place: Place): void => {
  checkCount(place, 'options', [1, 100])
  for (const option of eachOf(place, 'options')) {
    checkText(inside(option, 'text'), 75)
    checkString(inside(option, 'value'), 1, 150)
  }
}
const few = (place: Place): void => {
  chosen(place)
  checkCount(place, 'options', [1, 10])
}
const nothing = (): void => {}

/** What may stand in an actions block, beside a section or in an input, and what is looked at besides its action id. */
const interactive: Readonly<Record<string, (place: Place) => void>> = {
  button: (place) => {
    checkText(inside(place, 'text'), 75, 'plain_text')
    optional(place, 'value', (there) => checkString(there, 0, 2000))
    optional(place, 'url', (there) => checkString(there, 1, 3000))
    const style = field(place.value, 'style')
    if (style !== undefined && style !== 'primary' && style !== 'danger')
      place.note(`invalid style`, `${place.pointer}/style`)
  },
  checkboxes: few,
  radio_buttons: few,
  overflow: (place) => {
    chosen(place)
    checkCount(place, 'options', [1, 5])
  },
  static_select: chosen,
  multi_static_select: chosen,
  users_select: nothing,
  multi_users_select: nothing,
  conversations_select: nothing,
  multi_conversations_select: nothing,
  channels_select: nothing,
  multi_channels_select: nothing,
  external_select: nothing,
  multi_external_select: nothing,
  datepicker: nothing,
  datetimepicker: nothing,
  timepicker: nothing,
  rich_text_input: nothing,
  email_text_input: nothing,
  number_input: nothing,
  url_text_input: nothing,
  file_input: nothing,
  plain_text_input: (place) => {
    optional(place, 'initial_value', (there) => checkString(there, 0, 3000))
    optional(place, 'max_length', ({ value, pointer, note }) => {
      if (typeof value !== 'number' || value < 1 || value > 3000) note('must be 1 to 3000', pointer)
    })
  },
  workflow_button: nothing,
  image: (place) => {
    checkString(inside(place, 'alt_text'), 1, 2000)
  },
  feedback_buttons: (place) => {
    for (const name of ['positive_button', 'negative_button']) {
      checkText(inside(inside(place, name), 'text'), 75, 'plain_text')
      checkString(inside(inside(place, name), 'value'), 1, 2000)
    }
  },
  icon_button: (place) => {
    checkText(inside(place, 'text'), 75, 'plain_text')
    checkString(inside(place, 'icon'), 1, 255)
  },
}

/** An element that can be used. */
export function checkInteractive(place: Place, allowed: readonly string[]): void {
  const type = textOf(place.value, 'type')
  const check = allowed.includes(type) ? interactive[type] : undefined
  if (check === undefined) return place.note(`unsupported type: ${type || 'none'}`, `${place.pointer}/type`)
  optional(place, 'action_id', (there) => checkString(there, 1, 255))
  optional(place, 'placeholder', (there) => checkText(there, 150, 'plain_text'))
  optional(place, 'accessibility_label', (there) => checkString(there, 1, 75))
  optional(place, 'confirm', checkConfirm)
  check(place)
}

function checkConfirm(place: Place): void {
  checkText(inside(place, 'title'), 100, 'plain_text')
  checkText(inside(place, 'text'), 300)
  checkText(inside(place, 'confirm'), 30, 'plain_text')
  checkText(inside(place, 'deny'), 30, 'plain_text')
}

/** No two of them may have the same action id. */
export function checkDistinct(place: Place, name: string): void {
  const seen = new Set<unknown>()
  for (const { value, pointer } of eachOf(place, name)) {
    const id = field(value, 'action_id')
    if (id !== undefined && seen.has(id)) place.note(`action_id already exists`, `${pointer}/action_id`)
    seen.add(id)
  }
}

const spans: Readonly<Record<string, readonly [name: string, least: number]>> = {
  text: ['text', 1],
  link: ['url', 1],
  user: ['user_id', 1],
  usergroup: ['usergroup_id', 1],
  team: ['team_id', 1],
  channel: ['channel_id', 1],
  emoji: ['name', 1],
  broadcast: ['range', 1],
  color: ['value', 1],
}

/** The parts of rich text: sections, lists, quotes and preformatted text. */
export function checkRichElement(place: Place): void {
  const type = textOf(place.value, 'type')
  if (type === 'rich_text_list') {
    const style = field(place.value, 'style')
    if (style !== 'bullet' && style !== 'ordered') place.note('invalid style', `${place.pointer}/style`)
    checkCount(place, 'elements', [1, 1000])
    for (const item of eachOf(place, 'elements')) {
      if (textOf(item.value, 'type') !== 'rich_text_section') item.note('unsupported type', `${item.pointer}/type`)
      else checkSpans(item, Object.keys(spans))
    }
  } else if (type === 'rich_text_section' || type === 'rich_text_quote')
    checkSpans(place, [...Object.keys(spans), 'date'])
  else if (type === 'rich_text_preformatted') checkSpans(place, ['text', 'link'])
  else place.note(`unsupported type: ${type || 'none'}`, `${place.pointer}/type`)
}

function checkSpans(place: Place, allowed: readonly string[]): void {
  checkCount(place, 'elements', [1, 10_000])
  for (const span of eachOf(place, 'elements')) {
    const type = textOf(span.value, 'type')
    if (!allowed.includes(type)) span.note(`unsupported type: ${type || 'none'}`, `${span.pointer}/type`)
    else checkSpan(span, type)
  }
}

function checkSpan(span: Place, type: string): void {
  const known = spans[type]
  if (known !== undefined) checkString(inside(span, known[0]), known[1], 40_000)
  for (const name of Object.keys(fields(field(span.value, 'style'))))
    if (!['bold', 'italic', 'strike', 'code', 'highlight', 'client_highlight', 'underline', 'unlink'].includes(name))
      span.note(`unknown style ${name}`, `${span.pointer}/style`)
}

/** All types of interactive element. */
export const interactiveTypes = Object.keys(interactive)

/** The text of everything in it, as Slack seems to count it against a message's limit: words, and a little for each container. */
export function countText(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item: unknown) => sum + countText(item), 0)
  if (typeof value !== 'object' || value === null) return 0
  let sum = containerCost
  for (const [name, inner] of Object.entries<unknown>({ ...value } satisfies Fields)) {
    if (typeof inner === 'string' && ['text', 'url', 'title', 'alt_text'].includes(name)) sum += inner.length
    else sum += countText(inner)
  }
  return sum
}

/** slackapi/bolt-js#2867: 11,341 characters of text were refused when they came in many containers. */
const containerCost = 10
