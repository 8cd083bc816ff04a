import { uuidv7 } from 'uuidv7'
import { createAccountAgent } from '../agents/account/account.ts'
import { createGeneralAgent } from '../agents/general/general.ts'
import type { AgentParts } from '../agents/parts.ts'
import { createPaymentsAgent } from '../agents/payments/payments.ts'
import { createTicketsAgent } from '../agents/tickets/tickets.ts'
import type { Config } from '../config/config.ts'
import { createSay } from '../config/wording.ts'
import { createReadLoad } from '../handlers/load.ts'
import type { TurnParts } from '../handlers/turn.ts'
import type { Foundation } from './channels.ts'
import { createEncoderStage, type FurtherStage, hasSecondStage } from './classification/cascade.ts'
import { insteadOf, openClassifier, type OpenedClassifier } from './classifier.ts'
import type { Agent } from './core/agent.ts'
import type { AgentName, IntentName } from './core/intent.ts'
import type { Message } from './core/message.ts'
import type { Observer } from './core/ports.ts'
import { parseArticles } from './knowledge/articles.ts'
import { createPassageSearch, createSearch } from './knowledge/search.ts'
import { createModelParts } from './model-parts.ts'
import type { Models } from './open-models.ts'
import type { Shared } from './open-shared.ts'
import { createPseudonym } from './safety/pseudonyms.ts'
import { redact } from './safety/redact.ts'

/** What a process brings: its channels, its queue, its models, and what it is told. */
type Outside = 'queue' | 'channels' | 'onStatus' | 'onStopped' | 'onAnswered' | 'running' | 'desk' | 'pace' | 'handOver'

interface Given extends Pick<TurnParts, Outside> {
  readonly models: Models
  readonly shared: Shared
  /** Whether the message is from somebody who runs the bot or helps customers. */
  readonly isOfTeam: (message: Message) => boolean
  /** Told what is to be closed when no turn runs any more. */
  readonly onOpened?: (close: () => Promise<void>) => void
}

/** Everything that answering a message needs, from the agents to the models. */
export async function createTurnParts(
  config: Config,
  { store, observer, now }: Foundation,
  given: Given,
): Promise<TurnParts> {
  const { models, shared, onOpened, isOfTeam: _, ...outside } = given
  const { tickets, customers, conversations, inbox, outbox, revisions } = store
  const classifier = await openClassifierTold(config, observer, onOpened)
  const inForce = { ...config, freeThreshold: classifier.freeThreshold }
  const say = createSay(config.wording)
  const searches = createSearches(config)
  const agents = createAgents({ customers, tickets, say, newId: uuidv7, company: config.company, ...searches })
  const modelParts = createModelParts(inForce, {
    models,
    store,
    say,
    ...searches,
    observer,
    onStatus: outside.onStatus,
    signalOf: (message) => outside.running.signalOf(message),
    ...shared,
    encoder: createFurther(classifier, observer),
  })
  return {
    conversations,
    tickets,
    inbox,
    outbox,
    revisions,
    ...outside,
    observer,
    say,
    ...searches,
    models: modelParts,
    ...(await createPaces(config, { store, observer, now }, given)),
    now,
    agents: new Map(agents.map((agent) => [agent.name, agent])),
    classify: (text) => classifier.classify(text),
    agentOf: (intent) => agentOf(config, intent),
    labelOf: (intent) => config.intents.find((known) => known.name === intent)?.label ?? intent,
    freeThreshold: inForce.freeThreshold,
    canTryAdvanced: (tier) => models.tiersFor({ purpose: 'advanced', needs: ['answer'] }).some((one) => one > tier),
    advancedVisibleTo: config.advanced.visibleTo,
    redact: (text) => redact(text).text,
    hours: config.company.hours,
    reference: config.reference,
    newId: uuidv7,
    elapsedMs: () => performance.now(),
  }
}

/** How fast one person is answered, and how everybody is when too much waits. */
async function createPaces(
  { limits }: Config,
  { store, observer, now }: Pick<Foundation, 'store' | 'observer' | 'now'>,
  { shared, isOfTeam }: Given,
): Promise<Required<Pick<TurnParts, 'limits' | 'load'>>> {
  const pseudonym = createPseudonym(await store.secret('limits'))
  return {
    limits: { ...limits, counted: shared.limits, pseudonym, isOfTeam },
    load: createReadLoad({ waiting: store.waiting, observer, now }),
  }
}

function createSearches({ articles }: Config): Pick<TurnParts, 'searchArticles' | 'searchPassages'> {
  const passages = parseArticles(articles)
  return { searchArticles: createSearch(passages), searchPassages: createPassageSearch(passages) }
}

async function openClassifierTold(
  config: Config,
  observer: Observer,
  onOpened: Given['onOpened'],
): Promise<OpenedClassifier> {
  const classifier = await openClassifier(config, {
    onRefused: (file, error) =>
      observer.event({ name: 'classifier.refused', level: 'warn', fields: { file, instead: insteadOf(file) }, error }),
    onTraining: () =>
      observer.event({ name: 'training.started', level: 'info', fields: { intents: config.intents.length } }),
    onAway: (error) =>
      observer.event({ name: 'encoder.failed', level: 'warn', fields: { instead: 'started without it' }, error }),
  })
  onOpened?.(async () => await classifier.encoder?.close())
  return classifier
}

/** An encoder that is slower than that is no use to a customer who waits. */
const encoderTimeoutMs = 1500

/** The second stage, where there is an encoder for it. */
function createFurther(
  { fitted, encoder, freeThreshold }: OpenedClassifier,
  observer: Observer,
): FurtherStage | undefined {
  if (encoder === undefined || !hasSecondStage(fitted)) return undefined
  return createEncoderStage(fitted, {
    encoder,
    threshold: freeThreshold,
    timeoutMs: encoderTimeoutMs,
    onFailure: (error) =>
      observer.event({ name: 'encoder.failed', level: 'warn', fields: { instead: 'first stage' }, error }),
  })
}

function createAgents(parts: AgentParts): readonly Agent[] {
  return [createTicketsAgent(parts), createAccountAgent(parts), createPaymentsAgent(parts), createGeneralAgent(parts)]
}

function agentOf(config: Config, intent: IntentName): AgentName {
  return config.intents.find((known) => known.name === intent)?.agent ?? 'general'
}
