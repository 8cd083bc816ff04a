import type { AdjustmentDecision, TierAdjustment, TierAdjustments } from '../../src/core/adjustment.ts'
import type { TenantId } from '../../src/core/message.ts'
import { instant, integer, text, type Database, type Row } from './database.ts'

export function createTierAdjustments(database: Database): TierAdjustments {
  const decisions = async (tenant: TenantId): Promise<readonly AdjustmentDecision[]> => {
    const rows = await database.query('select * from tier_adjustments where tenant = $1 order by at desc, id', [tenant])
    return rows.map(toDecision)
  }
  return {
    decisions,
    approved: async (tenant) => (await decisions(tenant)).filter(({ state }) => state === 'approved'),
    decide: async (tenant, { id, intent, from, to, state, because, by, at }) => {
      await database.query(decideStatement, [tenant, id, intent, from, to, state, because, by, at])
    },
  }
}

// In: a decision. Out: nothing. Invariant: one row for each adjustment, with the last decision.
const decideStatement = `
  insert into tier_adjustments (tenant, id, intent, from_tier, to_tier, state, because, by, at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  on conflict (tenant, id) do update
    set state = excluded.state, because = excluded.because, by = excluded.by, at = excluded.at`

function toDecision(row: Row): AdjustmentDecision {
  return {
    id: text(row, 'id'),
    intent: text(row, 'intent'),
    from: toTier(row, 'from_tier'),
    to: toTier(row, 'to_tier'),
    state: text(row, 'state') === 'approved' ? 'approved' : 'rejected',
    because: text(row, 'because'),
    by: text(row, 'by'),
    at: instant(row, 'at'),
  }
}

/** The table's own check allows nothing else. */
function toTier(row: Row, column: string): TierAdjustment['from'] {
  return integer(row, column) as TierAdjustment['from']
}
