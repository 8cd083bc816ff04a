import type { CliCommand } from '../../src/core/cli.ts'
import { UsageError } from '../../src/core/errors.ts'
import { printDollars, type MicroDollars } from '../../src/core/money.ts'
import type { WireDecision, WireModel, WireModels, WireProposal } from '../../src/simulation/wire-models.ts'
import { parseArguments, refuseFiles, textOf } from './arguments.ts'
import { left, printCount, printShare, printTable, right } from './format.ts'

/** What a person decides about a proposal of the last `days`. */
export interface TierDecision {
  readonly id: string
  readonly decision: 'approve' | 'reject'
  readonly days: number
}

/** Where figures come from and decisions go: the bot that runs, or the store itself. */
export interface ModelsSource {
  /** Of the last `days`. */
  read(days: number): Promise<WireModels>
  /** @throws UsageError when there is no such proposal */
  decide(decision: TierDecision): Promise<WireDecision>
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
models: {model, tier, purposes, calls, successRate, latencyMs: {p50, p95}, score, scored, costMicroDollars, answered,
resolved, perAnsweredUsd, perResolvedUsd}; proposals: {id, intent, from, to, messages, disliked, advanced, because,
perMessageUsd: {present, proposed, change}}. Rates and scores are 0..1, money per something is a string of dollars; null is what nobody
knows, such as the rate of a model that was asked for no message.

While a bot runs on the same data folder, the command asks that one, which follows a decision from the next message on;
otherwise it opens the store itself.

Example: ${example}
`

/** `tuppence models`. @param open reaches the bot that runs, or opens the store */
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
          const decision = approve === undefined ? 'reject' : 'approve'
          io.stdout.write(printDecision(await source.decide({ id, decision, days })))
          return 0
        }
        const shown = await source.read(days)
        io.stdout.write(parsed.values['json'] === true ? `${JSON.stringify(shown)}\n` : print(shown))
      } finally {
        await source.close()
      }
      return 0
    },
  }
}

function daysOf(given: string): number {
  const days = /^\d{1,3}$/.test(given) ? Number(given) : 0
  if (days >= 1 && days <= 366) return days
  throw new UsageError(`--days is "${given}"; write a whole number from 1 to 366, for example --days 30.`)
}

function printDecision({ state, intent, from, to }: WireDecision): string {
  return state === 'approved'
    ? `Approved: messages of ${intent} for tier ${from} go to tier ${to}.\n`
    : `Rejected: messages of ${intent} stay at tier ${from}.\n`
}

function print({ days, models, proposals, decisions }: WireModels): string {
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
          decisions.map(({ id, state, by, at }) => [id, state, by, at.slice(0, 10)]),
        ),
  ]
  return parts.filter((part) => part !== '').join('\n')
}

function toCells(model: WireModel): readonly string[] {
  const dollars = (value: string | null): string => (value === null ? '-' : `$${value}`)
  const milliseconds = (value: number | undefined): string => (value === undefined ? '-' : `${Math.round(value)} ms`)
  return [
    model.model,
    String(model.tier),
    model.calls.toLocaleString('en-US'),
    model.successRate === null ? '-' : printShare(model.successRate),
    milliseconds(model.latencyMs?.p50),
    milliseconds(model.latencyMs?.p95),
    model.score === null ? '-' : model.score.toFixed(2),
    printDollars(model.costMicroDollars as MicroDollars),
    dollars(model.perAnsweredUsd),
    dollars(model.perResolvedUsd),
  ]
}

function printProposal({ id, because, from, to, perMessageUsd: { present, proposed } }: WireProposal): string {
  const there = proposed === null ? 'is not known yet' : `is $${proposed} on average`
  return [
    `${id}: tier ${to} instead of tier ${from}. ${because}.\n`,
    `  The cost of a message is $${present}; at tier ${to} it ${there}.\n`,
    `  tuppence models --approve ${id}   or   --reject ${id}\n`,
  ].join('')
}
