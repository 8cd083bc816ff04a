import type { Budget } from '../core/budget.ts'
import { spendGroups, type SpendGroup, type SpendLine, type SpendReport } from '../core/spending.ts'
import { fraction, minus, one, over, toDecimal, toNumber, type Exact } from './exact.ts'
import { measuredVerdicts } from './verdicts.ts'

/** One line of a breakdown as it goes over the wire. */
export interface WireSpendLine {
  readonly name: string
  readonly calls: number
  readonly costMicroDollars: number
  readonly heldMicroDollars: number
  readonly unconfirmedMicroDollars: number
  readonly inputTokens: number
  readonly outputTokens: number
}

/**
 * What was spent in a period, as JSON. Sums are whole micro-dollars; what is divided (`per…Usd`) is a string of dollars with
 * at most nine decimals; shares and rates are numbers of 0 to 1; null is what cannot be known.
 */
export interface WireSpend {
  readonly period: {
    readonly from: string
    readonly to: string
    readonly begins: string
    readonly ends: string
    readonly timeZone: string
  }
  /** Where the day's money stands now, whatever the period. */
  readonly today: {
    readonly day: string
    readonly limitMicroDollars: number
    readonly spentMicroDollars: number
    readonly heldMicroDollars: number
    readonly unconfirmedMicroDollars: number
    readonly leftMicroDollars: number
    readonly calls: number
    /** Spent and held, as a share of the limit; null when the limit is 0. */
    readonly shareUsed: number | null
  }
  readonly total: Omit<WireSpendLine, 'name'>
  readonly messages: number
  readonly modelMessages: number
  readonly users: number
  readonly conversations: number
  readonly resolved: number
  readonly per: {
    readonly messageUsd: string | null
    readonly userUsd: string | null
    readonly conversationUsd: string | null
    readonly resolutionUsd: string | null
  }
  readonly wouldHaveCostMicroDollars: number
  /** Share of that which was not spent; null when nothing would have been. */
  readonly saved: number | null
  /** All five. */
  readonly tiers: readonly { readonly tier: number; readonly messages: number; readonly share: number | null }[]
  readonly by: Readonly<Record<SpendGroup, readonly WireSpendLine[]>>
  readonly misroutes: readonly {
    readonly intent: string
    readonly tier: number
    readonly messages: number
    readonly disliked: number
    readonly dislikedRate: number
    readonly advanced: number
    readonly advancedRate: number
  }[]
  readonly embeddings: { readonly costMicroDollars: number }
  readonly verdicts: readonly {
    readonly name: string
    readonly about: string
    readonly value: string | null
    readonly measured: string | null
    readonly target: string
    readonly pass: boolean | null
  }[]
}

/** The report of a period as JSON, with today's budget beside it. */
export function toWireSpend(report: SpendReport, budget: Budget): WireSpend {
  const { range, total, messages } = report
  const { name: _, ...sums } = toWireLine(total)
  const per = (count: number): string | null => {
    return count === 0 ? null : toDecimal(inDollars(total.charged, count), { least: 2, places: 9 })
  }
  return {
    period: {
      from: range.from,
      to: range.to,
      begins: range.begins.toISOString(),
      ends: range.ends.toISOString(),
      timeZone: range.timeZone,
    },
    today: toWireToday(budget),
    total: sums,
    messages,
    modelMessages: report.modelMessages,
    users: report.users,
    conversations: report.conversations,
    resolved: report.resolved,
    per: {
      messageUsd: per(messages),
      userUsd: per(report.users),
      conversationUsd: per(report.conversations),
      resolutionUsd: per(report.resolved),
    },
    wouldHaveCostMicroDollars: report.wouldHaveCost,
    saved: optionalNumber(savedOf(report)),
    tiers: tiers.map((tier) => {
      const own = report.tiers.find((each) => each.tier === tier)?.messages ?? 0
      return { tier, messages: own, share: optionalNumber(shareOf(own, messages)) }
    }),
    by: Object.fromEntries(spendGroups.map((group) => [group, report.by[group].map(toWireLine)])) as Record<
      SpendGroup,
      WireSpendLine[]
    >,
    misroutes: report.misroutes.map(({ intent, tier, messages: own, disliked, advanced }) => ({
      intent,
      tier,
      messages: own,
      disliked,
      dislikedRate: optionalNumber(shareOf(disliked, own)) ?? 0,
      advanced,
      advancedRate: optionalNumber(shareOf(advanced, own)) ?? 0,
    })),
    embeddings: { costMicroDollars: report.embeddings },
    verdicts: verdictsOf(report),
  }
}

const tiers = [0, 1, 2, 3, 4]

function toWireToday({ day, limit, held, spent, unconfirmed, calls }: Budget): WireSpend['today'] {
  return {
    day,
    limitMicroDollars: limit,
    spentMicroDollars: spent,
    heldMicroDollars: held,
    unconfirmedMicroDollars: unconfirmed,
    leftMicroDollars: Math.max(0, limit - spent - held),
    calls,
    shareUsed: optionalNumber(shareOf(spent + held, limit)),
  }
}

function toWireLine(line: SpendLine): WireSpendLine {
  return {
    name: line.name,
    calls: line.calls,
    costMicroDollars: line.charged,
    heldMicroDollars: line.held,
    unconfirmedMicroDollars: line.unconfirmed,
    inputTokens: line.inputTokens,
    outputTokens: line.outputTokens,
  }
}

function inDollars(microDollars: number, count: number): Exact {
  return fraction(microDollars, BigInt(count) * 1_000_000n)
}

function shareOf(part: number, whole: number): Exact | undefined {
  return whole === 0 ? undefined : fraction(part, whole)
}

function savedOf({ total, wouldHaveCost }: SpendReport): Exact | undefined {
  return wouldHaveCost === 0 ? undefined : minus(one, over(fraction(total.charged), fraction(wouldHaveCost)))
}

function optionalNumber(value: Exact | undefined): number | null {
  return value === undefined ? null : toNumber(value)
}

function verdictsOf(report: SpendReport): WireSpend['verdicts'] {
  const { messages } = report
  const low = report.tiers.filter(({ tier }) => tier <= 2).reduce((count, each) => count + each.messages, 0)
  const verdicts = measuredVerdicts({
    costPerMessage: messages === 0 ? undefined : inDollars(report.total.charged, messages),
    modelCallRate: shareOf(report.modelMessages, messages),
    lowTierShare: shareOf(low, messages),
    saving: savedOf(report),
    quality: report.score === undefined ? undefined : fraction(Math.round(report.score * 1e6), 1_000_000),
    simpleSeconds: report.easyMs === undefined ? undefined : fraction(Math.round(report.easyMs), 1000),
  })
  return verdicts.map(({ name, about, value, measured, target, isKept }) => ({
    name,
    about,
    value: value ?? null,
    measured: measured ?? null,
    target,
    pass: isKept ?? null,
  }))
}

/** Whether it is what `toWireSpend` writes; the fields within come from the same place. */
export function isWireSpend(value: unknown): value is WireSpend {
  if (typeof value !== 'object' || value === null) return false
  return ['period', 'today', 'total', 'per', 'tiers', 'by', 'misroutes', 'verdicts'].every((name) => name in value)
}
