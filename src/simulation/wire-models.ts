import type { AdjustmentDecision } from '../core/adjustment.ts'
import { UsageError } from '../core/errors.ts'
import type { ModelPerformance } from '../core/spending.ts'
import { openProposals, type MeanCost, type Proposal } from '../routing/proposals.ts'
import { fraction, minus, toDecimal, type Exact } from './exact.ts'

/** How one model has done, as it goes over the wire; null is what cannot be known. */
export interface WireModel extends Omit<ModelPerformance, 'cost' | 'successRate' | 'latencyMs' | 'score'> {
  readonly successRate: number | null
  readonly latencyMs: NonNullable<ModelPerformance['latencyMs']> | null
  readonly score: number | null
  readonly costMicroDollars: number
  readonly perAnsweredUsd: string | null
  readonly perResolvedUsd: string | null
}

/** A proposed change of a tier. Dollars are strings with at most nine decimals. */
export interface WireProposal extends Omit<Proposal, 'cost'> {
  readonly perMessageUsd: {
    readonly present: string
    readonly proposed: string | null
    readonly change: string | null
  }
}

export interface WireDecision extends Omit<AdjustmentDecision, 'at'> {
  /** ISO 8601. */
  readonly at: string
}

/** How models have done in the last `days`, what could change, and what people decided, as JSON. */
export interface WireModels {
  readonly days: number
  readonly models: readonly WireModel[]
  readonly proposals: readonly WireProposal[]
  readonly decisions: readonly WireDecision[]
}

interface ModelsReport {
  readonly days: number
  readonly models: readonly ModelPerformance[]
  /** Also those that were decided about, which are left out. */
  readonly proposals: readonly Proposal[]
  readonly decisions: readonly AdjustmentDecision[]
}

export function toWireModels({ days, models, proposals, decisions }: ModelsReport): WireModels {
  return {
    days,
    models: models.map(({ cost, ...model }) => ({
      ...model,
      successRate: model.successRate ?? null,
      latencyMs: model.latencyMs ?? null,
      score: model.score ?? null,
      costMicroDollars: cost,
      perAnsweredUsd: dollarsPer(cost, model.answered),
      perResolvedUsd: dollarsPer(cost, model.resolved),
    })),
    proposals: openProposals(proposals, decisions).map(({ cost, ...proposal }) => ({
      ...proposal,
      perMessageUsd: toWireCost(cost),
    })),
    decisions: decisions.map(toWireDecision),
  }
}

export function toWireDecision(decision: AdjustmentDecision): WireDecision {
  return { ...decision, at: decision.at.toISOString() }
}

function toWireCost({ present, proposed }: Proposal['cost']): WireProposal['perMessageUsd'] {
  return {
    present: dollars(meanOf(present)),
    proposed: proposed === undefined ? null : dollars(meanOf(proposed)),
    change: proposed === undefined ? null : dollars(minus(meanOf(proposed), meanOf(present))),
  }
}

function meanOf({ microDollars, messages }: MeanCost): Exact {
  return fraction(microDollars, BigInt(Math.max(1, messages)) * 1_000_000n)
}

function dollars(value: Exact): string {
  return toDecimal(value, { least: 2, places: 9 })
}

function dollarsPer(microDollars: number, count: number): string | null {
  return count === 0 ? null : dollars(meanOf({ microDollars, messages: count }))
}

/**
 * The proposal a person decides about.
 * @throws UsageError with the known ones
 */
export function proposalNamed(id: string, days: number, proposals: readonly Proposal[]): Proposal {
  const found = proposals.find((proposal) => proposal.id === id)
  if (found !== undefined) return found
  const known = proposals.length === 0 ? 'there is none' : `known: ${proposals.map((each) => each.id).join(', ')}`
  throw new UsageError(`There is no proposal "${id}" of the last ${days} days; ${known}.`)
}

/** Whether it is what `toWireModels` writes; the fields within come from the same place. */
export function isWireModels(value: unknown): value is WireModels {
  if (typeof value !== 'object' || value === null) return false
  return ['days', 'models', 'proposals', 'decisions'].every((name) => name in value)
}

/** Whether it is what `toWireDecision` writes. */
export function isWireDecision(value: unknown): value is WireDecision {
  if (typeof value !== 'object' || value === null) return false
  return ['id', 'intent', 'from', 'to', 'state', 'because', 'by', 'at'].every((name) => name in value)
}
