import { shorten } from '../../../src/core/cut.ts'

/** A text in which Slack reads nothing as a command. */
export interface PlainText {
  readonly type: 'plain_text'
  readonly text: string
  readonly emoji: false
}

/** At most so many characters; Slack refuses an empty text. */
export function toPlainText(text: string, longest: number): PlainText {
  return { type: 'plain_text', text: shorten(text, longest) || '…', emoji: false }
}
