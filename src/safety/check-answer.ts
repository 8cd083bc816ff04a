import { stemsOf } from '../knowledge/search.ts'
import { claimedCodes, claimedContacts, claimedDates, claimedFigures } from './answer/claims.ts'
import { gatherEvidence, type CheckGround, type Evidence } from './answer/evidence.ts'
import {
  contradictions,
  foreignLinks,
  foreignPeople,
  ungroundedContacts,
  ungroundedDates,
  ungroundedIdentifiers,
  ungroundedNumbers,
  ungroundedSentences,
} from './answer/grounding.ts'
import { languageOf } from './answer/language.ts'
import { echoesPrompt, foreignMarkupIn, holdsCanary, placeholdersIn, promisesIn, secretsIn } from './answer/wording.ts'
import { foldText } from './fold-text.ts'

export type { CheckGround }

/** What a model wrote, as `readAnswer` gives it. */
export interface AnswerToCheck {
  readonly answer: string
  readonly sources: readonly number[]
  readonly canAnswer: boolean
}

/** What an answer must be; each is refused by a name of its own, and the names go into receipts. */
export const answerChecks = [
  'not-empty', // something is said
  'length', // in a chat's measure
  'sources', // what is cited exists, and something is there to write from
  'numbers', // none that sources and conversation do not hold, none of the customer's alone stated as the company's
  'dates',
  'identifiers',
  'contacts',
  'links',
  'people', // nobody's name or postcode from elsewhere
  'grounded', // its sentences are those of the sources
  'contradiction', // and do not turn them round
  'promise', // only rule-based agents act
  'language', // the customer's
  'on-topic', // it speaks of what was asked
  'secrets',
  'placeholders',
  'canary',
  'echo', // none of the prompt's own words
  'markup', // nothing but the language of replies
] as const
export type AnswerCheck = (typeof answerChecks)[number]

export interface AnswerFailure {
  readonly check: AnswerCheck
  /** What was found, cut: for a developer, never for a log or a customer. */
  readonly detail: string
}

export interface CheckedAnswer {
  /** `declined`: the model says that it cannot answer, and its text is not looked at. */
  readonly kind: 'passed' | 'failed' | 'declined'
  readonly passed: boolean
  /** Share of the checks passed, 0 to 1. */
  readonly score: number
  readonly failures: readonly AnswerFailure[]
}

const longestAnswer = 1500
const mostLines = 25
const longestDetail = 120
/** An answer that tells from a passage shares so many of its words. */
const leastTold = 2

/**
 * Checks an answer by rules alone, before anything of it leaves. It may be checked before or after its placeholders are
 * restored; the ground must be of the same kind. Never throws, whatever the text.
 */
export function checkAnswer(written: AnswerToCheck, ground: CheckGround): CheckedAnswer {
  if (!written.canAnswer) return { kind: 'declined', passed: false, score: 0, failures: [] }
  const { answer } = written
  if (answer.length > longestAnswer) return failed([{ check: 'length', detail: `${answer.length} characters` }], 0)
  const failures = findFailures(written, ground)
  if (failures.length === 0) return { kind: 'passed', passed: true, score: 1, failures }
  const refused = new Set(failures.map(({ check }) => check)).size
  return failed(failures, (answerChecks.length - refused) / answerChecks.length)
}

function failed(failures: readonly AnswerFailure[], score: number): CheckedAnswer {
  return { kind: 'failed', passed: false, score, failures }
}

function findFailures({ answer: raw, sources }: AnswerToCheck, ground: CheckGround): readonly AnswerFailure[] {
  const answer = foldText(raw)
  const evidence = gatherEvidence(ground)
  const found: Readonly<Record<AnswerCheck, readonly string[]>> = {
    'not-empty': /[\p{L}\d]/u.test(answer) ? [] : ['empty'],
    length: raw.split('\n').length > mostLines ? ['too many lines'] : [],
    sources: wrongSources(sources, evidence),
    numbers: [...ungroundedNumbers(answer, evidence), ...claimedFigures(answer, evidence)],
    dates: [...ungroundedDates(answer, evidence), ...claimedDates(answer, evidence)],
    identifiers: [...ungroundedIdentifiers(answer, evidence), ...claimedCodes(answer, evidence)],
    contacts: [...ungroundedContacts(answer, evidence), ...claimedContacts(answer)],
    links: foreignLinks(answer, evidence),
    people: foreignPeople(answer, evidence),
    grounded: ungroundedSentences(answer, evidence),
    contradiction: contradictions(answer, evidence),
    promise: promisesIn(answer, evidence),
    language: otherLanguage(answer, evidence.question),
    'on-topic': isOnTopic(answer, { sources, evidence }) ? [] : ['nothing of the question'],
    secrets: secretsIn(raw),
    placeholders: placeholdersIn(answer, evidence.wholeText),
    canary: holdsCanary(raw) || holdsCanary(answer) ? ['canary'] : [],
    echo: echoesPrompt(answer, ground.company.name) ? ['words of the prompt'] : [],
    markup: [...foreignMarkupIn(raw), ...foreignMarkupIn(answer)],
  }
  return answerChecks.flatMap((check) =>
    found[check].map((detail) => ({ check, detail: detail.slice(0, longestDetail) })),
  )
}

function wrongSources(sources: readonly number[], { passages, hasSources }: Evidence): readonly string[] {
  if (!hasSources) return ['nothing to write from']
  return sources.filter((source) => passages[source - 1] === undefined).map((source) => `passage ${source}`)
}

function otherLanguage(answer: string, question: string): readonly string[] {
  const [asked, answered] = [languageOf(question), languageOf(answer)]
  return asked === undefined || answered === undefined || asked === answered ? [] : [`${answered} for ${asked}`]
}

/** It shares a word with the question or the heading of a passage it names, or tells from one that the question is about. */
function isOnTopic(
  answer: string,
  { sources, evidence }: { readonly sources: readonly number[]; readonly evidence: Evidence },
): boolean {
  const asked = stemsOf(evidence.question)
  const said = new Set(stemsOf(answer))
  if (asked.length === 0 || asked.some((stem) => said.has(stem))) return true
  return sources
    .flatMap((source) => evidence.passages[source - 1] ?? [])
    .some(({ article, text }) => {
      const headings = stemsOf(`${article} ${text.split('\n')[0] ?? ''}`)
      const told = new Set(stemsOf(text).filter((stem) => said.has(stem))).size
      return (
        headings.some((stem) => said.has(stem)) || (told >= leastTold && asked.some((stem) => headings.includes(stem)))
      )
    })
}
