import { borderBefore } from '../../src/core/cut.ts'
import type { Address } from '../../src/core/message.ts'
import type { Form, FormField } from '../../src/core/reply.ts'
import type { SlackBlock } from './blocks.ts'
import { type PlainText, toPlainText } from './blocks/plain-text.ts'

/** Limits of modals (https://docs.slack.dev/reference/views/modal-views, read 2026-11-27). */
const longestTitle = 24
const longestLabel = 2000
const longestInput = 3000

/** One question of a modal. Its block and its element carry our name of the field. */
export interface InputBlock {
  readonly type: 'input'
  readonly block_id: string
  readonly label: PlainText
  readonly optional: false
  readonly element: {
    readonly type: 'plain_text_input'
    readonly action_id: string
    readonly multiline: boolean
    readonly max_length: number
    readonly initial_value?: string
  }
}

/** A form as a modal that remembers where it was opened. */
export function toFormView(
  form: Form,
  { team = '', channel, thread }: Address,
): {
  readonly type: 'modal'
  readonly callback_id: string
  readonly title: PlainText
  readonly submit: PlainText
  readonly private_metadata: string
  readonly blocks: InputBlock[]
} {
  return {
    type: 'modal',
    callback_id: form.id,
    title: toPlainText(form.title, longestTitle),
    submit: toPlainText(form.submit, longestTitle),
    private_metadata: JSON.stringify({ team, channel, thread }),
    blocks: form.fields.map(toInput),
  }
}

function toInput({ name, label, value, isLong, most }: FormField): InputBlock {
  const limit = Math.min(Math.max(most, 1), longestInput)
  return {
    type: 'input',
    block_id: name,
    label: toPlainText(label, longestLabel),
    optional: false,
    element: {
      type: 'plain_text_input',
      action_id: name,
      multiline: isLong,
      max_length: limit,
      ...(value === undefined || value === '' ? {} : { initial_value: value.slice(0, borderBefore(value, limit)) }),
    },
  }
}

/** What became of a form, in place of it. */
export function toResultView(
  title: string,
  blocks: SlackBlock[],
): { readonly type: 'modal'; readonly title: PlainText; readonly blocks: SlackBlock[] } {
  return { type: 'modal', title: toPlainText(title, longestTitle), blocks }
}
