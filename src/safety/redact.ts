import { findEmails } from './find-emails.ts'
import { findIds } from './find-ids.ts'
import { findCards, findIbans } from './find-numbers.ts'
import { findCodes, findPhones, withoutReadable } from './find-phones.ts'
import { findRandom, findSecrets } from './find-secrets.ts'
import { foldText, toSearchable } from './fold-text.ts'
import type { Found, PersonalKind } from './personal-data.ts'

/** What stands for a detail: `[CARD_1]`. The same detail has the same one everywhere in one prompt. */
const placeholderPattern = /\[(?:CARD|IBAN|EMAIL|PHONE|KEY|CODE|ID)_\d{1,6}\]/g

/** Details a customer may read again in their own answer; a card, an account, a key or a code never comes back. */
const restorable: ReadonlySet<PersonalKind> = new Set(['EMAIL', 'PHONE'])

/** Redacts the texts of one prompt. Lives as long as that prompt, and is never stored. */
export interface Redactor {
  /** The text folded by `foldText`, its personal details and secrets replaced. */
  redact(text: string): string
  /** An answer with the customer's own e-mail addresses and phone numbers put back. */
  restore(text: string): string
  /** Every detail by its placeholder. */
  readonly map: ReadonlyMap<string, string>
}

export interface Redacted {
  readonly text: string
  /** Every detail by its placeholder. */
  readonly map: ReadonlyMap<string, string>
}

/** One text without personal details and secrets. */
export function redact(text: string): Redacted {
  const redactor = createRedactor()
  return { text: redactor.redact(text), map: redactor.map }
}

/**
 * Replaces cards, bank accounts, e-mail addresses, phone numbers, keys, one-time codes and national numbers in the texts of
 * one prompt. Numbers of orders, invoices and tickets, amounts, dates and postcodes stay. Linear in the texts' length.
 */
export function createRedactor(): Redactor {
  const map = new Map<string, string>()
  const placeholders = new Map<string, string>()
  const counts = new Map<PersonalKind, number>()

  const placeholderOf = (kind: PersonalKind, value: string): string => {
    const key = `${kind} ${comparable(kind, value)}`
    const known = placeholders.get(key)
    if (known !== undefined) return known
    const count = (counts.get(kind) ?? 0) + 1
    const placeholder = `[${kind}_${count}]`
    counts.set(kind, count)
    placeholders.set(key, placeholder)
    map.set(placeholder, value)
    return placeholder
  }

  return {
    map,
    redact: (text) => {
      // A customer who writes a placeholder would otherwise get somebody's detail named or restored.
      const folded = foldText(text).replace(placeholderPattern, (mark) => `(${mark.slice(1, -1)})`)
      let redacted = ''
      let from = 0
      for (const { kind, start, end } of findPersonal(folded)) {
        redacted += folded.slice(from, start) + placeholderOf(kind, folded.slice(start, end))
        from = end
      }
      return redacted + folded.slice(from)
    },
    restore: (text) =>
      text.replace(placeholderPattern, (placeholder) =>
        isRestorable(placeholder) ? (map.get(placeholder) ?? placeholder) : placeholder,
      ),
  }
}

function isRestorable(placeholder: string): boolean {
  return [...restorable].some((kind) => placeholder.startsWith(`[${kind}_`))
}

/** What two spellings of one detail have in common. */
function comparable(kind: PersonalKind, value: string): string {
  if (kind === 'KEY') return value
  return kind === 'EMAIL' ? value.replace(/\s/g, '').toLowerCase() : value.replace(/[^\p{L}\p{N}]/gu, '').toUpperCase()
}

/** The sure ones first; what one has found is blotted out for those after it, so no two overlap. */
const finders = [findSecrets, findEmails, findIbans, findRandom, findCards, findIds]

/** Every detail of a folded text, in its order. */
function findPersonal(folded: string): readonly Found[] {
  let rest = toSearchable(folded)
  const found: Found[] = []
  const take = (hits: readonly Found[]): void => {
    const free = withoutOverlaps(hits)
    found.push(...free)
    rest = blot(rest, free)
  }
  for (const find of finders) take(find(rest))
  rest = withoutReadable(rest)
  take(findPhones(rest))
  take(findCodes(rest))
  return found.toSorted((a, b) => a.start - b.start)
}

/** Of hits that overlap, the first, made as long as the others reach. */
function withoutOverlaps(hits: readonly Found[]): readonly Found[] {
  const free: Found[] = []
  for (const hit of hits.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = free.at(-1)
    if (last === undefined || hit.start >= last.end) free.push(hit)
    else if (hit.end > last.end) free[free.length - 1] = { ...last, end: hit.end }
  }
  return free
}

function blot(text: string, hits: readonly Found[]): string {
  let blotted = ''
  let from = 0
  for (const { start, end } of hits) {
    blotted += text.slice(from, start) + '\0'.repeat(end - start)
    from = end
  }
  return blotted + text.slice(from)
}
