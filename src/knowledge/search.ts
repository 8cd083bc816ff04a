import { stemOf, tokensOf } from '../classification/terms.ts'
import type { Passage } from '../core/company.ts'
import type { SearchArticles } from '../core/ports.ts'

/** The usual constants of BM25 (Robertson and Zaragoza, 2009, https://doi.org/10.1561/1500000019). */
const saturation = 1.2
const lengthShare = 0.75
/** So much of the question, weighed by how rare its words are, must occur in the passage. */
const leastCoverage = 0.5
/** A word that no passage holds counts less than a rare one: it may be a name, a slip or a courtesy. */
const unseenShare = 0.6
/** A word of the heading or title says more about a passage than one of its text. */
const headingWeight = 2
/** An article begins with what most people ask, so its first passage answers the general question. */
const openingBonus = 1.3
/** So many questions of one message are looked up one by one. */
const mostSentences = 5

interface Indexed {
  readonly passage: Passage
  /** Its number among all passages. */
  readonly place: number
  readonly counts: ReadonlyMap<string, number>
  /** Stems of its heading and its article's title: what it is about. */
  readonly topics: ReadonlySet<string>
  readonly length: number
  readonly bonus: number
}

/** A passage that holds less of the question than this says nothing about it, not even to a model. */
const leastUsefulCoverage = 0.2

/** A passage beside the share of the question that stands in it. */
export interface FoundPassage {
  readonly passage: Passage
  /** 0 to 1, weighed by how rare the question's words are. */
  readonly coverage: number
}

/** The best passages for a question, at most so many, the best first. */
export type SearchPassages = (question: string, most: number) => readonly FoundPassage[]

/**
 * Searches passages by BM25 over stems. A passage fits when it holds most of what the question says, and when at least
 * one word of its heading or title is asked for; otherwise there is no answer here.
 */
export function createSearch(passages: readonly Passage[]): SearchArticles {
  const rank = rankingOf(passages)
  return (question) => bestFor(question, rank)
}

/**
 * Searches several passages, for a model to read. What `createSearch` finds comes first; then by BM25 what holds at least a
 * fifth of the question, or of one of its sentences, without the demand that a heading names it.
 */
export function createPassageSearch(passages: readonly Passage[]): SearchPassages {
  const rank = rankingOf(passages)
  return (question, most) => {
    const best = bestFor(question, rank)
    const ranked = new Map<Passage, Ranked>()
    for (const part of [question, ...sentencesAsked(question)]) {
      for (const one of rank(part)) {
        const known = ranked.get(one.passage)
        const coverage = Math.max(one.coverage, known?.coverage ?? 0)
        ranked.set(one.passage, { ...one, coverage, score: Math.max(one.score, known?.score ?? 0) })
      }
    }
    return [...ranked.values()]
      .filter(({ passage, coverage }) => passage === best || coverage >= leastUsefulCoverage)
      .toSorted((a, b) => Number(b.passage === best) - Number(a.passage === best) || b.score - a.score)
      .slice(0, Math.max(0, most))
      .map(({ passage, coverage }) => ({ passage, coverage }))
  }
}

interface Ranked extends FoundPassage {
  readonly score: number
  /** Whether a word of its heading or title is asked for. */
  readonly isOnTopic: boolean
}

/** Passages that share a word with the question, in their own order. */
type Ranking = (question: string) => readonly Ranked[]

/** One index for all that search the same passages. */
const rankings = new WeakMap<readonly Passage[], Ranking>()

function rankingOf(passages: readonly Passage[]): Ranking {
  const known = rankings.get(passages)
  if (known !== undefined) return known
  const made = remembering(createRanking(passages))
  rankings.set(passages, made)
  return made
}

/** On the way to one answer the same question is looked up several times, among those of other conversations. */
const mostRemembered = 64

function remembering(rank: Ranking): Ranking {
  const known = new Map<string, readonly Ranked[]>()
  return (question) => {
    const ranked = known.get(question) ?? rank(question)
    known.set(question, ranked)
    const [oldest] = known.keys()
    if (known.size > mostRemembered && oldest !== undefined) known.delete(oldest)
    return ranked
  }
}

function createRanking(passages: readonly Passage[]): Ranking {
  const indexed = passages.map((passage, index) =>
    indexPassage(passage, index, passages[index - 1]?.source !== passage.source),
  )
  const averageLength = indexed.reduce((sum, { length }) => sum + length, 0) / Math.max(1, indexed.length)
  const holders = holdersOf(indexed)
  const rarity = rarities(holders, indexed.length)
  const unseen = unseenShare * Math.log(1 + indexed.length)
  const rarityOf = (stem: string): number => rarity.get(stem) ?? unseen
  const weigh = (stems: readonly string[]): number => stems.reduce((sum, stem) => sum + rarityOf(stem), 0)

  return (question) => {
    const stems = [...new Set(stemsOf(question))]
    const whole = weigh(stems)
    const touched = new Set(stems.flatMap((stem) => holders.get(stem) ?? []))
    const inOrder = [...touched].toSorted((one, other) => one.place - other.place)
    return inOrder.map(({ passage, counts, topics, length, bonus }) => {
      const found = stems.filter((stem) => counts.has(stem))
      const damping = saturation * (1 - lengthShare + (lengthShare * length) / averageLength)
      const score =
        bonus * found.reduce((sum, stem) => sum + rarityOf(stem) * saturated(counts.get(stem) ?? 0, damping), 0)
      const coverage = Math.min(1, weigh(found) / whole)
      return { passage, coverage, score, isOnTopic: found.some((stem) => topics.has(stem)) }
    })
  }
}

function bestFor(question: string, rank: Ranking): Passage | undefined {
  // A long message tells its story first; what is asked stands in a sentence of its own.
  for (const part of [question, ...sentencesAsked(question)]) {
    const fitting = rank(part).filter(({ coverage, isOnTopic }) => isOnTopic && coverage >= leastCoverage)
    const [first] = fitting.toSorted((a, b) => b.score - a.score)
    if (first !== undefined) return first.passage
  }
  return undefined
}

function sentencesAsked(question: string): readonly string[] {
  return (question.match(/[^.?!\n]+\?/g) ?? []).slice(0, mostSentences)
}

function saturated(count: number, damping: number): number {
  return (count * (saturation + 1)) / (count + damping)
}

function indexPassage(passage: Passage, place: number, isOpening: boolean): Indexed {
  const counts = new Map<string, number>()
  const heading = /^\*\*(.+)\*\*\n/.exec(passage.text)?.[1] ?? ''
  const headings = stemsOf(`${heading} ${passage.article}`)
  const weighted = [...stemsOf(passage.text), ...Array.from({ length: headingWeight }, () => headings).flat()]
  for (const stem of weighted) counts.set(stem, (counts.get(stem) ?? 0) + 1)
  const bonus = isOpening ? openingBonus : 1
  return { passage, place, counts, topics: new Set(headings), length: weighted.length, bonus }
}

/** The passages in which each stem stands. */
function holdersOf(indexed: readonly Indexed[]): ReadonlyMap<string, readonly Indexed[]> {
  const holders = new Map<string, Indexed[]>()
  for (const one of indexed) {
    for (const stem of one.counts.keys()) {
      const others = holders.get(stem)
      if (others === undefined) holders.set(stem, [one])
      else others.push(one)
    }
  }
  return holders
}

/** How rare each stem is among the passages: 0 for one that stands in all of them. */
function rarities(holders: ReadonlyMap<string, readonly Indexed[]>, total: number): ReadonlyMap<string, number> {
  return new Map(
    [...holders].map(([stem, { length }]) => [stem, Math.log(1 + (total - length + 0.5) / (length + 0.5))]),
  )
}

/** The stems that carry meaning: no marks, no numbers, no words that stand in any sentence. */
export function stemsOf(text: string): string[] {
  return tokensOf(text)
    .filter(({ term, isMark }) => !isMark && !stopWords.has(term) && !/^[<\d]/.test(term))
    .map(({ term }) => stemOf(term))
}

const stopWords = new Set(
  `a about after all also am an and any are as at be been before but by can cant could did didnt do does doesnt dont for from
  get give got had has have hello help hey hi how i id if ill im in into is isnt it its ive just know like may me
  much my need no not of off on one or our out please pls so some tell than thanks that thats the them then there they thing
  this to too up us use very want was we what whats when where which who whom whose why will with would yes you your yours`.split(
    /\s+/,
  ),
)
