import type { Classification, SecondRequest } from '../core/intent.ts'
import { analysedText, evenlySpaced } from './cleaning.ts'
import { courtesies } from './courtesies.ts'
import { isSureOf, type PartReader } from './part-reader.ts'

/** A part of a message that may be a request of its own, in the customer's words. */
interface Clause {
  readonly text: string
  /** Words such as "and also" or the number of a list say that something else begins. */
  readonly isAnother: boolean
}

/** A clause that is sure of an intent by itself. */
interface Request extends Clause {
  readonly said: Classification
}

const asking =
  "how|where|what|when|why|which|who|can|could|do|does|did|is|are|will|would|should|may|please|i want|i need|i would|i[’']?d|" +
  'change|update|cancel|reset|send|resend|refund|track|tell|give|show|delete|close|open|stop|check|return|replace|exchange|' +
  'upgrade|downgrade|remove|issue'
const another =
  'and also|also|plus|another (?:thing|question)|one more (?:thing|question)|by the way|btw|in addition|additionally|on top of that|' +
  'secondly|and secondly|besides that|apart from that'
// A text is evenly spaced before, and a run of marks is looked at from its beginning only: the cost stays linear.
const border = new RegExp(
  String.raw`(?<end>(?<!(?:^|\s)\d|[.!?;])[.!?;]+\s|\s?\n\s?)|[,;]?\s(?<join>(?:${another})\b[,:]?\s)|[,;]?\sand\s(?=(?:${asking})\b)`,
  'giu',
)
const listNumber = /^\s?(?:\d[.)]|[-*•])\s/
const begins = new RegExp(`^(?:(?:${another})\\b[,:]?\\s)`, 'iu')
const leadsOver = String.raw`(?:\band\b|\b(?:${another})\b|\d[.)])?`
const trailing = new RegExp(String.raw`[,;]?\s?${leadsOver}[,:]?\s?$`, 'iu')
const leading = new RegExp(String.raw`^[,;.!?]?\s?${leadsOver}[,:]?\s?`, 'iu')
const asks = new RegExp(
  String.raw`\?|^(?:(?:hi|hello|hey|so|ok|and|then|first|firstly|well)[\s,]+)*(?:${asking})\b`,
  'iu',
)
const wishes = /\bi (?:want|need|would like)\b|\bplease\b/iu
/** Asks for one more thing about what was asked for before: "and how much does it cost?" */
const detail =
  /^(?:and\s)?(?:how|what|when|where|why|which)\b(?:\s(?!(?:i|we|you)\b)\p{L}+){0,3}\s(?:it|they|this|that)(?:\s\p{L}+){0,2}\s?\??$/iu

/** Every border begins with one of these. */
const begun =
  /[.!?;]\s|\n|\b(?:and|also|plus|another|one\s+more|by\s+the\s+way|btw|in\s+addition|additionally|on\s+top|secondly|besides|apart)\b/i

/** Longer messages are stories: every further clause costs one more look. */
const mostClauses = 6
const fewestWords = 2
/** Of what a second request is shown with; the whole of it goes with the button. */
const mostShown = 80

function clausesOf(text: string): readonly Clause[] {
  const clauses: Clause[] = []
  let start = 0
  let isAnother = false
  const add = (end: number): void => {
    const listed = text.slice(start, end)
    const numbered = listed.replace(listNumber, '')
    const own = numbered.replace(begins, '').trim()
    if ((own.match(/[\p{L}\p{N}]+/gu)?.length ?? 0) < fewestWords) return
    clauses.push({ text: own, isAnother: isAnother || listed !== numbered || own !== numbered.trim() })
  }
  for (const found of text.matchAll(border)) {
    // A question mark belongs to the clause it ends.
    const mark = found.groups?.['end']?.trim() ?? ''
    add(found.index + mark.length)
    start = found.index + found[0].length
    isAnother = found.groups?.['join'] !== undefined
  }
  add(text.length)
  return clauses
}

/** Cheap look whether anything in a message could be a second request. */
function mayAskTwice(text: string): boolean {
  return begun.test(text)
}

/**
 * The first two clauses of a message that are each sure by themselves and speak for different intents. Courtesies do not,
 * nor does what is only told: "It came broken. I want my money back." is one request.
 */
export function findTwoRequests(text: string, reader: PartReader): readonly [Request, Request] | undefined {
  if (!mayAskTwice(text)) return undefined
  const all = clausesOf(evenlySpaced(analysedText(text)))
  if (all.length < 2 || all.length > mostClauses) return undefined
  const clauses = all.filter((clause) => clause.isAnother || asks.test(clause.text) || wishes.test(clause.text))
  if (clauses.length < 2) return undefined
  let first: Request | undefined
  for (const clause of clauses) {
    const said = reader.classify(clause.text)
    if (!isSureOf(said, reader) || courtesies.has(said.intent)) continue
    if (first === undefined) first = { ...clause, said }
    else if (said.intent !== first.said.intent) return [first, { ...clause, said }]
  }
  return undefined
}

/** "I opened this account because I need a code" tells why; "how much does it cost?" belongs to what was asked before. */
function isOfItsOwn({ text, isAnother }: Request): boolean {
  return (isAnother || asks.test(text)) && !detail.test(text)
}

/**
 * The message with its second request. Two stand in the order they are written in, unless the whole is sure: of one of
 * them, which comes first then and needs another that is a request of its own, or of something else, which is all then.
 */
export function withSecond(
  whole: Classification,
  found: readonly [Request, Request] | undefined,
  reader: Pick<PartReader, 'threshold'>,
): Classification {
  if (found === undefined) return whole
  const [earlier, later] = found
  if (!isSureOf(whole, reader)) return joined(earlier, later)
  const first = found.find(({ said }) => said.intent === whole.intent)
  const other = first === later ? earlier : later
  return first === undefined || !isOfItsOwn(other) ? whole : joined(first, other)
}

function joined({ said: first }: Request, { said, text }: Request): Classification {
  const { intent, confidence } = said
  const letters = [...text]
  const shown = letters.length <= mostShown ? text : `${letters.slice(0, mostShown).join('').trimEnd()} …`
  const evidence = [...first.evidence.slice(0, 5), `also asked: ${shown}`]
  return { ...first, second: { intent, confidence, text }, evidence }
}

/** What is left of a message without its second request, so that numbers and addresses of one are not taken for the other's. */
export function firstRequestOf(text: string, second: SecondRequest | undefined): string {
  if (second === undefined) return text
  const said = evenlySpaced(text)
  const at = said.lastIndexOf(second.text)
  if (at < 0) return text
  const before = said.slice(0, at).replace(trailing, '').trim()
  const after = said.slice(at + second.text.length)
  const rest = before === '' ? after.replace(leading, '') : `${before}${after}`
  return /[\p{L}\p{N}]/u.test(rest) ? rest.trim() : text
}
