import { plain } from '../src/core/markup.ts'

/** At most so many UTF-16 units, the last one an ellipsis when something was left out; never half a character. */
export function cut(text: string, maximum: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  if (line.length <= maximum) return line
  return `${line
    .slice(0, maximum - 1)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd()}…`
}

/** A customer's own words, short and harmless, to be shown in a reply. */
export function quoted(text: string, maximum = 300): string {
  return plain(cut(text, maximum))
}

/** `ada@example.com` is shown as `a•••@example.com`. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  return plain(`${email.slice(0, 1)}•••${at < 0 ? '' : email.slice(at)}`)
}

/** The first sentence, as a ticket's subject. */
export function subjectOf(text: string): string {
  const [sentence] = text.trim().split(/(?<=[.!?])\s|\n/, 1)
  return cut(sentence ?? text, 60)
}

/** Whether a message says what it is about, rather than only that something is the matter. */
export function hasWords(text: string, minimum: number): boolean {
  return text.split(/\s+/).filter((word) => /\p{L}/u.test(word)).length >= minimum
}
