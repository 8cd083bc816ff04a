import { printHour } from '../../src/core/clock.ts'
import type { CardFacts } from '../../src/core/desk.ts'
import { plain } from '../../src/core/markup.ts'
import { cutText, type Attachment, type Author } from '../../src/core/message.ts'
import { renderPlain } from '../../src/core/render.ts'
import type { Reply } from '../../src/core/reply.ts'
import { visible } from '../../src/core/visible.ts'
import type { Say } from '../../src/core/wording.ts'
import { withoutCardNumbers } from '../../src/safety/card-numbers.ts'
import { toStaffReply } from '../staff-reply.ts'

/** What whoever acted reads, and nobody else. */
export function told(text: string): { readonly kind: 'shown'; readonly reply: Reply } {
  return { kind: 'shown', reply: toStaffReply(text) }
}

/** How a member of the team calls somebody: by name, or by what the platform calls them. Not made harmless yet. */
export function nameOf({ id, name }: Author): string {
  const called = name?.trim() ?? ''
  return called === '' ? (id.split(':').at(-1) ?? id) : called
}

/** How the team calls a customer. What a browser is called means nothing to anybody. */
export function customerOf({ customer, channel }: Pick<CardFacts, 'customer' | 'channel'>, say: Say): string {
  const isNameless = customer.name === undefined && (channel === 'web' || channel === 'terminal')
  return isNameless ? say('desk.visitor') : nameOf(customer)
}

/** How a customer reads of a person of the team; ids would mean nothing to them. */
export function nameForCustomer({ name }: Author, say: Say): string {
  const called = name?.trim() ?? ''
  return called === '' ? say('person.colleague') : called
}

/** The hour of an instant kept as text, by the clocks the budget's days go by. */
export function clockOf(at: string, { timeZone }: { readonly timeZone: string }): string {
  return printHour(new Date(at), timeZone)
}

/** The beginning of somebody's words on one line, made harmless. */
export function excerpt(text: string, characters: number): string {
  const line = withoutCardNumbers(text).replace(/\s+/g, ' ').trim()
  const cut = cutText(line, characters)
  return plain(cut.length < line.length ? `${cut}…` : cut)
}

/** The words of a reply without its markup, so that they can stand on one line: a heading ends with a colon. */
export function wordsOf({ text }: Pick<Reply, 'text'>): string {
  return renderPlain(text, { isColoured: false }).replace(/^([^\n]{0,100}[\p{L}\p{N}])\n\n/u, '$1:\n\n')
}

/** Somebody's words made harmless, line by line. */
export function lines(text: string): string {
  return text.split(/\r?\n/).map(plain).join('\n')
}

/** No link is longer; whatever is stays words. The look behind each end costs the square of the length. */
const longestAddress = 2000
const address = new RegExp(String.raw`https?://[^\s<>]{1,${longestAddress}}(?![^\s<>])`, 'gi')

/** What a person of the team wrote: as plain as a customer's words, but for addresses, which lead where they say. */
export function relayed(text: string): string {
  return visible(text)
    .split(/\r?\n/)
    .map((line) => {
      let written = ''
      let from = 0
      for (const { 0: whole, index } of line.matchAll(address)) {
        const found = withoutEnd(whole)
        written += plain(line.slice(from, index)) + link(found)
        from = index + found.length
      }
      return written + plain(line.slice(from))
    })
    .join('\n')
}

/** A sentence may end right behind an address, and a bracket that was opened before it. */
function withoutEnd(url: string): string {
  const shorter = url.replace(/[.,:;!?'"\]}]+$/, '')
  const isClosing = shorter.endsWith(')') && shorter.split(')').length > shorter.split('(').length
  return isClosing ? withoutEnd(shorter.slice(0, -1)) : shorter
}

/** Brackets would end the link. */
function link(url: string): string {
  const target = url.replace(/[()]/g, (bracket) => (bracket === '(' ? '%28' : '%29'))
  return `[${plain(url)}](${target})`
}

/**
 * What makes a message a note: however it is decorated or quoted, and with the key beside the colon. Nobody who begins like that
 * writes to the customer, and a note that reaches one cannot be taken back.
 */
const noteMark = /^[^\p{L}\p{N}/]*(?:\/\/|\/?(?:internal\s+)?notes?[*_~`"'”’]*\s*[:;)\]}])[\s*_~`]*/iu

/** The note in what was written, without its mark; undefined when it is none. Letters of full width are letters. */
export function noteIn(text: string): string | undefined {
  const read = visible(text).normalize('NFKC')
  return noteMark.test(read) ? read.replace(noteMark, '') : undefined
}

/** Files are named; nobody is sent one. Not made harmless yet. */
export function withFiles(text: string, attachments: readonly Attachment[] | undefined, say: Say): string {
  if (attachments === undefined || attachments.length === 0) return text
  const files = say('desk.files', { files: attachments.map(({ name }) => name).join(', ') })
  return text === '' ? files : `${text}\n${files}`
}
