import type { BudgetScope, Purpose } from '../core/budget.ts'
import type { Author, ChannelName, MessageId, TenantId } from '../core/message.ts'
import { isLocal, type ModelAlias, type ModelSpec } from '../core/model.ts'
import type { MicroDollars } from '../core/money.ts'

/** What an owner allows a day, in micro-dollars. */
export interface BudgetLimits {
  readonly daily: MicroDollars
  /** Undefined: no limit but the day's. */
  readonly userDaily: MicroDollars | undefined
  readonly channelDaily: MicroDollars | undefined
  readonly workspaceDaily: MicroDollars | undefined
  readonly modelDaily: ReadonlyMap<ModelAlias, MicroDollars>
  /** Shares of the day, 0 to 1, that nothing else may use. */
  readonly shares: Readonly<Record<Exclude<Purpose, 'answer'>, number>>
  readonly cloudCallsPerDay: number | undefined
}

/** Who a call is for. */
export interface Payer {
  readonly tenant: TenantId
  readonly message: MessageId
  readonly channel: ChannelName
  readonly author: Author['id']
}

interface WantedCall {
  readonly model: Pick<ModelSpec, 'alias' | 'tier'>
  readonly purpose: Purpose
  /** The most all calls for this message may cost. */
  readonly requestLimit: MicroDollars
}

/** Every limit one call must fit under. A local model costs nothing, so none holds it back. */
export function scopesOf(
  { model, purpose, requestLimit }: WantedCall,
  payer: Payer,
  limits: BudgetLimits,
): BudgetScope[] {
  if (isLocal(model)) return []
  const { daily, userDaily, channelDaily, workspaceDaily, modelDaily, cloudCallsPerDay } = limits
  const within = (limit: MicroDollars | undefined): MicroDollars => Math.min(limit ?? daily, daily) as MicroDollars
  return [
    // First, because the first one without room is named: where all others have as much as the day, it is the day that ends.
    { kind: 'installation', id: '', limit: daily, callLimit: cloudCallsPerDay },
    ...purposeScopes(purpose, limits),
    { kind: 'request', id: payer.message, limit: within(requestLimit) },
    { kind: 'user', id: `${payer.channel}:${payer.author}`, limit: within(userDaily) },
    { kind: 'channel', id: payer.channel, limit: within(channelDaily) },
    { kind: 'workspace', id: payer.tenant, limit: within(workspaceDaily) },
    { kind: 'model', id: model.alias, limit: within(modelDaily.get(model.alias)) },
  ]
}

/**
 * What keeps the shares whole: a call counts with those of its own purpose, and for each purpose that has a share with all
 * calls but that one's. Otherwise answers and the button together could use what is kept for classification.
 */
function purposeScopes(purpose: Purpose, limits: BudgetLimits): BudgetScope[] {
  const others = (['classification', 'advanced'] as const).filter((one) => one !== purpose)
  return [
    { kind: 'purpose', id: purpose, limit: shareFor(purpose, limits) },
    ...others.map((one) => {
      const limit = partOf(limits.daily, limits.shares[one])
      return { kind: 'purpose', id: `all-but-${one}`, limit } as const
    }),
  ]
}

/** The day without the shares that are kept for the other purposes. */
export function shareFor(purpose: Purpose, { daily, shares }: Pick<BudgetLimits, 'daily' | 'shares'>): MicroDollars {
  const { classification, advanced } = shares
  return partOf(daily, (purpose === 'classification' ? 0 : classification) + (purpose === 'advanced' ? 0 : advanced))
}

/** What is left of the day beside a share. Rounded down, so that the share stays whole. */
function partOf(daily: MicroDollars, kept: number): MicroDollars {
  // 0.05 + 0.05 is a little more than a tenth in binary, which would take one micro-dollar too many.
  return Math.floor(daily * (1 - Number(kept.toFixed(9)))) as MicroDollars
}

/** What an owner is told of when it refuses a call: the day itself, or the part of it that answers may use. */
export type Refusal = 'day' | 'answers'

/**
 * Undefined where a limit of one message, user, channel or model did its ordinary work. Where a part is used up, whatever the
 * call was for, answers have no more.
 */
export function toRefusal({ kind }: Pick<BudgetScope, 'kind'>): Refusal | undefined {
  if (kind === 'installation') return 'day'
  return kind === 'purpose' ? 'answers' : undefined
}
