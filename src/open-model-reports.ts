import { userInfo } from 'node:os'
import type { Store } from '../adapters/store/store.ts'
import { fetchModels, sendDecision } from '../adapters/web/models-client.ts'
import type { Config } from '../config/config.ts'
import type { ModelsSource, TierDecision } from '../handlers/cli/models.ts'
import { parsePeriod } from './budget/period.ts'
import type { SpendRange } from './core/spending.ts'
import type { Now } from './core/ports.ts'
import { checkedAnswer, inStoreOrRunning } from './open-store.ts'
import { proposeAdjustments } from './routing/proposals.ts'
import {
  isWireDecision,
  isWireModels,
  proposalNamed,
  toWireDecision,
  toWireModels,
  type WireDecision,
  type WireModels,
} from './simulation/wire-models.ts'

/** How models have done: asked of the bot that holds the data folder when there is one, else read in the store itself. */
export async function openModelReports(config: Config): Promise<ModelsSource> {
  const now: Now = () => new Date()
  const by = `terminal:${userInfo().username}`
  return await inStoreOrRunning<ModelsSource>(
    config,
    (store) => {
      const parts = { config, store, now }
      return {
        read: (days) => readModels(days, parts),
        decide: (decision) => decideTier({ ...decision, by }, parts),
        close: () => store.close(),
      }
    },
    (running) => ({
      read: async (days) => checkedAnswer(await fetchModels(running, days), isWireModels),
      decide: async (decision) => checkedAnswer(await sendDecision(running, { ...decision, by }), isWireDecision),
      close: async () => {},
    }),
  )
}

export interface ModelReportParts {
  readonly config: Pick<Config, 'tenant' | 'budget'>
  readonly store: Pick<Store, 'spending' | 'adjustments'>
  readonly now: Now
}

/** What `GET /api/models` and `tuppence models` tell of the last `days`. */
export async function readModels(days: number, parts: ModelReportParts): Promise<WireModels> {
  const { config, store } = parts
  const range = lastDays(days, parts)
  const { misroutes } = await store.spending.report(config.tenant, range)
  return toWireModels({
    days,
    models: await store.spending.performance(config.tenant, range.begins),
    proposals: proposeAdjustments(misroutes),
    decisions: await store.adjustments.decisions(config.tenant),
  })
}

/**
 * Stores what somebody decided about a proposal of the last `days`.
 * @throws UsageError when there is no such proposal
 */
export async function decideTier(
  { id, decision, days, by }: TierDecision & { readonly by: string },
  parts: ModelReportParts,
): Promise<WireDecision> {
  const { config, store, now } = parts
  const { misroutes } = await store.spending.report(config.tenant, lastDays(days, parts))
  const { intent, from, to, because } = proposalNamed(id, days, proposeAdjustments(misroutes))
  const state = decision === 'approve' ? 'approved' : 'rejected'
  const decided = { id, intent, from, to, because, state, by, at: now() } as const
  await store.adjustments.decide(config.tenant, decided)
  return toWireDecision(decided)
}

function lastDays(days: number, { config, now }: Pick<ModelReportParts, 'config' | 'now'>): SpendRange {
  return parsePeriod(`${days}d`, { now: now(), timeZone: config.budget.timeZone })
}
