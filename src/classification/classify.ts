import type { Classifier } from '../core/classifier.ts'
import { type Candidate, type Classification, type IntentName, mostCandidates, unknownIntent } from '../core/intent.ts'
import { confidenceOf, type Leaders, type ScoredMessage, signalCount, signalsOf, type Softmax } from './confidence.ts'
import { createSpelling } from './spelling.ts'
import { evidenceOf } from './evidence.ts'
import { createFeatureReader, createIdFinder, type Occurrences } from './features.ts'
import type { FittedClassifier } from './fitted.ts'
import { isGuessed } from './guessed-words.ts'
import { createLanguageFinder, type FoundLanguage, languageName } from './language.ts'
import { mayRefuse, readRefusal } from './negation.ts'
import { findTwoRequests, withSecond } from './requests.ts'
import { createPhraseFinder } from './keywords.ts'
import { createScorer, type RawScores } from './scorer.ts'
import { createVectoriser, type SparseVector } from './tfidf.ts'
import { type Token, tokensOf } from './terms.ts'

/** Calibrated confidence from which on an answer is free, until labelled messages say better. */
export const defaultFreeThreshold = 0.8

/** Without a known word the intent is a guess, from pieces of words or from their corrections: never more than even odds. */
const mostWithoutKnownWord = 0.5
/** The linear model is sure enough of another intent to keep a keyword from settling. */
const strongDisagreement = 0.5

/** What the first look at a message gave; every stage reads it. */
export interface Reading {
  readonly tokens: readonly Token[]
  readonly found: Occurrences
  readonly vector: SparseVector
  /** Of every intent by this model; reused by the next reading, as `found` and `vector` are. */
  readonly scores: RawScores
  readonly best: number
  /** What each feature added to the score of a class, by this model. */
  readonly sharesOf: (place: number) => Float64Array
  readonly candidates: readonly Candidate[]
  /** Whether it means something only by a correction that is not trusted. */
  readonly isGuessed: boolean
}

/** One stage of the cascade: a classification, or undefined when it has nothing to say. */
type ReadingStage = (reading: Reading) => Classification | undefined

/** The linear model with its confidence: from tokens to candidates. */
export function createReader(fitted: FittedClassifier): (text: string) => Reading {
  const read = createFeatureReader(createIdFinder(fitted.vocabulary.buckets))
  const vectorise = createVectoriser(fitted.vocabulary)
  const scorer = createScorer(fitted.weights)
  const signals = new Float64Array(signalCount)
  const { softmax } = fitted.confidence
  const byPrior = candidatesByPrior(fitted)
  const known = new Set(fitted.words)
  const isKnown = (word: string): boolean => known.has(word)
  const correct = createSpelling({
    words: fitted.words,
    knownPairs: (words) => {
      const { pairs, words: single } = vectorise(read(words.map((term) => ({ term, source: term, isMark: false }))))
      return pairs - single
    },
  })
  return (text) => {
    const tokens = correct(tokensOf(text))
    const found = read(tokens)
    const vector = vectorise(found)
    const scores = scorer.score(vector)
    const sharesOf = (place: number): Float64Array => scorer.sharesOf(vector, place)
    if (vector.count === 0) {
      return { tokens, found, vector, scores, sharesOf, best: -1, candidates: byPrior, isGuessed: false }
    }
    const leaders = signalsOf(toScored(vector, scores), softmax, signals)
    const calibrated = confidenceOf(fitted.confidence, signals)
    const isCorrectionOnly = isGuessed(tokens, isKnown)
    const isUnsure = isCorrectionOnly || !knowsAWord(tokens, vector)
    const confidence = isUnsure ? Math.min(calibrated, mostWithoutKnownWord) : calibrated
    const { intents } = fitted
    const candidates = rank({ intents, softmax }, { total: scores.total, leaders, confidence })
    return { tokens, found, vector, scores, sharesOf, best: leaders.best, candidates, isGuessed: isCorrectionOnly }
  }
}

/** What is known of a message when its best intent is judged. */
export function toScored(vector: SparseVector, scores: RawScores): ScoredMessage {
  return {
    scores,
    knownWords: vector.words,
    unknownWords: vector.unknownWords,
    knownGrams: vector.count - vector.pairs,
    unknownGrams: vector.unknownGrams,
  }
}

function knowsAWord(tokens: readonly Token[], vector: SparseVector): boolean {
  if (vector.words === 0) return false
  const marks = new Set<string>()
  for (const { isMark, term } of tokens) if (isMark) marks.add(term)
  return vector.words > marks.size
}

function candidatesByPrior(fitted: FittedClassifier): Candidate[] {
  return fitted.intents
    .map((intent, place) => ({ intent, confidence: (fitted.priors[place] ?? 0) / 2 }))
    .sort((a, b) => b.confidence - a.confidence)
    .slice(0, mostCandidates)
}

interface Ranking {
  readonly total: Float64Array
  readonly leaders: Leaders
  /** Calibrated probability that the best is right. */
  readonly confidence: number
}

/** The best classes with probabilities: the others share what the best leaves, by softmax, and never pass it. */
export function rank(
  { intents, softmax }: { readonly intents: readonly IntentName[]; readonly softmax: Softmax },
  { total, leaders, confidence }: Ranking,
): Candidate[] {
  const count = findHighest(total)
  const top = total[leaders.best] ?? 0
  const others = 1 / leaders.probability - 1 || 1
  const candidates: Candidate[] = []
  for (let order = 0; order < count; order++) {
    const intent = intents[highest.places[order] ?? 0] ?? unknownIntent
    const share = order === 0 ? 1 : Math.exp(((highest.values[order] ?? 0) - top) / softmax.temperature) / others
    const rest = Math.min(confidence, (1 - confidence) * Math.min(share, 1))
    candidates.push({ intent, confidence: order === 0 ? confidence : rest })
  }
  return candidates
}

/** The classes with the highest scores of the message at hand, highest first, the first of equals before the others. */
const highest = { places: new Int32Array(mostCandidates), values: new Float64Array(mostCandidates) }

/** Finds them. @returns how many there are */
function findHighest(total: Float64Array): number {
  const { places, values } = highest
  const last = Math.min(total.length, mostCandidates) - 1
  values.fill(-Infinity)
  for (let place = 0; place < total.length; place++) {
    const value = total[place] ?? 0
    if (value <= (values[last] ?? 0)) continue
    let at = last
    for (; at > 0 && (values[at - 1] ?? 0) < value; at--) {
      values[at] = values[at - 1] ?? 0
      places[at] = places[at - 1] ?? 0
    }
    values[at] = value
    places[at] = place
  }
  return last + 1
}

/** A phrase that one intent alone has, that is not taken back, and that the linear model does not contradict. */
function createKeywordStage(fitted: FittedClassifier): ReadingStage {
  const find = createPhraseFinder(fitted.phrases)
  return ({ tokens, candidates, isGuessed: isUnsure }) => {
    const hits = isUnsure ? [] : find(tokens)
    if (hits.length === 0) return undefined
    const strongest = hits.toSorted((a, b) => b.precision - a.precision)[0]
    if (strongest === undefined) return undefined
    const { intent, precision } = strongest
    if (hits.some((hit) => hit.isNegated || hit.intent !== intent)) return undefined
    const first = candidates[0]
    if (first !== undefined && first.intent !== intent && first.confidence >= strongDisagreement) return undefined
    return {
      intent,
      confidence: precision,
      stage: 'keywords',
      candidates: withFirst(candidates, { intent, confidence: precision }),
      evidence: [...new Set(hits.map((hit) => hit.words))].slice(0, 6),
    }
  }
}

function withFirst(candidates: readonly Candidate[], first: Candidate): Candidate[] {
  const others = candidates.filter(({ intent }) => intent !== first.intent).slice(0, mostCandidates - 1)
  return [first, ...others.map((other) => ({ ...other, confidence: Math.min(other.confidence, 1 - first.confidence) }))]
}

function createTermStage(fitted: FittedClassifier): ReadingStage {
  return (reading) => {
    const { best, candidates, sharesOf } = reading
    const first = candidates[0]
    const evidence = best < 0 ? [] : evidenceOf(reading, sharesOf(best))
    const confidence = first?.confidence ?? 0
    const isUnknown = best < 0 || first === undefined || confidence < fitted.unknownBelow
    const intent: IntentName = isUnknown ? unknownIntent : first.intent
    return { intent, confidence: isUnknown ? 1 - confidence : confidence, stage: 'tfidf', candidates, evidence }
  }
}

/**
 * The free part of the cascade: keyword phrases, then the linear model over TF-IDF terms. The first stage whose
 * confidence reaches the threshold settles; otherwise the last one speaks. Not to be shared between threads.
 */
export function createClassifier(given: { fitted: FittedClassifier; freeThreshold?: number }): Classifier {
  const { fitted, freeThreshold = defaultFreeThreshold } = given
  const read = createReader(fitted)
  const stages: readonly ReadingStage[] = [createKeywordStage(fitted), createTermStage(fitted)]
  const findLanguage = createLanguageFinder(fitted)
  const settle = (reading: Reading): Classification => {
    let last: Classification = nothingKnown
    for (const stage of stages) {
      const said = stage(reading)
      if (said === undefined) continue
      last = said
      if (said.confidence >= freeThreshold) break
    }
    return last
  }
  const parts = { threshold: freeThreshold, classify: (part: string): Classification => settle(read(part)) }
  return {
    classify(text): Classification {
      const reading = read(text)
      const isStrange = hasStrangeWords(reading)
      const whole = settle(reading)
      const language = isStrange ? findLanguage(text) : undefined
      if (language !== undefined) return inOtherLanguage(whole, language)
      const refused = mayRefuse(text) ? readRefusal(text, whole, parts) : undefined
      return refused ?? withSecond(whole, findTwoRequests(text, parts), parts)
    },
  }
}

/** A third of the words or more are unknown, or were taken for others: it may be another language. */
function hasStrangeWords({ tokens, vector }: Reading): boolean {
  let taken = 0
  for (const { takenFor } of tokens) if (takenFor !== undefined) taken++
  return (taken + vector.unknownWords) * 3 >= tokens.length
}

function inOtherLanguage(guess: Classification, { language, words }: FoundLanguage): Classification {
  const { candidates } = guess
  return {
    intent: unknownIntent,
    confidence: 1 - Math.min(candidates[0]?.confidence ?? 0, mostWithoutKnownWord),
    stage: 'tfidf',
    candidates,
    evidence: [`written in ${languageName(language)}: ${words.join(', ')}`],
    language,
  }
}

const nothingKnown: Classification = {
  intent: unknownIntent,
  confidence: 1,
  stage: 'tfidf',
  candidates: [],
  evidence: [],
}
