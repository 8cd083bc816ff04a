import { randomBytes } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { announceRunning, forgetRunning } from '../adapters/files/running.ts'
import { openStore } from '../adapters/store/store.ts'
import type { Terminal } from '../adapters/terminal/terminal.ts'
import type { Web } from '../adapters/web/server.ts'
import type { Config } from '../config/config.ts'
import { createIntake } from '../handlers/intake.ts'
import { startRecovery } from '../handlers/recovery.ts'
import { takeTurns } from '../handlers/turn.ts'
import { openTerminal, openWeb, platformsOf, type Foundation } from './channels.ts'
import { keepStarting } from './keep-starting.ts'
import { createObserver } from './observe.ts'
import type { LiveControls } from './core/controls.ts'
import type { ChannelName } from './core/message.ts'
import type { BudgetLedger, Channel, IsPlatformAdmin, Now, Observer, Queue, Receive } from './core/ports.ts'
import { Secret } from './core/secret.ts'
import { createTurnParts } from './turn-parts.ts'
import { createTellStatus } from './tell-status.ts'
import { startWatching } from './watch-models.ts'
import { openControls } from './open-controls.ts'
import { openModels } from './open-models.ts'

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
 * @param testNow a test's own clock for everything that is stored or compared with a date, the day's budget among it;
 * otherwise this machine's, and the database's for the budget
 */
export async function startBot(config: Config, channels: 'configured' | 'terminal', testNow?: Now): Promise<Bot> {
  const now = testNow ?? (() => new Date())
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
    const controls = await openControls(config, { records: store.controls, observer })
    opened.push(() => controls.close())
    const { timeZone } = config.budget
    const clock = testNow === undefined ? {} : { clock: testNow }
    const ledger = store.ledger({ zone: timeZone, limit: () => controls.dailyLimit(), ...clock })
    return await startParts(config, channels, {
      foundation: { store, observer, metrics, now },
      ledger,
      controls,
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

/** What is open before anything is built on it. */
interface Begun {
  readonly foundation: Foundation
  readonly ledger: BudgetLedger
  readonly controls: LiveControls
  readonly opened: Close[]
}

async function startParts(
  config: Config,
  which: 'configured' | 'terminal',
  { foundation, ledger, controls, opened }: Begun,
): Promise<Bot> {
  const { store, observer } = foundation
  await store.plantSample(config.tenant, config.sample)
  // The answers of a terminal appear in its own process only, so no other one may take its turns, nor it theirs.
  const queue = await openQueue(which === 'terminal' ? undefined : config.redisUrl, observer)
  const models = openModels(config, { ledger, observer, controls })
  opened.push(() => models.close())
  // Closed in the opposite order: the web finishes what waits, then the queue what runs, then the platforms are left.
  const joined: Close[] = []
  opened.push(
    () => closeAll(joined),
    () => queue.stop(),
    // Whoever still waits for a model is answered by rules, so that the queue can end.
    async () => models.hangUp(),
  )
  const channels = new Map<ChannelName, Channel>()
  const admins = new Map<ChannelName, IsPlatformAdmin>()
  const receivers = new Map<string, Receive>()
  const platforms = which === 'terminal' ? [] : platformsOf(config, foundation)
  const localToken = new Secret(randomBytes(32).toString('base64url'))
  const terminal = which === 'terminal' ? openTerminal(config, foundation) : undefined
  const web =
    terminal === undefined
      ? await openWeb(config, foundation, {
          localToken,
          ledger,
          models,
          receivers,
          platformPaths: platforms.flatMap(({ path }) => path ?? []),
        })
      : undefined
  const parts = await createTurnParts(config, foundation, {
    models,
    queue,
    channels,
    onStatus: createTellStatus(config, { channels, web, observer }),
    onAnswered: (message) => (web ?? terminal)?.onAnswered(message),
  })
  const intake = createIntake({ inbox: store.inbox, revisions: store.revisions, queue, observer })

  for (const platform of platforms)
    joined.push(await keepStarting(platform, { intake, channels, admins, receivers, observer }))
  for (const channel of [terminal, web]) {
    if (channel === undefined) continue
    opened.push(() => channel.stop())
    await channel.start(intake)
    channels.set(channel.name, channel)
    observer.event({ name: 'channel.started', level: 'info', fields: { channel: channel.name } })
  }
  await queue.work((key) => takeTurns(key, parts))
  opened.push(startWatching(config, { store, models, channels, observer }))
  opened.push(startRecovery({ inbox: store.inbox, outbox: store.outbox, queue, channels, observer }, sweepEveryMs))
  return await announce(config, { web, terminal, channels, observer, opened, localToken })
}

interface Started {
  readonly web: Web | undefined
  readonly terminal: Terminal | undefined
  readonly channels: ReadonlyMap<ChannelName, Channel>
  readonly observer: Observer
  readonly opened: Close[]
  readonly localToken: Secret
}

/** Everything runs: others on this machine may know. */
async function announce(
  config: Config,
  { web, terminal, channels, observer, opened, localToken }: Started,
): Promise<Bot> {
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

async function openQueue(redisUrl: Config['redisUrl'], observer: Observer): Promise<Queue> {
  const onError = (error: unknown): void => observer.event({ name: 'queue.failed', level: 'error', fields: {}, error })
  if (redisUrl === undefined) {
    const { createInProcessQueue } = await import('../adapters/queue/in-process.ts')
    return createInProcessQueue({ onError })
  }
  const { createBullmqQueue } = await import('../adapters/queue/bullmq.ts')
  return await createBullmqQueue({ url: redisUrl.reveal(), onError })
}
