import type { Company } from '../../src/core/company.ts'
import type { CustomerId } from '../../src/core/customer.ts'
import type { PromptMessage } from '../../src/core/model.ts'
import type { Conversations, Customers, TranscriptTurn } from '../../src/core/ports.ts'
import { ratingKind } from '../../src/core/reply.ts'
import type { Tier } from '../../src/core/route.ts'
import type { Say } from '../../src/core/wording.ts'
import type { SearchPassages } from '../../src/knowledge/search.ts'
import type { Ask, Asked } from '../../src/models/question.ts'
import type { Effort, OpenQuestion, Reason, Reasoned } from '../../src/models/reason.ts'
import { createRedactor, type Redactor } from '../../src/safety/redact.ts'
import { customerFor, factsOf, type RecordKind } from './customer-facts.ts'
import { writingOf, type Ground, type Written } from './writing.ts'

export interface ReasonerParts {
  readonly ask: Ask
  readonly searchPassages: SearchPassages
  readonly conversations: Conversations
  readonly customers: Customers
  readonly company: Company
  readonly say: Say
  /** The next dearer tier that has a model for written answers. */
  readonly tierAbove: (tier: Tier) => Exclude<Tier, 0> | undefined
}

/** Passages that may go into a prompt; what does not fit into the money is left out again, least fitting first. */
const mostPassages = 5
/** Turns of the conversation before the question that a model is shown. */
const mostTurns = 4

/**
 * The agent that reasons: a model reads passages, the conversation and, if it asks for them, the customer's own records, and
 * writes an answer, which rules check. An answer that does not pass is followed by at most one of a dearer model.
 */
export function createReasoner(parts: ReasonerParts): Reason {
  return async (question, effort) => {
    const scene = await readScene(question, parts)
    const first = await write(scene, effort, parts)
    const dearer = first.kind === 'unanswered' ? dearerTier(first, effort, parts) : undefined
    if (dearer === undefined) return toReasoned(first, scene, parts)
    return toReasoned(await write(scene, { ...effort, tier: dearer }, parts), scene, parts)
  }
}

/** Everything one question may be answered from. */
interface Scene {
  readonly question: OpenQuestion
  readonly ground: Ground
  readonly redactor: Redactor
  /** Whose records may be shown; undefined when nobody was identified here. */
  readonly customer: CustomerId | undefined
}

async function readScene(question: OpenQuestion, parts: ReasonerParts): Promise<Scene> {
  const { message, conversation, text } = question
  const redactor = createRedactor()
  const key = { tenant: message.tenant, conversation: conversation.id }
  const turns = await parts.conversations.before(key, message.id, mostTurns)
  const customer = await customerFor(question, parts.customers)
  const ground: Ground = {
    question: redactor.redact(text),
    passages: parts.searchPassages(text, mostPassages).map(({ passage }) => passage),
    history: turns.filter((turn) => isSaid(turn) && isOwn(turn, message)).flatMap((turn) => toHistory(turn, redactor)),
    facts: [],
    mayLookUp: customer !== undefined,
    company: parts.company,
  }
  return { question, ground, redactor, customer }
}

/** A 👍 under an answer is nothing that was said. */
function isSaid({ pressed }: TranscriptTurn): boolean {
  return pressed === undefined || ratingKind(pressed) === undefined
}

/** Where several people write in one thread, nobody's words are put into the answer to somebody else. */
function isOwn({ message }: TranscriptTurn, { author, isPrivate }: OpenQuestion['message']): boolean {
  return isPrivate || message.author.id === author.id
}

function toHistory({ message, replies }: TranscriptTurn, redactor: Redactor): readonly PromptMessage[] {
  const said = { role: 'user', text: redactor.redact(message.text) } as const
  const answered = replies
    .filter(({ audience }) => audience === 'customer')
    .map(({ text }) => ({ role: 'assistant', text: redactor.redact(text) }) as const)
  return [said, ...answered]
}

/** Asks for the answer; when the model asks for records first, and they may be read, it is asked once more with them. */
async function write(scene: Scene, effort: Effort, parts: ReasonerParts): Promise<Asked<Written>> {
  const { purpose, tier, allowance } = effort
  allowance.onStatus('writing')
  const asked = await parts.ask(writingOf(scene.ground, { purpose, tier, allowance }), allowance)
  if (asked.kind === 'unanswered' || asked.value.kind === 'answer') return asked
  if (scene.customer === undefined) return asked

  allowance.onStatus('looking-up')
  const facts = await lookUp(asked.value.records, { ...scene, customer: scene.customer }, parts)
  const informed = { ...scene.ground, facts, mayLookUp: false }
  return await parts.ask(writingOf(informed, { purpose, tier, allowance }), allowance)
}

async function lookUp(
  kind: RecordKind,
  { question, customer, redactor }: Scene & { readonly customer: CustomerId },
  parts: ReasonerParts,
): Promise<readonly string[]> {
  const lines = await factsOf({ tenant: question.message.tenant, customer }, kind, parts.customers)
  return lines.map((line) => redactor.redact(line))
}

/**
 * The tier that may try after an answer was not good enough. A provider's failure, time and money are no reason to go up,
 * and another model would find no more in the same sources.
 */
function dearerTier(
  first: Extract<Asked<Written>, { kind: 'unanswered' }>,
  { tier, allowance, mostTier = 4 }: Effort,
  parts: ReasonerParts,
): Exclude<Tier, 0> | undefined {
  if (first.because !== 'rejected') return undefined
  const above = parts.tierAbove(allowance.calls.at(-1)?.tier ?? tier)
  return above === undefined || above > mostTier ? undefined : above
}

function toReasoned(asked: Asked<Written>, { ground, redactor }: Scene, parts: ReasonerParts): Reasoned {
  if (asked.kind === 'unanswered') return asked
  const { value, model } = asked
  if (value.kind === 'look-up')
    return { kind: 'unanswered', because: 'not-identified', detail: `the model asked for ${value.records}` }
  const text = redactor.restore(value.text)
  return {
    kind: 'answered',
    text: withSources(text, value.sources, { ground, parts }),
    model: model.alias,
    tier: model.tier,
  }
}

/** Names the articles the answer stands on, each once. */
function withSources(
  text: string,
  sources: readonly number[],
  { ground, parts }: { readonly ground: Ground; readonly parts: ReasonerParts },
): string {
  const articles = [...new Set(sources.flatMap((source) => ground.passages[source - 1]?.article ?? []))]
  if (articles.length === 0) return text
  const named = articles.map((article) => parts.say('general.source', { article })).join(' ')
  return `${text}\n\n${named}`
}
