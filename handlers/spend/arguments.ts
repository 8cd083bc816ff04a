import type { MicroDollars } from '../../src/core/money.ts'

/** What somebody wants who writes `/spend`. */
export type SpendWish =
  | { readonly kind: 'report'; readonly period: string }
  | { readonly kind: 'group'; readonly group: 'model' | 'intent'; readonly period: string }
  | { readonly kind: 'mode'; readonly isOn: boolean }
  /** Undefined: as it is configured. */
  | { readonly kind: 'limit'; readonly limit: MicroDollars | undefined }
  | { readonly kind: 'audit' | 'help' }
  | Misunderstood

/** `word` is what could not be read, as it was written; empty where something is missing. */
export interface Misunderstood {
  readonly kind: 'wrong'
  readonly because:
    | 'unknown'
    | 'too-much'
    | 'mode'
    | 'no-mode'
    | 'amount'
    | 'no-amount'
    | 'negative'
    | 'decimals'
    | 'too-large'
  readonly word: string
}

const periods = new Map([
  ['today', 'today'],
  ['yesterday', 'yesterday'],
  ['week', '7d'],
  ['month', 'month'],
])
/** More dollars a day than anybody means: a slip of the finger, and more than the configuration takes. */
const mostDollars = 1_000_000

/** Reads what stands after `/spend`. Letters count alike in upper and lower case. */
export function readSpendArguments(text: string): SpendWish {
  const words = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
  const [first = 'today', ...rest] = words
  switch (first.toLowerCase()) {
    case 'audit':
      return refuseMore(rest) ?? { kind: 'audit' }
    case 'help':
    case '?':
      return refuseMore(rest) ?? { kind: 'help' }
    case 'models':
      return readGroup('model', rest)
    case 'intents':
      return readGroup('intent', rest)
    case 'mode':
      return readMode(rest)
    case 'limit':
      return readLimit(rest)
    default: {
      const period = readPeriod(first)
      if (period === undefined) return wrong('unknown', first)
      return refuseMore(rest) ?? { kind: 'report', period }
    }
  }
}

function readGroup(group: 'model' | 'intent', [word = 'today', ...rest]: readonly string[]): SpendWish {
  const period = readPeriod(word)
  if (period === undefined) return wrong('unknown', word)
  return refuseMore(rest) ?? { kind: 'group', group, period }
}

/** Whether a date exists is seen where it is looked up. */
function readPeriod(word: string): string | undefined {
  const named = periods.get(word.toLowerCase())
  if (named !== undefined) return named
  return /^(\d{1,4}d|\d{4}-\d\d-\d\d(\.\.\d{4}-\d\d-\d\d)?)$/i.test(word) ? word.toLowerCase() : undefined
}

function readMode([word = '', ...rest]: readonly string[]): SpendWish {
  const wanted = word.toLowerCase()
  if (wanted !== 'on' && wanted !== 'off') return wrong(word === '' ? 'no-mode' : 'mode', word)
  return refuseMore(rest) ?? { kind: 'mode', isOn: wanted === 'on' }
}

/** `50`, `$50`, `50.25`, `50 USD`, `$ 50`: dollars, never anything else. */
function readLimit(words: readonly string[]): SpendWish {
  const whole = words.join(' ')
  if (whole === '') return wrong('no-amount', '')
  if (whole.toLowerCase() === 'default') return { kind: 'limit', limit: undefined }
  const amount = whole.replace(/^(\$|USD) ?/i, '').replace(/ ?(\$|USD)$/i, '')
  if (/^[-−–]/.test(whole) || /^[-−–]/.test(amount)) return wrong('negative', whole)
  const [, dollars, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(amount) ?? []
  if (dollars === undefined) return wrong('amount', whole)
  if (fraction.length > 6) return wrong('decimals', whole)
  if (dollars.length > 12 || Number(dollars) >= mostDollars) return wrong('too-large', whole)
  // Digits are put side by side, nothing is multiplied, so that every amount is exact.
  return { kind: 'limit', limit: Number(dollars + fraction.padEnd(6, '0')) as MicroDollars }
}

function refuseMore([word]: readonly string[]): Misunderstood | undefined {
  return word === undefined ? undefined : wrong('too-much', word)
}

function wrong(because: Misunderstood['because'], word: string): Misunderstood {
  return { kind: 'wrong', because, word }
}
