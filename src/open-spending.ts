import { uuidv7 } from 'uuidv7'
import { findRunning } from '../adapters/files/running.ts'
import { openStore, type Store } from '../adapters/store/store.ts'
import { fetchSpend } from '../adapters/web/spend-client.ts'
import type { Config } from '../config/config.ts'
import type { SpendSource } from '../handlers/cli/costs.ts'
import { parsePeriod } from './budget/period.ts'
import { ChannelError, DataFolderInUseError } from './core/errors.ts'
import type { BudgetLedger, Now } from './core/ports.ts'
import { createControls } from './open-controls.ts'
import type { TierHour } from './core/spending.ts'
import { isWireSpend, toWireSpend, type WireSpend } from './simulation/wire-spend.ts'

/** What was spent: asked of the bot that holds the data folder when there is one, else read in the store itself. */
export async function openSpending(config: Config): Promise<SpendSource> {
  const now: Now = () => new Date()
  try {
    const store = await openStore(
      config.databaseUrl === undefined
        ? { kind: 'folder', folder: config.dataDir }
        : { kind: 'postgres', url: config.databaseUrl.reveal() },
      now,
      uuidv7,
    )
    const controls = createControls(config, store.controls)
    await controls.refresh()
    const ledger = store.ledger({ zone: config.budget.timeZone, limit: () => controls.dailyLimit() })
    return {
      read: (period) => readSpend(period, { config, spending: store.spending, ledger, now }),
      close: () => store.close(),
    }
  } catch (error) {
    const running = error instanceof DataFolderInUseError ? await findRunning(config.dataDir) : undefined
    if (running === undefined) throw error
    return { read: async (period) => checked(await fetchSpend(running, period)), close: async () => {} }
  }
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

function checked(answer: unknown): WireSpend {
  if (isWireSpend(answer)) return answer
  throw new ChannelError('The running bot gave an answer of another version. Restart it with this one.', {
    retryable: false,
  })
}
