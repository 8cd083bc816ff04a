import { unknownIntent, type Candidate, type Classification, type IntentName, type Stage } from '../core/intent.ts'

/** What a slower stage made of a message. */
export interface Verdict {
  readonly classification: Classification
  readonly worth: Worth
}

/**
 * What a verdict is worth for other messages like it. `settled`: it is theirs too. `undecided`: somebody looked and could not
 * tell. `passing`: nobody could be asked at this moment. `own`: only this very message could not have anybody asked.
 */
export type Worth = 'settled' | 'undecided' | 'passing' | 'own'

/** An intent that somebody chose. */
export interface Choice {
  readonly intent: IntentName
  readonly confidence: number
  readonly stage: Stage
  readonly candidates: readonly Candidate[]
  /** Who chose, and how, in a few words for whoever reads the receipt. */
  readonly because: string
}

/** The classification with another's choice; what else was found in the message, such as its language, stays. */
export function withChoice(classification: Classification, choice: Choice): Classification {
  const { second, evidence, ...found } = classification
  const { because, ...chosen } = choice
  // The words that were found speak for the best candidate, and for nothing else.
  const isSpokenFor = chosen.intent === classification.candidates[0]?.intent && evidence.length > 0
  return {
    ...found,
    ...chosen,
    evidence: isSpokenFor ? evidence : [because],
    // What turns out to be the first request is no second one.
    ...(second === undefined || second.intent === chosen.intent ? {} : { second }),
  }
}

/** Whether a choice was open to this message: none of the intents, or one of its own candidates. */
export function isAmongCandidates(intent: IntentName, { candidates }: Pick<Classification, 'candidates'>): boolean {
  return intent === unknownIntent || candidates.some((candidate) => candidate.intent === intent)
}
