import { ibanLength, isIban, passesLuhn } from './check-digits.ts'
import type { Found } from './personal-data.ts'

interface Group {
  readonly start: number
  readonly end: number
  readonly digits: string
  /** What stands between the group before and this one. */
  readonly separator: string
}

const longestCard = 19
const shortestCard = 13
/** How card numbers are printed: groups of so many digits. */
const printedShapes = new Set([
  '4444',
  '44443',
  '465',
  '464',
  '445',
  '4441',
  '4442',
  '4445',
  '44441',
  '44442',
  '67',
  '88',
])

/** Payment cards: 13 to 19 digits whose check digit is right, in one piece or in groups. */
export function findCards(text: string): readonly Found[] {
  const found: Found[] = []
  let run: Group[] = []
  let end = -1
  for (const { index, 0: digits } of text.matchAll(/\d+/g)) {
    const separator = end < 0 ? '' : text.slice(end, Math.min(index, end + 4))
    if (end >= 0 && !/^[\s.,\-_/|:*~+='"()[\]#\\]{1,3}$/.test(separator)) {
      found.push(...cardsIn(run, text))
      run = []
    }
    run.push({ start: index, end: index + digits.length, digits, separator })
    end = index + digits.length
  }
  return [...found, ...cardsIn(run, text)]
}

function cardsIn(run: readonly Group[], text: string): readonly Found[] {
  const found: Found[] = []
  let index = 0
  while (index < run.length) {
    const count = cardGroups(run.slice(index, index + longestCard), text)
    const [first, last] = [run[index], run[index + count - 1]]
    if (first !== undefined && last !== undefined && count > 0)
      found.push({ kind: 'CARD', start: first.start, end: last.end })
    index += Math.max(1, count)
  }
  return found
}

/** How many of the groups, from the first on, are the longest card number; 0 for none. */
function cardGroups(groups: readonly Group[], text: string): number {
  let digits = ''
  let best = 0
  for (const [index, group] of groups.entries()) {
    digits += group.digits
    if (digits.length > longestCard) break
    if (digits.length >= shortestCard && isCard(groups.slice(0, index + 1), digits, text)) best = index + 1
  }
  return best
}

function isCard(groups: readonly Group[], digits: string, text: string): boolean {
  const start = groups[0]?.start ?? 0
  const isInternationalPhone = text[start - 1] === '+' && digits.length <= 15
  if (isInternationalPhone || /^(\d)\1*$/.test(digits)) return false
  return (groups.length === 1 || isGroupedCard(groups, digits)) && passesLuhn(digits)
}

/** Whether groups of digits are grouped and begin as cards do; several numbers beside one another rarely are. */
function isGroupedCard(groups: readonly Group[], digits: string): boolean {
  const separators = new Set(groups.slice(1).map(({ separator }) => separator))
  const sizes = groups.map(({ digits }) => digits.length)
  const isPrinted = printedShapes.has(sizes.join('')) || isEven(sizes)
  if (isPrinted && [...separators].every((separator) => /^[ -]$/.test(separator))) return /^(?:[2-9]|1800)/.test(digits)
  return hasIssuer(digits) && (isPrinted || separators.size === 1)
}

/** Groups of one size, the last one perhaps shorter. */
function isEven(sizes: readonly number[]): boolean {
  const size = sizes[0] ?? 0
  return sizes.every((one, index) => one === size || (index === sizes.length - 1 && one < size))
}

/** The first digits and lengths that card issuers use: https://en.wikipedia.org/wiki/Payment_card_number, November 2026. */
function hasIssuer(digits: string): boolean {
  const length = digits.length
  if (digits.startsWith('4')) return length === 13 || length === 16 || length === 19
  if (/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/.test(digits)) return length === 16
  if (/^3[47]/.test(digits)) return length === 15
  if (/^3(?:0[0-5]|[689])/.test(digits)) return length >= 14
  if (/^(?:2131|1800)/.test(digits)) return length === 15
  return /^(?:35|5[06-9]|6|8[12]|220[0-5]|9792)/.test(digits) && length >= 15
}

/** Bank accounts: an IBAN in capitals or small letters, with or without spaces, whose check digits are right. */
export function findIbans(text: string): readonly Found[] {
  const found: Found[] = []
  let free = 0
  for (const { index } of text.matchAll(/[a-z][\s.\-_]?(?=[a-z][\s.\-_:/]{0,3}\d[\s.\-_]{0,2}\d)/gi)) {
    if (index < free) continue
    const end = ibanEnd(text, index)
    if (end === undefined) continue
    found.push({ kind: 'IBAN', start: index, end })
    free = end
  }
  return found
}

function ibanEnd(text: string, start: number): number | undefined {
  const country = text
    .slice(start, start + 3)
    .replace(/[^a-z]/gi, '')
    .slice(0, 2)
    .toUpperCase()
  const length = ibanLength(country)
  if (length === undefined) return undefined
  let value = ''
  let gap = 0
  for (let index = start; index < text.length && gap <= 3; index++) {
    const character = text.charAt(index)
    if (/[a-z0-9]/i.test(character)) {
      value += character.toUpperCase()
      gap = 0
    } else if (/[\s.\-_:/,|*]/.test(character)) gap += 1
    else return undefined
    if (value.length === length) return isIban(value) ? index + 1 : undefined
  }
  return undefined
}
