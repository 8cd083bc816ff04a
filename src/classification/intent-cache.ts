import { unknownIntent, type Candidate, type Classification, type IntentName, type Stage } from '../core/intent.ts'
import type { Cache, Locks } from '../core/ports.ts'
import type { IntentKeyOf } from './intent-key.ts'
import { lookOnce } from './look-once.ts'
import { createSingleFlight, type Flown } from './single-flight.ts'
import { isAmongCandidates, withChoice, type Choice, type Verdict } from './verdict.ts'

/** Messages repeat within the day; a longer life would only make a wrong verdict last. */
const settledSeconds = 86_400
/** "None of these" was said of one message's candidates; those of a like message may be a little other ones. */
const noneSeconds = 3600
/** Whoever could not tell is not paid for the same at once; a minute later another model may be asked. */
const undecidedSeconds = 60

/** A message that the free stages were unsure of. */
export interface UnsureMessage {
  readonly tenant: string
  readonly text: string
  readonly classification: Classification
  readonly signal: AbortSignal
  /** How long it can still wait for the verdict on another message like it, in milliseconds. */
  readonly leftMs: () => number
}

export interface Understood {
  readonly classification: Classification
  /** `hit`: kept, or found for another message meanwhile. Undefined for a message that has no like. */
  readonly result: 'hit' | 'miss' | undefined
}

/** Keeps what slow and paid stages found, for messages that ask for the same in nearly the same words. Never a text. */
export interface IntentCache {
  /**
   * What is known of the message, or what `look` finds. Of many like messages at the same time one looks, and the others
   * wait for it, also in other processes; where it fails the next one looks, and after the third all of this process keep
   * what the free stages said.
   *
   * @throws what `look` throws
   */
  understand(message: UnsureMessage, look: () => Promise<Verdict>): Promise<Understood>
  /** Forgets the verdict on a message, as when somebody found the answer not helpful. */
  forget(tenant: string, text: string): Promise<void>
}

/** What is kept, or what somebody has just found. */
interface Known extends Verdict {
  readonly isNews: boolean
}

export interface IntentCacheParts {
  /** Never fails. */
  readonly cache: Cache
  /** Never fail. They keep other processes from looking at the same time. */
  readonly locks: Locks
  readonly keyOf: IntentKeyOf
  readonly isIntent: (name: IntentName) => boolean
}

export function createIntentCache({ cache, locks, keyOf, isIntent }: IntentCacheParts): IntentCache {
  const flights = createSingleFlight<Known>()

  const find = async (key: string, classification: Classification): Promise<Known | undefined> => {
    const kept = readKept(await cache.get(key), isIntent)
    return kept !== undefined && fits(kept, classification) ? kept : undefined
  }

  const keep = async (key: string, { classification, worth }: Verdict): Promise<void> => {
    if (worth !== 'settled' && worth !== 'undecided') return
    const forNone = classification.intent === unknownIntent ? noneSeconds : settledSeconds
    await cache.set(key, writeKept({ classification, worth }), worth === 'settled' ? forNone : undecidedSeconds)
  }

  return {
    understand: async (message, look) => {
      const { classification } = message
      const key = keyOf(message.tenant, message.text)
      if (key === undefined) return { classification: (await look()).classification, result: undefined }
      const lookup = {
        find: () => find(key, classification),
        look: async () => {
          const verdict = await look()
          await keep(key, verdict)
          return { ...verdict, isNews: true }
        },
      }
      const fly = (name: string): Promise<Flown<Known>> => {
        const work = async () => {
          const value = (await lookup.find()) ?? (await lookOnce({ ...lookup, key: name }, message, locks))
          return { value, isShared: value.worth !== 'own' }
        }
        return flights.fly(name, work, message)
      }
      const flown = await fly(key)
      if (flown.kind !== 'followed' || fits(flown.value, classification)) return toUnderstood(flown, classification)
      return toUnderstood(await fly(`${key} ${candidateNames(classification)}`), classification)
    },
    forget: async (tenant, text) => {
      const key = keyOf(tenant, text)
      if (key !== undefined) await cache.set(key, '', 0)
    },
  }
}

/** Of messages with the same candidates a verdict on one fits all. */
function candidateNames({ candidates }: Classification): string {
  return candidates
    .map(({ intent }) => intent)
    .toSorted()
    .join(' ')
}

function toUnderstood(flown: Flown<Known>, own: Classification): Understood {
  if (flown.kind === 'alone') return { classification: own, result: 'miss' }
  const { classification, worth, isNews } = flown.value
  if (flown.kind === 'led' && isNews) return { classification, result: 'miss' }
  switch (worth) {
    case 'settled':
      return { classification: withChoice(own, likeChoice(classification, 'cache')), result: 'hit' }
    case 'undecided':
      return { classification: withDoubt(own, classification), result: 'hit' }
    case 'passing':
    case 'own':
      return { classification: withDoubt(own, classification), result: 'miss' }
  }
}

/** The encoder's doubt says more than that of the stages before it; nobody else left anything. */
function withDoubt(own: Classification, doubt: Classification): Classification {
  return doubt.stage === 'encoder' ? withChoice(own, likeChoice(doubt, 'encoder')) : own
}

function likeChoice({ intent, confidence, candidates, stage }: Classification, told: Stage): Choice {
  const by = stage === 'model' ? 'by a model' : 'by the sentence encoder'
  return { intent, confidence, candidates, stage: told, because: `as a like message was understood, ${by}` }
}

/** A model chose among the candidates of one message: a like message takes its choice only where it could have made it. */
function fits({ classification, worth }: Verdict, own: Classification): boolean {
  return worth !== 'settled' || classification.stage !== 'model' || isAmongCandidates(classification.intent, own)
}

// ---- as text

const keptStages = ['keywords', 'tfidf', 'encoder', 'model'] as const

function writeKept({ classification, worth }: Verdict): string {
  const { intent, confidence, stage, candidates } = classification
  return JSON.stringify([
    worth,
    stage,
    intent,
    confidence,
    candidates.flatMap((each) => [each.intent, each.confidence]),
  ])
}

/** Whatever else stands in a shared cache is no verdict: somebody else's value, a half one, an intent that is no more. */
function readKept(text: string | undefined, isIntent: (name: IntentName) => boolean): Known | undefined {
  const value = parse(text)
  const parts: readonly unknown[] = Array.isArray(value) ? value : []
  const [worth, named, intent, confidence, listed] = parts
  const stage = keptStages.find((one) => one === named)
  const candidates = toCandidates(listed, isIntent)
  if (
    parts.length !== 5 ||
    (worth !== 'settled' && worth !== 'undecided') ||
    stage === undefined ||
    candidates === undefined
  )
    return undefined
  if (!isName(intent, isIntent) || !isShare(confidence)) return undefined
  return { classification: { intent, confidence, stage, candidates, evidence: [] }, worth, isNews: false }
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not JSON, so none of ours
  }
}

function toCandidates(listed: unknown, isIntent: (name: IntentName) => boolean): readonly Candidate[] | undefined {
  if (!Array.isArray(listed)) return undefined
  const parts: readonly unknown[] = listed
  const candidates: Candidate[] = []
  for (let place = 0; place < parts.length; place += 2) {
    const [intent, confidence] = parts.slice(place, place + 2)
    if (!isName(intent, isIntent) || !isShare(confidence)) return undefined
    candidates.push({ intent, confidence })
  }
  return candidates
}

function isName(value: unknown, isIntent: (name: IntentName) => boolean): value is IntentName {
  return typeof value === 'string' && (value === unknownIntent || isIntent(value))
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1
}
