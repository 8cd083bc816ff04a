import type { AuditEntry } from './audit.ts'
import type { BudgetDay } from './budget.ts'
import type { TenantId } from './message.ts'
import type { MicroDollars } from './money.ts'

/** What admins switched while the bot runs; undefined where the configuration counts. */
export interface Controls {
  /** The day's limit, today's and that of every day to come. */
  readonly limit: MicroDollars | undefined
  /** The day on which only free and local answers are given. */
  readonly mode: BudgetDay | undefined
}

/** One switch from what it shows to something else. */
export type ControlChange =
  | { readonly kind: 'limit'; readonly from: Controls['limit']; readonly to: Controls['limit'] }
  | { readonly kind: 'mode'; readonly from: Controls['mode']; readonly to: Controls['mode'] }

/**
 * What became of a change. `repeated`: the same one was made before. `overtaken`: the switch no longer shows what it was to be
 * changed from. Neither changes anything.
 */
export type ControlResult = 'changed' | 'repeated' | 'overtaken'

/** The switches as they are kept. */
export interface ControlRecords {
  read(tenant: TenantId): Promise<Controls>
  /** Changes a switch and records who did, both or neither. */
  change(
    tenant: TenantId,
    change: ControlChange,
    entry: Omit<AuditEntry, 'from' | 'to' | 'action'>,
  ): Promise<ControlResult>
}

/** The switches as this process knows them; at most a few seconds behind another process. */
export interface LiveControls {
  current(): Controls
  /** What may be spent a day, in micro-dollars. */
  dailyLimit(): MicroDollars
  /** Whether a person switched the day to free answers. */
  isFreeOnly(day: BudgetDay): boolean
  /** Reads them anew. */
  refresh(): Promise<void>
}
