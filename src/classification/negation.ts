import { type Classification, unknownIntent } from '../core/intent.ts'
import { analysedText, evenlySpaced } from './cleaning.ts'
import { courtesies } from './courtesies.ts'
import { isSureOf, type PartReader } from './part-reader.ts'

/** What a message says is not wanted. */
interface Refusal {
  /** What follows "I do not want (to)", up to the next comma or full stop. */
  readonly unwanted: string
  /** The clause that refuses, as it stands in the message. */
  readonly clause: string
  /** The message without it. */
  readonly rest: string
}

// "I can't", "I did not get" and "it doesn't work" tell of trouble; only a wish or a need can be refused. What one suffers
// or goes on with is not a thing to be asked for: "I don't want to be charged", "to wait", "to use this card".
const refusing = new RegExp(
  String.raw`(?:\b(?:i|we)(?:['’]?m| am|['’]?re| are)?\s+)?(?:(?:really|actually|definitely)\s+)?` +
    String.raw`(?:\b(?:do not|don['’]?t)\s+(?:really\s+|actually\s+)?(?:want|need|wish|ask|mean|intend)` +
    String.raw`|\b(?:did not|didn['’]?t)\s+ask` +
    String.raw`|\bnot\s+(?:asking|looking|trying|here|interested|after|about)|\bno\s+need|\b(?:it|this)(?:['’]?s| is)\s+not\s+about)\b` +
    String.raw`(?!(?:\s+(?:you|to))*\s+(?:be|wait|keep|lose|miss|pay|use)\b)` +
    String.raw`(?:\s+(?:you|to|for|in|about|on))*\s+(?<unwanted>[^,.;!?\n]{2,80}?)` +
    String.raw`(?=\s+(?:but|just|instead|rather|i want|i need|i just|i would|i['’]?d|only)\b|[,.;!?\n]|$)`,
  'iu',
)
const filler = /\b(?:but|just|instead|rather|please|thanks|thank you|hi|hello|and|so)\b/giu
const determiner = /^(?:a|an|the|my|any|this|that)\b\s*/iu
/** Ends what is: who does not want a thing "any more" has it and asks to be rid of it. */
const ending = /\b(?:any ?more|any longer|no longer|again)\b/iu
const pronoun = /\b(?:it|that|one)\b/iu
const negation = /\b(?:not|no|never)\b|n['’]?t\b/iu

/** A refusal says what is not meant; whether anything else is cannot be told from it. */
const evenOdds = 0.5

function findRefusal(text: string): Refusal | undefined {
  const found = refusing.exec(text)
  const unwanted = found?.groups?.['unwanted']
  if (found === null || unwanted === undefined) return undefined
  const rest = `${text.slice(0, found.index)} ${text.slice(found.index + found[0].length)}`
  return { unwanted, clause: found[0], rest: rest.replace(/^[\s,.;!?]+| (?=[,.;!?])/g, '').trim() }
}

function confidenceIn(classification: Classification, intent: string): number {
  return classification.candidates.find((candidate) => candidate.intent === intent)?.confidence ?? 0
}

function hasWords(text: string): boolean {
  return (text.replace(filler, ' ').match(/\p{L}+/gu)?.length ?? 0) >= 2
}

/** The intent that a clause says is not wanted. Undefined where it names none, or where the clause is the request itself. */
function refusedBy({ unwanted, clause }: Refusal, { threshold, classify }: PartReader): string | undefined {
  const positive = classify(`I want ${determiner.test(unwanted) ? '' : 'to '}${unwanted}`)
  const [wanted] = positive.candidates
  if (wanted === undefined || wanted.intent === unknownIntent || wanted.confidence < threshold) return undefined
  if (courtesies.has(wanted.intent)) return undefined
  // A phrase of the intent's own is what is given up: "I don't want a refund any more".
  if (ending.test(clause) && positive.stage !== 'keywords') return undefined
  // The model has learned such an intent with its "don't", and is surer of it with than without.
  return confidenceIn(classify(clause), wanted.intent) >= wanted.confidence ? undefined : wanted.intent
}

/** The rest of a message with the thing in place of "it": "not asking for a refund, where is it?" asks where the refund is. */
function withThing(rest: string, unwanted: string): string {
  return determiner.test(unwanted) ? rest.replace(pronoun, () => `the ${unwanted.replace(determiner, '')}`) : rest
}

/**
 * What a message means that says what is *not* wanted: what is wanted instead decides, and without it nothing does.
 * Undefined when nothing is refused: the whole message is sure of something else, asks for the same all the same, or the
 * refusal itself is the request, as in "I don't want my plan to renew".
 *
 * @param whole what the message means when it is read as if it refused nothing
 */
export function readRefusal(text: string, whole: Classification, reader: PartReader): Classification | undefined {
  const refusal = findRefusal(evenlySpaced(analysedText(text)))
  if (refusal === undefined) return undefined
  const refused = refusedBy(refusal, reader)
  if (refused === undefined) return undefined
  const isBest = whole.candidates[0]?.intent === refused
  if (!isBest && isSureOf(whole, reader)) return undefined

  const { unwanted, rest } = refusal
  const note = `not wanted: ${unwanted}`
  const instead = hasWords(rest) ? reader.classify(withThing(rest, unwanted)) : undefined
  if (instead !== undefined && isSureOf(instead, reader)) {
    if (instead.intent !== refused) return { ...instead, evidence: [...instead.evidence.slice(0, 5), note] }
    if (!negation.test(rest)) return undefined
  }
  if (!isBest) return undefined
  const candidates = (instead ?? whole).candidates.filter(({ intent }) => intent !== refused)
  const confidence = instead === undefined ? evenOdds : 1 - (candidates[0]?.confidence ?? 0)
  return { intent: unknownIntent, confidence, stage: 'tfidf', candidates, evidence: [note], refused }
}

/** What a message says besides what it does not want; empty when that is all it says, or when it refuses nothing. */
export function besidesRefusal(text: string): string {
  const rest = findRefusal(evenlySpaced(analysedText(text)))?.rest ?? ''
  return hasWords(rest) ? rest : ''
}

/** Cheap look whether a message could refuse anything. */
export function mayRefuse(text: string): boolean {
  return /\bnot\b|\bd(?:o|id)n['’]?t\b|\bno need\b/i.test(text)
}
