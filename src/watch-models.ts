import { createAlertWebhook } from '../adapters/webhook/alert-webhook.ts'
import type { Store } from '../adapters/store/store.ts'
import type { Config } from '../config/config.ts'
import { createAlertInChat } from '../handlers/alert-in-chat.ts'
import { startWatchingBudget, type AlertParts } from '../handlers/alerts.ts'
import type { AlertTarget, SendAlert } from './core/alert.ts'
import type { ChannelName } from './core/message.ts'
import type { Channel, Observer } from './core/ports.ts'
import type { Models } from './open-models.ts'

/** How often the day's budget is looked at. */
const watchEveryMs = 5000
/** How often decisions of people about tiers are read. */
const adjustEveryMs = 60_000
/** How often what models did is looked at anew. */
const learnEveryMs = 600_000
/** How often an owner is told of models that end. */
const noticeEveryMs = 86_400_000
/** What models did in so many days counts. */
const learnDays = 7
/** Fewer answers than these say nothing about a model. */
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
  const stops = [
    startWatchingBudget(alertParts(config, parts), watchEveryMs),
    repeat(adjustEveryMs, observer, async () => models.adjust(await store.adjustments.approved(config.tenant))),
    repeat(learnEveryMs, observer, () => learnQualities(config, parts)),
    repeat(noticeEveryMs, observer, async () => noteRetiring(parts)),
    repeat(undefined, observer, () => preload(config, parts)),
  ]
  return async () => {
    for (const stop of stops) await stop()
  }
}

/** Does something now and then every so often; what fails is told and tried again the next time. */
function repeat(everyMs: number | undefined, observer: Observer, work: () => Promise<void>): () => Promise<void> {
  const attempt = (): Promise<void> =>
    work().catch((error: unknown) => observer.event({ name: 'models.unknown', level: 'warn', fields: {}, error }))
  let running = attempt()
  const timer =
    everyMs === undefined
      ? undefined
      : setInterval(() => {
          running = attempt()
        }, everyMs)
  return async () => {
    clearInterval(timer)
    await running
  }
}

function alertParts(config: Config, { store, models, channels, observer }: WatchParts): AlertParts {
  const { budget, alerts, tenant } = config
  const targets = new Map<AlertTarget, SendAlert>()
  if (alerts.channel !== undefined) targets.set('chat', createAlertInChat(alerts.channel, channels))
  if (alerts.webhook !== undefined) targets.set('webhook', createAlertWebhook(alerts.webhook))
  return {
    tenant,
    ledger: models.ledger,
    alerts: store.alerts(budget.timeZone),
    targets,
    warnFrom: budget.alertAt,
    preferLocalFrom: budget.preferLocalFrom,
    takeRefusals: () => models.takeRefusals(),
    spike: budget.spike,
    observer,
  }
}

async function learnQualities(config: Config, { store, models }: WatchParts): Promise<void> {
  const since = new Date(Date.now() - learnDays * 86_400_000)
  const performance = await store.spending.performance(config.tenant, since)
  const known = performance.flatMap(({ model, answered, score }) =>
    score === undefined || answered < leastAnswers ? [] : [[model, score] as const],
  )
  models.learn(new Map(known))
}

/** Loads local models before anybody waits for them; how long that took is told. */
async function preload(config: Config, { models, observer }: WatchParts): Promise<void> {
  for (const alias of config.models.ollama.preload) {
    const model = models.catalogue.find(alias)
    if (model === undefined || !models.isUsable(alias)) continue
    const durationMs = await models.providers.preload(model)
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
