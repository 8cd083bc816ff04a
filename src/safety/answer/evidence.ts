import type { Company, Passage } from '../../core/company.ts'
import { printCents } from '../../core/money.ts'
import { stemsOf } from '../../knowledge/search.ts'
import { foldText } from '../fold-text.ts'
import { readDates, readIdentifiers, readQuantities, type Quantity } from './quantities.ts'

/** What an answer may be written from. Texts of the customer are redacted, or not: as the answer is. */
export interface CheckGround {
  readonly company: Company
  readonly question: string
  /** As they were numbered in the prompt. */
  readonly passages: readonly Passage[]
  /** What was said before; by the customer unless the role says otherwise. */
  readonly history: readonly { readonly role?: 'user' | 'assistant'; readonly text: string }[]
  readonly facts: readonly string[]
}

/** One sentence and what it is about. */
export interface Sentence {
  readonly text: string
  /** Stems that carry meaning, each once. */
  readonly stems: ReadonlySet<string>
  /** The numbers it names. */
  readonly values: readonly number[]
  /** Stems of the heading and title above it. */
  readonly topics: ReadonlySet<string>
}

/** Everything the checks look up: what the company says (`sources`), and what was said in the chat. */
export interface Evidence {
  readonly question: string
  readonly passages: readonly Passage[]
  /** Sentences of passages, records and company, without what the customer wrote. */
  readonly sentences: readonly Sentence[]
  readonly sourceStems: ReadonlySet<string>
  /** The stems of each passage and line on the company, of each record, and of all records together. */
  readonly units: readonly ReadonlySet<string>[]
  readonly spokenStems: ReadonlySet<string>
  /** Lower case. */
  readonly sourceText: string
  /** The customer's records, lower case. */
  readonly factText: string
  /** The sources and the conversation, lower case. */
  readonly wholeText: string
  readonly quantities: readonly Quantity[]
  /** `11-21` for a day of any year. */
  readonly dates: ReadonlySet<string>
  readonly identifiers: ReadonlySet<string>
  /** What the customer named and no source does. */
  readonly claims: {
    readonly quantities: readonly Quantity[]
    readonly dates: ReadonlySet<string>
    readonly identifiers: ReadonlySet<string>
  }
  /** Whether there is anything but the company's own particulars. */
  readonly hasSources: boolean
}

export function gatherEvidence(ground: CheckGround): Evidence {
  const passages = ground.passages.map(({ text, article }) => `${text}\n${article}`).map(foldText)
  const lines = [...ground.facts, ...companyLines(ground.company)].map(foldText)
  const sources = [...passages, ...lines]
  const spoken = [ground.question, ...ground.history.map(({ text }) => text)].map(foldText)
  const sourceText = sources.join('\n')
  const wholeText = [...sources, ...spoken].join('\n')
  const sentences = [
    ...passages.flatMap((text) => toSentences(text, topicsOf(text))),
    ...lines.flatMap((text) => toSentences(text)),
  ]
  return {
    question: foldText(ground.question),
    passages: ground.passages,
    sentences,
    sourceStems: new Set(sentences.flatMap(({ stems }) => [...stems])),
    spokenStems: new Set(spoken.flatMap((text) => stemsOf(text))),
    units: [...sources, ground.facts.map(foldText).join('\n')].map((text) => new Set(stemsOf(text))),
    sourceText: sourceText.toLowerCase(),
    factText: foldText(ground.facts.join('\n')).toLowerCase(),
    wholeText: wholeText.toLowerCase(),
    quantities: readQuantities(wholeText),
    dates: new Set(readDates(wholeText).map(({ day }) => day)),
    identifiers: new Set(readIdentifiers(wholeText)),
    claims: claimsIn(ground, sources.join('\n')),
    hasSources: ground.passages.length + ground.facts.length > 0,
  }
}

/** A reply that repeats the customer's figure makes it no other than theirs. */
function claimsIn({ question, history }: CheckGround, sourceText: string): Evidence['claims'] {
  const own = history.filter(({ role }) => role !== 'assistant').map(({ text }) => text)
  const said = [question, ...own].map(foldText).join('\n')
  const known = readQuantities(sourceText)
  const codes = new Set(readIdentifiers(sourceText))
  const days = new Set(readDates(sourceText).map(({ day }) => day))
  return {
    quantities: readQuantities(said).filter(
      ({ value, unit }) => !known.some((one) => one.value === value && (unit === '' || one.unit === unit)),
    ),
    dates: new Set(
      readDates(said)
        .map(({ day }) => day)
        .filter((day) => !days.has(day)),
    ),
    identifiers: new Set(readIdentifiers(said).filter((identifier) => !codes.has(identifier))),
  }
}

/** A text's sentences; list items and table rows count as such. */
export function toSentences(text: string, topics: ReadonlySet<string> = new Set()): readonly Sentence[] {
  return text
    .replaceAll('**', '')
    .split(/(?<=[.!?])\s+|\n+/)
    .filter((sentence) => sentence.trim() !== '')
    .map((sentence) => ({
      text: sentence,
      stems: new Set(stemsOf(sentence)),
      values: readQuantities(sentence).map(({ value }) => value),
      topics,
    }))
}

/** The stems of a passage's first line, its heading, and of its last, its title. */
function topicsOf(text: string): ReadonlySet<string> {
  const lines = text.split('\n')
  return new Set(stemsOf(`${lines[0]?.startsWith('**') === true ? lines[0] : ''} ${lines.at(-1) ?? ''}`))
}

function companyLines(company: Company): readonly string[] {
  const { name, tagline, hours, email, phone, postalAddress, paymentMethods, plans, codes, currency } = company
  return [
    `${name}. ${tagline}. Open: ${hours}. Opening hours. E-mail ${email}. Phone ${phone}. Address ${postalAddress}.`,
    `Ways to pay: ${paymentMethods.join(', ')}.`,
    ...plans.map(
      (plan) => `The ${plan.name} plan costs ${printCents(plan.monthly, currency)} a month: ${plan.includes}.`,
    ),
    ...codes.map(({ code, worth, isExpired }) => `Discount code ${code}: ${worth}${isExpired ? ', has expired' : ''}.`),
    `Refunds up to ${printCents(company.refundCap, currency)} within ${company.refundDays} days.`,
  ]
}
