import { randomBytes } from 'node:crypto'
import { announceRunning, forgetRunning } from '../adapters/files/running.ts'
import type { Terminal } from '../adapters/terminal/terminal.ts'
import type { Web } from '../adapters/web/server.ts'
import type { Config } from '../config/config.ts'
import { tellAcknowledged } from '../handlers/acknowledged.ts'
import { createIntake } from '../handlers/intake.ts'
import { startRecovery } from '../handlers/recovery.ts'
import { createRunningTurns } from '../handlers/running-turns.ts'
import { takeTurns } from '../handlers/turn.ts'
import { openTerminal, openWeb, platformsOf, type Foundation } from './channels.ts'
import { keepStarting } from './keep-starting.ts'
import { createObserver, type Told } from './observe.ts'
import type { LiveControls } from './core/controls.ts'
import type { ChannelName } from './core/message.ts'
import type { BudgetLedger, Channel, ChannelEvent, Intake, IsPlatformAdmin, Observer, Receive } from './core/ports.ts'
import { Secret } from './core/secret.ts'
import { createClaims } from './claims.ts'
import { close, nothingOpened, type Opened } from './closing.ts'
import { createTurnParts } from './turn-parts.ts'
import { createTellStatus } from './tell-status.ts'
import type { Trial } from './trial.ts'
import { startWatching } from './watch-models.ts'
import { openControls } from './open-controls.ts'
import { openModels } from './open-models.ts'
import { openQueue, openSchedule } from './open-queue.ts'
import { openShared } from './open-shared.ts'
import { openConfiguredStore } from './open-store.ts'
import { openTeam } from './open-team.ts'

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

/** Opens the store, builds all parts and starts the channels: the web and the configured platforms, or the terminal alone. */
export async function startBot(
  config: Config,
  channels: 'configured' | 'terminal',
  trial: Trial & Told = {},
): Promise<Bot> {
  const now = trial.now ?? (() => new Date())
  const logLevel = channels === 'terminal' ? 'silent' : config.logLevel
  const observing = createObserver({ ...config, logLevel, ...trial })
  const { observer, metrics } = observing
  const opened = nothingOpened()
  const { others } = opened
  others.push(() => observing.stop())
  try {
    const opening = await openConfiguredStore(config, now)
    const store = trial.around?.store?.(opening) ?? opening
    others.push(() => store.close())
    const controls = await openControls(config, { records: store.controls, observer })
    others.push(() => controls.close())
    const { timeZone } = config.budget
    const clock = trial.now === undefined ? {} : { clock: trial.now }
    const ledger = store.ledger({ zone: timeZone, limit: () => controls.dailyLimit(), ...clock })
    return await startParts(config, channels, {
      foundation: { store, observer, metrics, now },
      ledger,
      controls,
      opened,
      trial,
    })
  } catch (error) {
    // Whatever listens or is connected by now would keep the process alive, answering without a store.
    await close(opened).catch(() => undefined) // what failed first is what is told
    throw error
  }
}

/** What is open before anything is built on it. */
interface Begun {
  readonly foundation: Foundation
  readonly ledger: BudgetLedger
  readonly controls: LiveControls
  readonly opened: Opened
  readonly trial: Trial
}

async function startParts(
  config: Config,
  which: 'configured' | 'terminal',
  { foundation, ledger, controls, opened, trial }: Begun,
): Promise<Bot> {
  const { store, observer } = foundation
  const { ahead, others } = opened
  await store.plantSample(config.tenant, config.sample)
  const models = openModels(config, { ledger, observer, controls })
  others.push(() => models.close())
  // Whoever talks in a terminal starts at once, whether or not Redis is there.
  const shared = await openShared(which === 'terminal' ? undefined : config.redisCacheUrl, foundation)
  others.push(() => shared.stop())
  // The answers of a terminal appear in its own process only, so no other one may take its turns, nor it theirs.
  const waking = { tenant: config.tenant, redisUrl: which === 'terminal' ? undefined : config.redisUrl }
  const queue = await openQueue(waking, observer)
  const claims = createClaims(store.inbox)
  const taking = { ...foundation, store: { ...store, inbox: claims.inbox } }
  // Closed in the opposite order: nothing more is claimed, the queue finishes what runs, then web and platforms are left.
  const joined = nothingOpened()
  others.push(
    () => close(joined),
    () => queue.stop(),
    // Whoever still waits for a model is answered by rules, so that the queue can end.
    async () => models.hangUp(),
    async () => claims.end(),
  )
  const ways = await openWays(config, which, { foundation, ledger, models, trial })
  const { channels, admins, terminal, web, localToken } = ways
  const running = createRunningTurns()
  const stopTurn = (...named: Parameters<typeof running.stop>): void => running.stop(...named)
  const team = await openTeam(config, foundation, { ledger, controls, queue, admins, stopTurn })
  const parts = await createTurnParts(config, taking, {
    models,
    shared,
    queue,
    channels,
    ...createTellStatus(config, { channels, web, observer }),
    onAnswered: (message) => (web ?? terminal)?.onAnswered(message),
    running,
    desk: team.turns,
    // Whoever sits at the bot's own terminal runs it.
    isOfTeam: (message) => which === 'terminal' || team.intake.isSupport(message),
    onOpened: (end) => joined.others.push(end),
    ...paceOf(trial),
  })
  await listen(createIntake({ ...store, queue, observer, team: team.intake, stopTurn }), ways, { observer, joined })
  if (web !== undefined) ahead.push(() => web.drain())
  await queue.work((key) => takeTurns(key, parts))
  ahead.push(startWatching(config, { store, models, channels, observer }))
  const schedule = await openSchedule(waking, observer)
  const recovery = { ...store, ...foundation, queue, schedule, channels, ...paceOf(trial) }
  ahead.push(() => schedule.stop(), await startRecovery(recovery, trial.sweepEveryMs ?? sweepEveryMs))
  return await announce(config, { web, terminal, channels, observer, opened, localToken })
}

interface WayParts extends Pick<Begun, 'foundation' | 'ledger' | 'trial'> {
  readonly models: ReturnType<typeof openModels>
}

/** The ways in and out that there will be: none of them has begun to listen. */
async function openWays(
  config: Config,
  which: 'configured' | 'terminal',
  { foundation, ledger, models, trial }: WayParts,
) {
  const channels = new Map<ChannelName, Channel>()
  const admins = new Map<ChannelName, IsPlatformAdmin>()
  const receivers = new Map<string, Receive>()
  const real = which === 'terminal' ? [] : platformsOf(config, foundation)
  const platforms = real.map(trial.around?.platform ?? ((platform) => platform))
  const localToken = new Secret(randomBytes(32).toString('base64url'))
  const terminal = which === 'terminal' ? openTerminal(config, foundation) : undefined
  const platformPaths = platforms.flatMap(({ path }) => path ?? [])
  const needs = { localToken, ledger, models, receivers, platformPaths }
  const web = terminal === undefined ? await openWeb(config, foundation, needs) : undefined
  return { channels, admins, receivers, platforms, terminal, web, localToken }
}

function paceOf({ pace }: Trial): Pick<Trial, 'pace'> {
  return pace === undefined ? {} : { pace }
}

interface Listening {
  readonly observer: Observer
  /** What is left when nothing runs any more. */
  readonly joined: Opened
}

/** Joins the platforms, and starts the web or the terminal. */
async function listen(
  intake: (event: ChannelEvent) => Promise<Intake>,
  { channels, admins, receivers, platforms, terminal, web }: Awaited<ReturnType<typeof openWays>>,
  { observer, joined }: Listening,
): Promise<void> {
  for (const platform of platforms)
    joined.others.push(await keepStarting(platform, { intake, channels, admins, receivers, observer }))
  const local: Channel | undefined = terminal ?? web
  if (local === undefined) return
  joined.others.push(() => local.stop())
  await local.start(tellAcknowledged(local.name, intake, { observer, elapsedMs: () => performance.now() }))
  channels.set(local.name, local)
  observer.event({ name: 'channel.started', level: 'info', fields: { channel: local.name } })
}

interface Started {
  readonly web: Web | undefined
  readonly terminal: Terminal | undefined
  readonly channels: ReadonlyMap<ChannelName, Channel>
  readonly observer: Observer
  readonly opened: Opened
  readonly localToken: Secret
}

/** Everything runs: others on this machine may know. */
async function announce(
  config: Config,
  { web, terminal, channels, observer, opened, localToken }: Started,
): Promise<Bot> {
  if (web !== undefined) {
    await announceRunning(config.dataDir, { url: web.url(), token: localToken.reveal() })
    opened.ahead.push(() => forgetRunning(config.dataDir))
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
      await close(opened)
      observer.event({ name: 'bot.stopped', level: 'info', fields: {} })
    },
  }
}
