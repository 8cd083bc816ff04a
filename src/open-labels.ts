import type { Store } from '../adapters/store/store.ts'
import { fetchLabels } from '../adapters/web/labels-client.ts'
import type { Config } from '../config/config.ts'
import type { LabelSourceOfExport } from '../handlers/cli/export-training.ts'
import { parsePeriod } from './budget/period.ts'
import { createDescribe } from './classification/model-stage.ts'
import { isWireLabels, parsePlace, toWireLabels, type WireLabels } from './classification/wire-labels.ts'
import { UsageError } from './core/errors.ts'
import type { StoredLabel } from './core/labels.ts'
import type { Now } from './core/ports.ts'
import { checkedAnswer, inStoreOrRunning } from './open-store.ts'
import { withoutNames } from './safety/names.ts'
import { redact } from './safety/redact.ts'

/** What people said messages mean: asked of the bot that holds the data folder when there is one, else read in the store itself. */
export async function openLabels(config: Config): Promise<LabelSourceOfExport> {
  const now: Now = () => new Date()
  const ground = { company: config.company.name, describe: createDescribe(config.intents) }
  return await inStoreOrRunning<LabelSourceOfExport>(
    config,
    (store) => ({
      ...ground,
      page: (period, after) => readLabels({ period, after }, { config, store, now }),
      close: () => store.close(),
    }),
    (running) => ({
      ...ground,
      page: async (period, after) => checkedAnswer(await fetchLabels(running, period, after), isWireLabels),
      close: async () => {},
    }),
  )
}

export interface LabelParts {
  readonly config: Pick<Config, 'tenant' | 'budget'>
  readonly store: Pick<Store, 'labels'>
  readonly now: Now
}

/**
 * One page of what `GET /api/labels` and `tuppence export training` tell, without personal details.
 * @param given.period also a day with `..` after it: from then until today
 * @throws UsageError for a period nobody can read, and for a place that is none
 */
export async function readLabels(
  { period, after }: { readonly period: string; readonly after: string | undefined },
  { config, store, now }: LabelParts,
): Promise<WireLabels> {
  const place = after === undefined ? undefined : parsePlace(after)
  if (after !== undefined && place === undefined)
    throw new UsageError(`There is no place "${after.slice(0, 60)}" to go on after; give "next" of the page before.`)
  const clock = { now: now(), timeZone: config.budget.timeZone }
  const today = parsePeriod('today', clock).to
  const range = parsePeriod(period.endsWith('..') ? `${period}${today}` : period, clock)
  const stored = await store.labels.page(config.tenant, range, place)
  const labels = stored.map((label) => ({ ...label, text: withoutDetails(label) }))
  return toWireLabels(labels, stored.at(-1))
}

/** Ratings are redacted when they are kept; what stood for a detail then is in round brackets after a second time. */
function withoutDetails({ text, names }: StoredLabel): string {
  const redacted = redact(text).text.replace(/\(((?:CARD|IBAN|EMAIL|PHONE|KEY|CODE|ID)_\d{1,6})\)/g, '[$1]')
  return withoutNames(redacted, names)
}
