/** A number of a text with its unit of money or share. */
export interface Quantity {
  readonly value: number
  /** `GBP`, `%` or nothing. */
  readonly unit: string
  /** As it is written. */
  readonly written: string
}

const units: Readonly<Record<string, string>> = {
  '£': 'GBP', gbp: 'GBP', pound: 'GBP', pounds: 'GBP', '€': 'EUR', eur: 'EUR', euro: 'EUR', euros: 'EUR',
  $: 'USD', usd: 'USD', dollar: 'USD', dollars: 'USD', chf: 'CHF', '%': '%', percent: '%',
} // prettier-ignore
const words = 'gbp|eur|usd|chf|pounds?|euros?|dollars?'
const quantityPattern = new RegExp(
  String.raw`(?:(\p{Sc}|(?<!\p{L})(?:gbp|eur|usd|chf))\s?)?(\d{1,15}(?:[.,]\d{1,9}){0,4})(?:\s?(\p{Sc}|%|(?:percent|${words})(?!\p{L})))?`,
  'giu',
)
const numberWords = new Map(
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'
    .split(' ')
    .map((word, index): [string, number] => [word, index + 1]),
)
for (const [index, word] of ['thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety', 'hundred'].entries())
  numberWords.set(word, 30 + 10 * index)
const wordPattern = new RegExp(String.raw`(?<!\p{L})(?:${[...numberWords.keys()].join('|')})(?!\p{L})`, 'giu')

const months = 'january february march april may june july august september october november december'.split(' ')
const monthName = `(?:${months.map((month) => `${month.slice(0, 3)}(?:${month.slice(3)})?`).join('|')}|sept)`
const ordinal = '(?:st|nd|rd|th)?'
const datePatterns: readonly { readonly pattern: RegExp; readonly month: number; readonly day: number }[] = [
  { pattern: /(?<!\d)\d{4}-(\d{2})-(\d{2})(?!\d)/g, month: 1, day: 2 },
  {
    pattern: new RegExp(
      String.raw`(?<!\d)(\d{1,2})${ordinal}(?: of)?[ .]{1,2}(${monthName})(?![a-z])\.?,?(?: \d{4})?`,
      'gi',
    ),
    month: 2,
    day: 1,
  },
  {
    pattern: new RegExp(String.raw`(?<![a-z])(${monthName})\.? (\d{1,2})${ordinal}(?![\d.])(?:,? \d{4})?`, 'gi'),
    month: 1,
    day: 2,
  },
]

export interface SpokenDate {
  /** `11-21` */
  readonly day: string
  readonly written: string
}

/** The days a text names: `2026-11-21`, `21 November`, `Nov 21st`. */
export function readDates(text: string): readonly SpokenDate[] {
  return datePatterns.flatMap(({ pattern, month, day }) =>
    [...text.matchAll(pattern)].map((found) => ({
      day: `${monthNumber(found[month] ?? '')}-${Number(found[day])}`,
      written: found[0],
    })),
  )
}

function monthNumber(name: string): number {
  const number = Number(name)
  return number > 0 ? number : months.findIndex((month) => month.startsWith(name.toLowerCase().slice(0, 3))) + 1
}

/** Numbers in figures and in words (`two working days`), amounts and shares. Days of the year are left to `readDates`. */
export function readQuantities(text: string): readonly Quantity[] {
  const figures = [...text.matchAll(quantityPattern)].map(([written, before, number = '', behind]) => ({
    value: toNumber(number),
    unit: units[(before ?? behind ?? '').toLowerCase()] ?? '',
    written: written.trim(),
  }))
  const spelled = [...text.matchAll(wordPattern)].map(([written]) => ({
    value: numberWords.get(written.toLowerCase()) ?? 0,
    unit: '',
    written,
  }))
  return [...figures, ...spelled]
}

/** `1,250.00` is 1250, `24,90` is 24.9; three digits behind a single mark are thousands. */
function toNumber(written: string): number {
  const decimal = /^(.*?)[.,](\d{1,2}|\d{4,9})$/.exec(written)
  if (decimal === null) return Number(written.replace(/[.,]/g, ''))
  return Number(`${(decimal[1] ?? '').replace(/[.,]/g, '')}.${decimal[2] ?? ''}`)
}

/** Numbers of records and codes, without spaces and hyphens: `INV2041`, `T17`, `WELCOME10`, `KC77421093`. */
export function readIdentifiers(text: string): readonly string[] {
  const marked = text.matchAll(/(?<![\p{L}\d])(?:INV[- ]?\d{1,12}|T-\d{1,9}|[A-Z]{2} \d{4} \d{4})(?![\p{L}\d])/giu)
  const mixed = text.matchAll(
    /(?<![\p{L}\d[])(?=[A-Z\d-]{0,30}\d)(?=[\d-]{0,30}[A-Z])[A-Z\d]+(?:-[A-Z\d]+){0,5}(?![\p{L}\d\]])/gu,
  )
  return [...marked, ...mixed]
    .map(([written]) => written.toUpperCase().replace(/[\s-]/g, ''))
    .filter((identifier) => identifier.length >= 2)
}

/** A text without its identifiers and dates, so that only plain numbers are left. */
export function withoutIdentifiers(text: string): string {
  const dates = readDates(text).map(({ written }) => written)
  return dates
    .reduce((rest, date) => rest.replace(date, ' '), text)
    .replace(/(?<![\p{L}\d])(?:INV[- ]?\d{1,12}|T-\d{1,9}|[A-Z]{2} \d{4} \d{4})(?![\p{L}\d])/giu, ' ')
    .replace(/^[ \t]*\d{1,2}[.)] /gm, ' ')
}
