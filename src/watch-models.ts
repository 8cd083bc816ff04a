import { createAlertWebhook } from '../adapters/webhook/alert-webhook.ts'
import type { Store } from '../adapters/store/store.ts'
import type { Config } from '../config/config.ts'
import { createAlertInChat } from '../handlers/alert-in-chat.ts'
import { startWatching as startAlerts, type AlertParts } from '../handlers/alerts.ts'
import type { ParkedAlertParts } from '../handlers/parked-alert.ts'
import type { AlertTarget, SendAlert } from './core/alert.ts'
import type { ChannelName } from './core/message.ts'
import type { ModelAlias } from './core/model.ts'
import type { Channel, Observer } from './core/ports.ts'
import { oneAtATime, repeat, type Runs } from './core/repeat.ts'
import type { ModelPerformance } from './core/spending.ts'
import type { Models } from './open-models.ts'

/** How often the day's budget, and what was parked, is looked at. */
const watchEveryMs = 5000
/** How often decisions of people about tiers are read. */
const adjustEveryMs = 60_000
/** How often what models did is looked at anew. */
const learnEveryMs = 600_000
/** How often an owner is told of models that end. */
const noticeEveryMs = 86_400_000
/** What models did in so many days counts. */
const learnDays = 7
/** Fewer written answers than these say nothing about a model. */
const leastAnswers = 20

export interface WatchParts {
  readonly store: Store
  readonly models: Models
  readonly channels: ReadonlyMap<ChannelName, Channel>
  readonly observer: Observer
}

/** Everything that goes on beside the messages: alerts, notices of models that end, and what is learnt of the others. */
export function startWatching(config: Config, parts: WatchParts): () => Promise<void> {
  const { store, models, observer } = parts
  const runs = (work: (signal: AbortSignal) => Promise<void>): Runs =>
    oneAtATime(work, (error) => observer.event({ name: 'models.unknown', level: 'warn', fields: {}, error }))
  const preloading = runs((signal) => preload(config, parts, signal))
  preloading.begin()
  const stops = [
    preloading.stop,
    startAlerts(alertParts(config, parts), watchEveryMs),
    repeat(
      adjustEveryMs,
      runs(async () => models.adjust(await store.adjustments.approved(config.tenant))),
    ),
    repeat(
      learnEveryMs,
      runs(async () => {
        // Where none can be asked there is nothing to learn, and the look takes the longer the more was ever answered.
        const isAnyUsable = models.catalogue.models().some(({ alias }) => models.isUsable(alias))
        if (isAnyUsable) models.learn(qualitiesOf(await recentPerformance(config, store)))
      }),
    ),
    repeat(
      noticeEveryMs,
      runs(async () => noteRetiring(parts)),
    ),
  ]
  // All are told at once: what one of them waits for must not keep the others running.
  return async () => void (await Promise.all(stops.map((stop) => stop())))
}

function alertParts(config: Config, { store, models, channels, observer }: WatchParts): AlertParts & ParkedAlertParts {
  const { budget, alerts, tenant } = config
  const targets = new Map<AlertTarget, SendAlert>()
  if (alerts.channel !== undefined) targets.set('chat', createAlertInChat(alerts.channel, channels))
  if (alerts.webhook !== undefined) targets.set('webhook', createAlertWebhook(alerts.webhook))
  return {
    tenant,
    ledger: models.ledger,
    parked: store.parked,
    alerts: store.alerts(budget.timeZone),
    targets,
    warnFrom: budget.alertAt,
    preferLocalFrom: budget.preferLocalFrom,
    takeRefusals: () => models.takeRefusals(),
    spike: budget.spike,
    observer,
  }
}

async function recentPerformance(config: Config, store: Store): Promise<readonly ModelPerformance[]> {
  return await store.spending.performance(config.tenant, new Date(Date.now() - learnDays * 86_400_000))
}

/** The share of its checks that each model's written answers passed, where there are enough of them. */
export function qualitiesOf(performance: readonly ModelPerformance[]): ReadonlyMap<ModelAlias, number> {
  const known = performance.flatMap(({ model, scored, score }) =>
    score === undefined || scored < leastAnswers ? [] : [[model, score] as const],
  )
  return new Map(known)
}

/** Loads local models before anybody waits for them; how long that took is told. */
async function preload(config: Config, { models, observer }: WatchParts, signal: AbortSignal): Promise<void> {
  for (const alias of config.models.ollama.preload) {
    const model = models.catalogue.find(alias)
    if (model === undefined || !models.isUsable(alias)) continue
    const durationMs = await models.providers.preload(model, signal)
    if (durationMs !== undefined)
      observer.event({ name: 'model.loaded', level: 'info', fields: { model: alias, durationMs } })
  }
}

function noteRetiring({ models, observer }: WatchParts): void {
  for (const { alias, retiresOn, days } of models.catalogue
    .retiring(new Date())
    .filter((one) => models.isUsable(one.alias)))
    observer.event({ name: 'models.retiring', level: 'warn', fields: { model: alias, retiresOn, days } })
}
