import { randomBytes } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { announceRunning, forgetRunning } from '../adapters/files/running.ts'
import { openStore } from '../adapters/store/store.ts'
import type { Terminal } from '../adapters/terminal/terminal.ts'
import { createAccountAgent } from '../agents/account/account.ts'
import { createGeneralAgent } from '../agents/general/general.ts'
import { createPaymentsAgent } from '../agents/payments/payments.ts'
import { createTicketsAgent } from '../agents/tickets/tickets.ts'
import type { Config } from '../config/config.ts'
import { createSay } from '../config/wording.ts'
import { createIntake } from '../handlers/intake.ts'
import { startRecovery } from '../handlers/recovery.ts'
import { takeTurns, type TurnParts } from '../handlers/turn.ts'
import { openTerminal, openWeb, platformsOf, type Foundation } from './channels.ts'
import { openClassifier } from './classifier.ts'
import { keepStarting } from './keep-starting.ts'
import { createObserver } from './observe.ts'
import type { Agent } from './core/agent.ts'
import type { AgentName, IntentName } from './core/intent.ts'
import type { ChannelName } from './core/message.ts'
import type { Channel, Now, Observer, Queue } from './core/ports.ts'
import { Secret } from './core/secret.ts'
import { parseArticles } from './knowledge/articles.ts'
import { createSearch } from './knowledge/search.ts'

/** How often the store is searched for what the queue may have lost. */
const sweepEveryMs = 5000

/** A bot that runs. */
export interface Bot {
  /** Where the web listens; undefined when only the terminal runs. */
  readonly url: string | undefined
  readonly terminal: Terminal | undefined
  /** Takes nothing more, finishes what runs, closes. */
  stop(): Promise<void>
}

/**
 * Opens the store, builds all parts and starts the channels: the web and the configured platforms, or the terminal alone.
 * @param now the clock of everything that is stored or compared with a date; a test has its own
 */
export async function startBot(
  config: Config,
  channels: 'configured' | 'terminal',
  now: Now = () => new Date(),
): Promise<Bot> {
  const { observer, metrics } = createObserver(channels === 'terminal' ? 'silent' : config.logLevel)
  const store = await openStore(
    config.databaseUrl === undefined
      ? { kind: 'folder', folder: config.dataDir }
      : { kind: 'postgres', url: config.databaseUrl.reveal() },
    now,
    uuidv7,
  )
  const opened: Close[] = [() => store.close()]
  try {
    return await startParts(config, channels, {
      foundation: { store, observer, metrics, now },
      opened,
    })
  } catch (error) {
    // Whatever listens or is connected by now would keep the process alive, answering without a store.
    await closeAll(opened).catch(() => undefined) // what failed first is what is told
    throw error
  }
}

type Close = () => Promise<void>

/** Closes what was opened last first; what cannot be closed does not keep the others open. */
async function closeAll(opened: readonly Close[]): Promise<void> {
  const failures: unknown[] = []
  for (const close of opened.toReversed()) await close().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}

async function startParts(
  config: Config,
  which: 'configured' | 'terminal',
  { foundation, opened }: { readonly foundation: Foundation; readonly opened: Close[] },
): Promise<Bot> {
  const { store, observer } = foundation
  await store.plantSample(config.tenant, config.sample)
  // The answers of a terminal appear in its own process only, so no other one may take its turns, nor it theirs.
  const queue = await openQueue(which === 'terminal' ? undefined : config.redisUrl, observer)
  // Closed in the opposite order: the web finishes what waits, then the queue what runs, then the platforms are left.
  const joined: Close[] = []
  opened.push(
    () => closeAll(joined),
    () => queue.stop(),
  )
  const channels = new Map<ChannelName, Channel>()
  const parts = await createTurnParts(config, foundation, { queue, channels })
  const intake = createIntake({ inbox: store.inbox, queue, observer })
  const localToken = new Secret(randomBytes(32).toString('base64url'))
  const terminal = which === 'terminal' ? openTerminal(config, foundation) : undefined
  const web = terminal === undefined ? await openWeb(config, foundation, localToken) : undefined

  const platforms = which === 'terminal' ? [] : platformsOf(config, foundation)
  for (const platform of platforms) joined.push(await keepStarting(platform, { intake, channels, observer }))
  for (const channel of [terminal, web]) {
    if (channel === undefined) continue
    opened.push(() => channel.stop())
    await channel.start(intake)
    channels.set(channel.name, channel)
    observer.event({ name: 'channel.started', level: 'info', fields: { channel: channel.name } })
  }
  await queue.work((key) => takeTurns(key, parts))
  opened.push(startRecovery({ inbox: store.inbox, outbox: store.outbox, queue, channels, observer }, sweepEveryMs))
  if (web !== undefined) {
    await announceRunning(config.dataDir, { url: web.url(), token: localToken.reveal() })
    opened.push(() => forgetRunning(config.dataDir))
  }
  observer.event({
    name: 'bot.started',
    level: 'info',
    fields: { version: config.version, channels: [...channels.keys()].join(',') },
  })
  return {
    url: web?.url(),
    terminal,
    stop: async () => {
      await closeAll(opened)
      observer.event({ name: 'bot.stopped', level: 'info', fields: {} })
    },
  }
}

async function createTurnParts(
  config: Config,
  { store, observer, now }: Foundation,
  outside: Pick<TurnParts, 'queue' | 'channels'>,
): Promise<TurnParts> {
  const { tickets, customers, conversations, inbox, outbox } = store
  const classifier = await openClassifier(config)
  const say = createSay(config.wording)
  const searchArticles = createSearch(parseArticles(config.articles))
  const agentParts = { customers, tickets, say, newId: uuidv7, company: config.company, searchArticles }
  const agents: readonly Agent[] = [
    createTicketsAgent(agentParts),
    createAccountAgent(agentParts),
    createPaymentsAgent(agentParts),
    createGeneralAgent(agentParts),
  ]
  return {
    conversations,
    tickets,
    inbox,
    outbox,
    ...outside,
    observer,
    say,
    searchArticles,
    now,
    agents: new Map(agents.map((agent) => [agent.name, agent])),
    classify: (text) => classifier.classify(text),
    agentOf: (intent) => agentOf(config, intent),
    labelOf: (intent) => config.intents.find((known) => known.name === intent)?.label ?? intent,
    freeThreshold: config.freeThreshold,
    hours: config.company.hours,
    reference: config.reference,
    newId: uuidv7,
    elapsedMs: () => performance.now(),
  }
}

function agentOf(config: Config, intent: IntentName): AgentName {
  return config.intents.find((known) => known.name === intent)?.agent ?? 'general'
}

async function openQueue(redisUrl: Config['redisUrl'], observer: Observer): Promise<Queue> {
  const onError = (error: unknown): void => observer.event({ name: 'queue.failed', level: 'error', fields: {}, error })
  if (redisUrl === undefined) {
    const { createInProcessQueue } = await import('../adapters/queue/in-process.ts')
    return createInProcessQueue({ onError })
  }
  const { createBullmqQueue } = await import('../adapters/queue/bullmq.ts')
  return await createBullmqQueue({ url: redisUrl.reveal(), onError })
}
