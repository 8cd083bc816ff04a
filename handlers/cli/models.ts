import type { AdjustmentDecision } from '../../src/core/adjustment.ts'
import type { CliCommand } from '../../src/core/cli.ts'
import { UsageError } from '../../src/core/errors.ts'
import { printDollars } from '../../src/core/money.ts'
import type { ModelPerformance } from '../../src/core/spending.ts'
import { openProposals, type MeanCost, type Proposal } from '../../src/routing/proposals.ts'
import { fraction, minus, toDecimal, type Exact } from '../../src/simulation/exact.ts'
import { parseArguments, refuseFiles, textOf } from './arguments.ts'
import { left, printCount, printShare, printTable, right } from './format.ts'

/** How models have done, what could change, and what people decided. */
export interface ModelsSource {
  /** Since so many days. */
  performance(days: number): Promise<readonly ModelPerformance[]>
  proposals(days: number): Promise<readonly Proposal[]>
  decisions(): Promise<readonly AdjustmentDecision[]>
  decide(proposal: Proposal, state: AdjustmentDecision['state']): Promise<void>
  close(): Promise<void>
}

const example = 'tuppence models --days 30'

const help = `Usage: tuppence models [--days 30] [--approve ID | --reject ID] [--json]

How each model has done, and which intents another tier may suit better. Nothing is ever changed without --approve.

  --days N       the last N days, 1 to 366; 30 when absent
  --approve ID   messages of that intent take the proposed tier from now on
  --reject ID    the proposal is not shown again
  --json         one JSON object: {days, models, proposals, decisions}

A larger tier is proposed where at least 30 % of 20 or more answers were disliked or asked of the large model, a smaller
one where at most 2 % of 100 or more were.
models: {model, tier, purposes, calls, successRate, latencyMs: {p50, p95}, score, costMicroDollars, answered, resolved,
perAnsweredUsd, perResolvedUsd}; proposals: {id, intent, from, to, messages, disliked, advanced, because,
perMessageUsd: {present, proposed, change}}. Rates and scores are 0..1, money per something is a string of dollars.

Example: ${example}
`

/** `tuppence models`. @param open opens the store */
export function createModelsCommand(open: () => Promise<ModelsSource>): CliCommand {
  return {
    summary: 'how each model has done, and which tiers could change',
    help,
    async run(args, io) {
      const parsed = parseArguments(args, 'models', {
        days: { type: 'string' },
        approve: { type: 'string' },
        reject: { type: 'string' },
      })
      refuseFiles(parsed, example)
      const days = daysOf(textOf(parsed, 'days') ?? '30')
      const [approve, reject] = [textOf(parsed, 'approve'), textOf(parsed, 'reject')]
      if (approve !== undefined && reject !== undefined)
        throw new UsageError('--approve and --reject stand together; decide about one proposal at a time.')
      const source = await open()
      try {
        const id = approve ?? reject
        if (id !== undefined) {
          const proposal = await decide({ id, state: approve === undefined ? 'rejected' : 'approved', days }, source)
          io.stdout.write(`${proposal}\n`)
          return 0
        }
        const decisions = await source.decisions()
        const proposals = openProposals(await source.proposals(days), decisions)
        const shown = { days, models: await source.performance(days), decisions, proposals }
        io.stdout.write(parsed.values['json'] === true ? `${JSON.stringify(toWire(shown))}\n` : print(shown))
      } finally {
        await source.close()
      }
      return 0
    },
  }
}

interface Shown {
  readonly days: number
  readonly models: readonly ModelPerformance[]
  readonly proposals: readonly Proposal[]
  readonly decisions: readonly AdjustmentDecision[]
}

function daysOf(given: string): number {
  const days = /^\d{1,3}$/.test(given) ? Number(given) : 0
  if (days >= 1 && days <= 366) return days
  throw new UsageError(`--days is "${given}"; write a whole number from 1 to 366, for example --days 30.`)
}

interface Decision {
  readonly id: string
  readonly state: AdjustmentDecision['state']
  readonly days: number
}

async function decide({ id, state, days }: Decision, source: ModelsSource): Promise<string> {
  const proposals = await source.proposals(days)
  const found = proposals.find((proposal) => proposal.id === id)
  if (found === undefined) {
    const known = proposals.length === 0 ? 'there is none' : `known: ${proposals.map((each) => each.id).join(', ')}`
    throw new UsageError(`There is no proposal "${id}" of the last ${days} days; ${known}.`)
  }
  await source.decide(found, state)
  return state === 'approved'
    ? `Approved: messages of ${found.intent} for tier ${found.from} go to tier ${found.to}.`
    : `Rejected: messages of ${found.intent} stay at tier ${found.from}.`
}

function toWire({ days, models, proposals, decisions }: Shown): object {
  return {
    days,
    models: models.map(({ cost, ...model }) => ({
      ...model,
      score: model.score ?? null,
      costMicroDollars: cost,
      perAnsweredUsd: dollarsPer(cost, model.answered),
      perResolvedUsd: dollarsPer(cost, model.resolved),
    })),
    proposals: proposals.map(({ cost, ...proposal }) => ({ ...proposal, perMessageUsd: toWireCost(cost) })),
    decisions: decisions.map((decision) => ({ ...decision, at: decision.at.toISOString() })),
  }
}

function toWireCost({ present, proposed }: Proposal['cost']): object {
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

function print({ days, models, proposals, decisions }: Shown): string {
  if (models.length === 0 && proposals.length === 0)
    return `No model was asked in the last ${printCount(days, 'day')}: every answer was free.\n`
  const numbers = ['tier', 'calls', 'answered', 'p50', 'p95', 'checks', 'cost', 'an answer', 'a resolution']
  const parts = [
    printTable([left('model'), ...numbers.map(right)], models.map(toCells)),
    proposals.length === 0 ? 'No change of a tier is proposed.\n' : proposals.map(printProposal).join('\n'),
    decisions.length === 0
      ? ''
      : printTable(
          [left('decided'), left(''), left('by'), left('on')],
          decisions.map(({ id, state, by, at }) => [id, state, by, at.toISOString().slice(0, 10)]),
        ),
  ]
  return parts.filter((part) => part !== '').join('\n')
}

function toCells({ model, tier, calls, successRate, latencyMs, score, cost, answered, resolved }: ModelPerformance) {
  const per = (count: number): string => {
    const value = dollarsPer(cost, count)
    return value === null ? '-' : `$${value}`
  }
  return [
    model,
    String(tier),
    calls.toLocaleString('en-US'),
    printShare(successRate),
    `${Math.round(latencyMs.p50)} ms`,
    `${Math.round(latencyMs.p95)} ms`,
    score === undefined ? '-' : score.toFixed(2),
    printDollars(cost),
    per(answered),
    per(resolved),
  ]
}

function printProposal({ id, because, from, to, cost: { present, proposed } }: Proposal): string {
  const there = proposed === undefined ? 'is not known yet' : `is $${dollars(meanOf(proposed))} on average`
  return [
    `${id}: tier ${to} instead of tier ${from}. ${because}.\n`,
    `  The cost of a message is $${dollars(meanOf(present))}; at tier ${to} it ${there}.\n`,
    `  tuppence models --approve ${id}   or   --reject ${id}\n`,
  ].join('')
}
