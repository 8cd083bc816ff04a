import { userInfo } from 'node:os'
import { uuidv7 } from 'uuidv7'
import { openStore } from '../adapters/store/store.ts'
import type { Config } from '../config/config.ts'
import type { ModelsSource } from '../handlers/cli/models.ts'
import { parsePeriod } from './budget/period.ts'
import { proposeAdjustments } from './routing/proposals.ts'

/** How models have done, read in the store; a bot that holds the data folder must be stopped first, or use Postgres. */
export async function openModelReports(config: Config): Promise<ModelsSource> {
  const store = await openStore(
    config.databaseUrl === undefined
      ? { kind: 'folder', folder: config.dataDir }
      : { kind: 'postgres', url: config.databaseUrl.reveal() },
    () => new Date(),
    uuidv7,
  )
  const { spending, adjustments } = store
  const { tenant, budget } = config
  const last = (days: number) => parsePeriod(`${days}d`, { now: new Date(), timeZone: budget.timeZone })
  return {
    performance: (days) => spending.performance(tenant, last(days).begins),
    proposals: async (days) => proposeAdjustments((await spending.report(tenant, last(days))).misroutes),
    decisions: () => adjustments.decisions(tenant),
    decide: ({ id, intent, from, to, because }, state) =>
      adjustments.decide(tenant, {
        id,
        intent,
        from,
        to,
        because,
        state,
        by: `terminal:${userInfo().username}`,
        at: new Date(),
      }),
    close: () => store.close(),
  }
}
