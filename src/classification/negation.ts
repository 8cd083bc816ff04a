import { type Classification, unknownIntent } from '../core/intent.ts'
import { shortened, writtenText } from './cleaning.ts'

/** What a message says is not wanted. */
interface Refusal {
  /** What follows "I do not want (to)", up to the next comma or full stop. */
  readonly unwanted: string
  /** The clause that refuses, as it stands in the message. */
  readonly clause: string
  /** The message without it. */
  readonly rest: string
}

// "I can't", "I did not get" and "it doesn't work" tell of trouble; only a wish or a need can be refused.
const refusing = new RegExp(
  String.raw`(?:\b(?:i|we)(?:['’]?m| am|['’]?re| are)?\s+)?(?:(?:really|actually|definitely)\s+)?` +
    String.raw`(?:\b(?:do not|don['’]?t)\s+(?:really\s+|actually\s+)?(?:want|need|wish|ask|mean|intend)` +
    String.raw`|\b(?:did not|didn['’]?t)\s+ask` +
    String.raw`|\bnot\s+(?:asking|looking|trying|here|interested|after|about)|\bno\s+need|\b(?:it|this)(?:['’]?s| is)\s+not\s+about)\b` +
    String.raw`(?:\s+(?:you|to|for|in|about|on))*\s+(?<unwanted>[^,.;!?\n]{2,80}?)` +
    String.raw`(?=\s+(?:but|just|instead|rather|i want|i need|i just|i would|i['’]?d|only)\b|[,.;!?\n]|$)`,
  'iu',
)
const filler = /\b(?:but|just|instead|rather|please|thanks|thank you|hi|hello|and|so)\b/giu

function findRefusal(text: string): Refusal | undefined {
  const found = refusing.exec(text)
  const unwanted = found?.groups?.['unwanted']
  if (found === null || unwanted === undefined) return undefined
  const rest = `${text.slice(0, found.index)} ${text.slice(found.index + found[0].length)}`
  return { unwanted, clause: found[0], rest: rest.replace(/^[\s,.;!?]+|\s+(?=[,.;!?])/g, '').trim() }
}

/** Sure enough that the words after "I do not want" name an intent. */
const names = 0.5

function confidenceIn(classification: Classification, intent: string): number {
  return classification.candidates.find((candidate) => candidate.intent === intent)?.confidence ?? 0
}

function hasWords(text: string): boolean {
  return (text.replace(filler, ' ').match(/\p{L}+/gu)?.length ?? 0) >= 2
}

/**
 * What a message means that says what is *not* wanted: what is wanted instead decides, and without it nothing does.
 * Undefined when nothing is refused, or when the refusal itself is the request: "I don't want my plan to renew". The
 * model has learned such an intent with its "don't", and is surer of it with than without.
 */
export function readRefusal(
  text: string,
  threshold: number,
  classify: (text: string) => Classification,
): Classification | undefined {
  const refusal = findRefusal(shortened(writtenText(text)))
  if (refusal === undefined) return undefined
  const positive = classify(
    `I want ${/^(?:a|an|the|my|any)\b/i.test(refusal.unwanted) ? '' : 'to '}${refusal.unwanted}`,
  )
  const [wanted] = positive.candidates
  if (wanted === undefined || wanted.intent === unknownIntent || wanted.confidence < names) return undefined
  const refused = wanted.intent
  const negative = classify(refusal.clause)
  if (confidenceIn(negative, refused) >= wanted.confidence) return undefined

  const note = `not wanted: ${refusal.unwanted}`
  const instead = hasWords(refusal.rest) ? classify(refusal.rest) : undefined
  if (instead !== undefined && instead.intent !== unknownIntent && instead.confidence >= threshold)
    return { ...instead, evidence: [...instead.evidence.slice(0, 5), note] }
  const candidates = (instead ?? negative).candidates.filter(({ intent }) => intent !== refused)
  const confidence = 1 - (instead === undefined ? names : (candidates[0]?.confidence ?? 0))
  return { intent: unknownIntent, confidence, stage: 'tfidf', candidates, evidence: [note], refused }
}

/** Cheap look whether a message could refuse anything. */
export function mayRefuse(text: string): boolean {
  return /\bnot\b|n['’]?t\b|\bno need\b/iu.test(text)
}
