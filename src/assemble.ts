import { announceRunning, forgetRunning } from '../adapters/files/running.ts'
import type { Terminal } from '../adapters/terminal/terminal.ts'
import type { Config } from '../config/config.ts'
import { createIntake } from '../handlers/intake.ts'
import { createRunningTurns } from '../handlers/running-turns.ts'
import type { Foundation } from './channels.ts'
import { close, nothingOpened, type Opened } from './closing.ts'
import type { LiveControls } from './core/controls.ts'
import type { BudgetLedger, Observer } from './core/ports.ts'
import { createObserver, type Told } from './observe.ts'
import { openControls } from './open-controls.ts'
import { openModels } from './open-models.ts'
import { openQueue } from './open-queue.ts'
import { openConfiguredStore } from './open-store.ts'
import { openTeam } from './open-team.ts'
import { listen, openWays, type Ways } from './open-ways.ts'
import { allRoles, requireShared, type Roles } from './roles.ts'
import { prepareSending, prepareWork } from './start-work.ts'
import type { Trial } from './trial.ts'

/** A bot that runs. */
export interface Bot {
  /** Where the web listens; undefined when only the terminal runs. */
  readonly url: string | undefined
  readonly terminal: Terminal | undefined
  /** Takes nothing more, finishes what runs, closes. */
  stop(): Promise<void>
}

/** What a start may have otherwise than usual: its part of the work, and what a test has. */
export interface StartOptions extends Trial, Told {
  /** Left out, all. */
  readonly roles?: Roles
}

/** Opens the store, builds all parts and starts the channels: the web and the configured platforms, or the terminal alone. */
export async function startBot(
  config: Config,
  channels: 'configured' | 'terminal',
  trial: StartOptions = {},
): Promise<Bot> {
  const { roles = allRoles } = trial
  requireShared(roles, config)
  const now = trial.now ?? (() => new Date())
  const logLevel = channels === 'terminal' ? 'silent' : config.logLevel
  const observing = createObserver({ ...config, logLevel, ...trial })
  const { observer, metrics } = observing
  const opened = nothingOpened()
  const { others } = opened
  others.push(() => observing.stop())
  try {
    const opening = await (trial.openStore ?? openConfiguredStore)(config, now)
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
      roles,
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
  readonly roles: Roles
}

async function startParts(given: Config, which: 'configured' | 'terminal', begun: Begun): Promise<Bot> {
  const config = which === 'terminal' ? withoutRedis(given) : given
  const { foundation, ledger, controls, opened, trial, roles } = begun
  const { store, observer } = foundation
  await store.plantSample(config.tenant, config.sample)
  const models = openModels(config, { ledger, observer, controls })
  opened.others.push(() => models.close())
  const queues = await openQueues(config, { roles, observer })
  // Closed in the opposite order: nothing more is claimed, the queues finish what runs, then web and platforms are left.
  const joined = nothingOpened()
  opened.others.push(
    () => close(joined),
    async () => {
      await queues.queue.stop()
      await queues.deliveries?.stop() // what was answered until now is handed over
    },
    // Whoever still waits for a model is answered by rules, so that the queue can end.
    async () => models.hangUp(),
  )
  const ways = await openWays(config, which, { foundation, ledger, queue: queues.queue, models, trial })
  const { admins, web } = ways
  const running = createRunningTurns()
  const stopTurn = (...named: Parameters<typeof running.stop>): void => running.stop(...named)
  const { queue } = queues
  const team = await openTeam(config, foundation, { ledger, controls, queue, admins, stopTurn })
  const needs = { which, roles, foundation, models, ...queues, ways, running, team, opened, joined, trial }
  const begins = [
    ...(roles.has('work') ? [await prepareWork(config, needs)] : []),
    ...(roles.has('send') ? [prepareSending(config, needs)] : []),
  ]
  const taken = createIntake({ ...store, queue, observer, team: team.intake, stopTurn })
  await listen({ intake: roles.has('ingest') ? taken : undefined, observer }, ways, joined)
  if (web !== undefined) opened.ahead.push(() => web.drain())
  for (const begin of begins) await begin()
  return await announce(config, { ways, observer, opened, roles })
}

/** The queue of conversations, and between processes that of what only has to be shown. */
async function openQueues(config: Config, { roles, observer }: { readonly roles: Roles; readonly observer: Observer }) {
  const queue = await openQueue(config, observer)
  const isShared = config.redisUrl !== undefined && (roles.has('work') || roles.has('send'))
  return { queue, deliveries: isShared ? await openQueue(config, observer, 'deliveries') : undefined }
}

/**
 * The answers of a terminal appear in its own process only, so no other one may take its turns, nor it theirs; and whoever talks
 * there starts at once, whether or not Redis is there.
 */
function withoutRedis(config: Config): Config {
  return { ...config, redisUrl: undefined, redisCacheUrl: undefined }
}

interface Started {
  readonly ways: Ways
  readonly observer: Observer
  readonly opened: Opened
  readonly roles: Roles
}

/** Everything runs: others on this machine may know. */
async function announce(config: Config, { ways, observer, opened, roles }: Started): Promise<Bot> {
  const { web, terminal, channels, localToken } = ways
  if (web !== undefined && roles.has('ingest')) {
    await announceRunning(config.dataDir, { url: web.url(), token: localToken.reveal() })
    opened.ahead.push(() => forgetRunning(config.dataDir))
  }
  const fields = { version: config.version, channels: [...channels.keys()].join(','), roles: [...roles].join(',') }
  observer.event({ name: 'bot.started', level: 'info', fields })
  return {
    url: web?.url(),
    terminal,
    stop: async () => {
      await close(opened)
      observer.event({ name: 'bot.stopped', level: 'info', fields: {} })
    },
  }
}
