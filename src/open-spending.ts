import type { Store } from '../adapters/store/store.ts'
import { fetchSpend } from '../adapters/web/spend-client.ts'
import type { Config } from '../config/config.ts'
import type { SpendSource } from '../handlers/cli/costs.ts'
import { parsePeriod } from './budget/period.ts'
import type { BudgetLedger, Now } from './core/ports.ts'
import { createControls } from './open-controls.ts'
import { checkedAnswer, inStoreOrRunning } from './open-store.ts'
import type { TierHour } from './core/spending.ts'
import { isWireSpend, toWireSpend, type WireSpend } from './simulation/wire-spend.ts'

/** What was spent: asked of the bot that holds the data folder when there is one, else read in the store itself. */
export async function openSpending(config: Config): Promise<SpendSource> {
  const now: Now = () => new Date()
  return await inStoreOrRunning<SpendSource>(
    config,
    async (store) => {
      const controls = createControls(config, store.controls)
      await controls.refresh()
      const ledger = store.ledger({ zone: config.budget.timeZone, limit: () => controls.dailyLimit() })
      return {
        read: (period) => readSpend(period, { config, spending: store.spending, ledger, now }),
        close: () => store.close(),
      }
    },
    (running) => ({
      read: async (period) => checkedAnswer(await fetchSpend(running, period), isWireSpend),
      close: async () => {},
    }),
  )
}

export interface SpendParts {
  readonly config: Pick<Config, 'tenant' | 'budget'>
  readonly spending: Store['spending']
  readonly ledger: Pick<BudgetLedger, 'on'>
  readonly now: Now
}

/**
 * What `/api/spend`, `/spend` and `tuppence costs` tell of a period.
 * @throws UsageError for a period nobody can read
 */
export async function readSpend(period: string, { config, spending, ledger, now }: SpendParts): Promise<WireSpend> {
  const range = parsePeriod(period, { now: now(), timeZone: config.budget.timeZone })
  // First, because this step ends what has run out of time, and the report then says the same.
  const budget = await ledger.on()
  return toWireSpend(await spending.report(config.tenant, range), budget)
}

/**
 * The same money by hour and tier.
 * @throws UsageError for a period nobody can read
 */
export async function readHours(
  period: string,
  { config, spending, now }: Pick<SpendParts, 'config' | 'spending' | 'now'>,
): Promise<readonly TierHour[]> {
  return await spending.hours(config.tenant, parsePeriod(period, { now: now(), timeZone: config.budget.timeZone }))
}
