import type { Store } from '../adapters/store/store.ts'
import type { Config } from '../config/config.ts'
import type { Pace } from '../handlers/pace.ts'
import type { Platform } from './channels.ts'
import type { Now } from './core/ports.ts'

/** What a test has otherwise than everybody else. */
export interface Trial {
  /**
   * Its own clock for everything that is stored or compared with a date, the day's budget among it; otherwise this
   * machine's, and the database's for the budget.
   */
  readonly now?: Now
  readonly pace?: Pace
  readonly sweepEveryMs?: number
  /** Opens a store that is used by one test after the other; otherwise the configured one. */
  readonly openStore?: (config: Config, now: Now) => Promise<Store>
  /** Put around a part, to see that the bot fails without what it does. */
  readonly around?: { readonly platform?: (real: Platform) => Platform; readonly store?: (real: Store) => Store }
}
