import type { IntentName } from './intent.ts'
import type { TenantId } from './message.ts'
import type { Tier } from './route.ts'

type PaidTier = Exclude<Tier, 0>

/** Messages of an intent whose effort is for one tier go to another. */
export interface TierAdjustment {
  readonly intent: IntentName
  readonly from: PaidTier
  readonly to: PaidTier
}

/** What a person decided about a proposed adjustment, and on which evidence. */
export interface AdjustmentDecision extends TierAdjustment {
  /** Names the adjustment, not the moment: `payments.refund-request:2-3`. */
  readonly id: string
  readonly state: 'approved' | 'rejected'
  /** The evidence in one sentence, as it stood then. */
  readonly because: string
  readonly by: string
  readonly at: Date
}

/** Decisions about tiers. Nothing is ever adjusted without one. */
export interface TierAdjustments {
  /** What routing follows. */
  approved(tenant: TenantId): Promise<readonly TierAdjustment[]>
  /** The last decision about each adjustment, newest first. */
  decisions(tenant: TenantId): Promise<readonly AdjustmentDecision[]>
  /** Replaces an earlier decision about the same adjustment. */
  decide(tenant: TenantId, decision: AdjustmentDecision): Promise<void>
}
