import type { Classification, IntentName, SecondRequest } from '../core/intent.ts'
import { shortened, writtenText } from './cleaning.ts'

/** A part of a message that may be a request of its own, in the customer's words. */
interface Clause {
  readonly text: string
  /** Words such as "and also" or the number of a list say that something else begins. */
  readonly isAnother: boolean
}

const asking =
  "how|where|what|when|why|which|who|can|could|do|does|did|is|are|will|would|should|may|please|i want|i need|i would|i[’']?d|" +
  'change|update|cancel|reset|send|resend|refund|track|tell|give|show|delete|close|open|stop|check|return|replace|exchange|' +
  'upgrade|downgrade|remove|issue'
const another =
  'and also|also|plus|another (?:thing|question)|one more (?:thing|question)|by the way|btw|in addition|additionally|on top of that|' +
  'secondly|and secondly|besides that|apart from that'
const border = new RegExp(
  String.raw`(?<end>(?<!(?:^|\s)\d)[.!?;]+\s+|\s*\n\s*)|[,;]?\s+(?<join>(?:${another})\b[,:]?\s+)|[,;]?\s+and\s+(?=(?:${asking})\b)`,
  'giu',
)
const listNumber = /^\s*(?:\d[.)]|[-*•])\s+/
const begins = new RegExp(`^(?:(?:${another})\\b[,:]?\\s+)`, 'iu')
const asksSomething = new RegExp(
  String.raw`\?|^(?:(?:hi|hello|hey|so|ok|and|then|first|firstly|well)[\s,]+)*(?:${asking})\b|\bi (?:want|need|would like)\b|\bplease\b`,
  'iu',
)

/** Longer messages are stories: every further clause costs one more look. */
const mostClauses = 6
const fewestWords = 2

/** Said beside a request rather than asked for. */
const courtesies: ReadonlySet<IntentName> = new Set([
  'general.greeting',
  'general.thanks',
  'general.goodbye',
  'general.small-talk',
  'general.capabilities',
  'tickets.complaint',
])

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

/** Two requests found in one message. */
export interface TwoRequests {
  readonly first: Classification
  readonly second: SecondRequest
}

/**
 * The first two requests of a message that are each sure by themselves and ask for different things. Courtesies are none,
 * nor is what is only told: "It came broken. I want my money back." is one request.
 */
export function findTwoRequests(
  text: string,
  threshold: number,
  classify: (clause: string) => Classification,
): TwoRequests | undefined {
  const all = clausesOf(shortened(writtenText(text)))
  if (all.length < 2 || all.length > mostClauses) return undefined
  const clauses = all.filter((clause) => clause.isAnother || asksSomething.test(clause.text))
  if (clauses.length < 2) return undefined
  let first: Classification | undefined
  for (const clause of clauses) {
    const said = classify(clause.text)
    if (said.intent === 'unknown' || said.confidence < threshold || courtesies.has(said.intent)) continue
    if (first === undefined) first = said
    else if (said.intent !== first.intent) {
      return { first, second: { intent: said.intent, confidence: said.confidence, text: clause.text } }
    }
  }
  return undefined
}

/** What is left of a message without its second request, so that numbers and addresses of one are not taken for the other's. */
export function firstRequestOf(text: string, second: SecondRequest | undefined): string {
  const at = second === undefined ? -1 : text.lastIndexOf(second.text)
  if (second === undefined || at <= 0) return text
  const rest = `${text.slice(0, at)}${text.slice(at + second.text.length)}`
  return rest
    .replace(new RegExp(`[,;]?\\s{0,9}(?:\\band\\b|\\b(?:${another})\\b|\\d[.)])?[,:]?\\s{0,9}$`, 'iu'), '')
    .trim()
}
