import type { Config } from '../config/config.ts'
import { deliver, type DeliveryParts } from '../handlers/delivery.ts'
import { recoverAnswers, recoverDeliveries } from '../handlers/recovery.ts'
import type { RunningTurns } from '../handlers/running-turns.ts'
import { takeTurns } from '../handlers/turn.ts'
import type { Foundation } from './channels.ts'
import { createClaims } from './claims.ts'
import type { Opened } from './closing.ts'
import { createSay } from '../config/wording.ts'
import type { Queue } from './core/ports.ts'
import type { Models } from './open-models.ts'
import { openSchedule } from './open-queue.ts'
import { openShared } from './open-shared.ts'
import type { Team } from './open-team.ts'
import type { Ways } from './open-ways.ts'
import type { Roles } from './roles.ts'
import { createTellStatus } from './tell-status.ts'
import type { Trial } from './trial.ts'
import { createTurnParts } from './turn-parts.ts'
import { startWatching } from './watch-models.ts'

/** How often the store is searched for what the queue may have lost. */
const usualSweepEveryMs = 5000

/** What is built before anybody listens, and what begins when they do. */
export interface WorkNeeds {
  readonly which: 'configured' | 'terminal'
  readonly roles: Roles
  readonly foundation: Foundation
  readonly models: Models
  readonly queue: Queue
  /** Of which only the replies are to be shown; undefined where one process does everything. */
  readonly deliveries: Queue | undefined
  readonly ways: Ways
  readonly running: RunningTurns
  readonly team: Team
  readonly opened: Opened
  /** Left when nothing runs any more. */
  readonly joined: Opened
  readonly trial: Trial
}

type Begin = () => Promise<void>

/** Answering, and what goes on beside it for the whole installation: recovery, forgetting, alerts, what is learnt of models. */
export async function prepareWork(config: Config, needs: WorkNeeds): Promise<Begin> {
  const { which, roles, foundation, models, queue, deliveries, ways, running, team, opened, joined, trial } = needs
  const { store, observer } = foundation
  const { channels, web, terminal } = ways
  const shared = await openShared(config.redisCacheUrl, foundation)
  joined.others.push(() => shared.stop())
  const claims = createClaims(store.inbox)
  opened.others.push(async () => claims.end())
  const handOver = roles.has('send') || deliveries === undefined ? {} : { handOver: deliveries.wake.bind(deliveries) }
  const taking = { ...foundation, store: { ...store, inbox: claims.inbox } }
  const parts = await createTurnParts(config, taking, {
    models,
    shared,
    queue,
    channels,
    ...handOver,
    ...createTellStatus(config, { channels, web, observer }),
    onAnswered: (message) => (web ?? terminal)?.onAnswered(message),
    running,
    desk: team.turns,
    // Whoever sits at the bot's own terminal runs it.
    isOfTeam: (message) => which === 'terminal' || team.intake.isSupport(message),
    onOpened: (end) => joined.others.push(end),
    ...paceOf(trial),
  })
  return async () => {
    await queue.work((key) => takeTurns(key, parts))
    opened.ahead.push(startWatching(config, { store, models, channels, observer }))
    const schedule = await openSchedule(config, observer)
    const recovery = { ...store, observer, queue, schedule }
    opened.ahead.push(() => schedule.stop(), await recoverAnswers(recovery, sweepEveryMsOf(trial)))
  }
}

/** Showing what is owed on the channels of this process. */
export function prepareSending(config: Config, needs: WorkNeeds): Begin {
  const { roles, foundation, queue, deliveries, ways, team, opened, trial } = needs
  const { store, observer, now } = foundation
  const { channels } = ways
  const parts: DeliveryParts = {
    outbox: store.outbox,
    // Where one process does both, one queue runs a conversation once at a time.
    queue: roles.has('work') ? queue : (deliveries ?? queue),
    channels,
    observer,
    say: createSay(config.wording),
    desk: team.turns,
    now,
    ...paceOf(trial),
  }
  return async () => {
    await deliveries?.work(async (key) => void (await deliver(key, parts)))
    opened.ahead.push(recoverDeliveries({ ...parts, twins: store.twins }, sweepEveryMsOf(trial)))
  }
}

function paceOf({ pace }: Trial): Pick<Trial, 'pace'> {
  return pace === undefined ? {} : { pace }
}

function sweepEveryMsOf({ sweepEveryMs }: Trial): number {
  return sweepEveryMs ?? usualSweepEveryMs
}
