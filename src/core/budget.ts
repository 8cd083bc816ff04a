import type { Author, ChannelName, MessageId, TenantId } from './message.ts'
import type { ModelAlias } from './model.ts'
import type { MicroDollars } from './money.ts'
import type { Tier } from './route.ts'

/** A calendar date in the budget's time zone, YYYY-MM-DD. Never "24 hours". */
export type BudgetDay = string & { readonly unit: 'budget-day' }

/** What a call is for. A share of the day is kept for classification and for the button "Try advanced AI". */
export const purposes = ['classification', 'answer', 'advanced'] as const
export type Purpose = (typeof purposes)[number]

/** `installation` is the whole day's budget. */
export const scopeKinds = ['request', 'user', 'channel', 'workspace', 'model', 'purpose', 'installation'] as const
export type ScopeKind = (typeof scopeKinds)[number]

/** One limit a call must fit under, for one calendar day. */
export interface BudgetScope {
  readonly kind: ScopeKind
  /** Whose: a message, `channel:author`, a channel, a tenant, a model's alias, a purpose or `all-but-` one; empty for the installation. */
  readonly id: string
  /** Micro-dollars a day. */
  readonly limit: MicroDollars
  /** Calls a day; undefined for as many as the money lasts. */
  readonly callLimit?: number | undefined
}

/** What the ledger keeps of a call beside the money: for `costs`, `/spend` and the receipts. */
export interface CallFacts {
  readonly tenant: TenantId
  readonly message: MessageId
  readonly channel: ChannelName
  readonly author: Author['id']
  readonly conversation: string
  readonly intent: string
  readonly purpose: Purpose
  readonly model: ModelAlias
  readonly provider: string
  readonly wireName: string
  readonly tier: Tier
  /** Names the prices the bound was worked out with. */
  readonly prices: string
}

/** One attempt that would like to send a request. */
export interface ReservationRequest {
  /** The same id again holds nothing a second time. */
  readonly id: string
  /** The most the attempt can cost. */
  readonly amount: MicroDollars
  /** All must have room. */
  readonly scopes: readonly BudgetScope[]
  readonly facts: CallFacts
  /** After this the ledger takes the attempt for dead. */
  readonly leaseMs: number
}

export type Reservation =
  | { readonly kind: 'reserved'; readonly id: string; readonly day: BudgetDay }
  /** `scope` is the first without room, and `left` what it still has. */
  | { readonly kind: 'refused'; readonly scope: BudgetScope; readonly left: MicroDollars }

/**
 * What became of an attempt. `known`: the provider named its usage. `nothing`: it proved not to have been billed (refused,
 * never reached). `unknown`: charged at the bound.
 */
export type Bill =
  | { readonly kind: 'known'; readonly cost: MicroDollars; readonly usage: BilledUsage }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unknown' }

/** Tokens as the ledger keeps them, with the model that billed. */
export interface BilledUsage {
  readonly model: string
  readonly input: number
  readonly cached: number
  readonly cacheWrite: number
  readonly output: number
}

/** Where the money of one day stands. */
export interface Budget {
  readonly day: BudgetDay
  readonly limit: MicroDollars
  /** Reserved or under way. */
  readonly held: MicroDollars
  /** Settled, and what stays charged without proof. */
  readonly spent: MicroDollars
  /** The part of `spent` that was charged at its bound because the end of the call is unknown. */
  readonly unconfirmed: MicroDollars
  /** Calls under way or done. */
  readonly calls: number
}

/** How far the day's budget has come: the ladder of `src/routing/budget-level.ts`. */
export type BudgetLevel = 'quality-first' | 'balanced' | 'prefer-local' | 'free-only'
