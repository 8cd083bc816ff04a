import { estimateNote } from '../../src/simulation/estimated-tokens.ts'
import { compare, minus, toNumber, zero, type Exact } from '../../src/simulation/exact.ts'
import type { ReplayedMessage } from '../../src/simulation/replay.ts'
import {
  savingOf,
  type ReplayLine,
  type ReplaySummary,
  type SingleModel,
} from '../../src/simulation/summarize-replay.ts'
import { left, printCount, printShare, printTable, right } from './format.ts'
import { dollars, printVerdicts, toWireVerdict } from './scenario-report.ts'

/** One policy with what the messages cost under it. */
export interface Replayed {
  readonly name: string
  readonly messages: readonly ReplayedMessage[]
  readonly summary: ReplaySummary
}

/** What is compared, and what a reader should know. */
export interface ReplayReport {
  readonly today: Replayed
  readonly changed: Replayed | undefined
  readonly notes: readonly string[]
}

/** A replay as JSON: money as strings of dollars, shares as numbers of 0 to 1. */
export function toWireReplay({ today, changed, notes }: ReplayReport): object {
  return {
    note: estimateNote,
    notes,
    today: toWireReplayed(today),
    ...(changed === undefined
      ? {}
      : {
          changed: toWireReplayed(changed),
          difference: {
            costUsd: dollars(minus(changed.summary.cost, today.summary.cost)),
            modelMessages: changed.summary.modelMessages - today.summary.modelMessages,
            otherRoute: countMoved(today, changed),
          },
        }),
  }
}

function toWireReplayed({ summary, messages }: Replayed): object {
  return {
    messages: summary.messages,
    costUsd: dollars(summary.cost),
    perMessageUsd: summary.perMessage === undefined ? null : dollars(summary.perMessage),
    modelMessages: summary.modelMessages,
    shortOfMoney: summary.shortOfMoney,
    byTier: summary.byTier.map(toWireLine),
    byRoute: summary.byRoute.map(toWireLine),
    byModel: summary.byModel.map(toWireLine),
    byDay: summary.byDay.map(toWireLine),
    agreement: summary.agreement ?? null,
    baselines: {
      cheapest: toWireSingle(summary, summary.cheapest),
      dearest: toWireSingle(summary, summary.dearest),
    },
    verdicts: summary.verdicts.map(toWireVerdict),
    each: messages.map(toWireMessage),
  }
}

function toWireLine({ name, messages, calls, cost }: ReplayLine): object {
  return { name, messages, calls, costUsd: dollars(cost) }
}

function toWireSingle({ cost }: ReplaySummary, single: SingleModel | undefined): object | null {
  const saving = savingOf(cost, single)
  if (single === undefined || saving === undefined) return null
  return { model: single.model, costUsd: dollars(single.cost), saving: toNumber(saving) }
}

function toWireMessage(each: ReplayedMessage): object {
  const { message, route } = each
  return {
    text: message.text,
    ...(message.at === undefined ? {} : { at: message.at.toISOString() }),
    ...(message.user === undefined ? {} : { user: message.user }),
    intent: each.intent,
    confidence: Math.round(each.confidence * 1e6) / 1e6,
    effort: each.effort,
    tier: each.tier,
    budgetLevel: each.level,
    route: route.kind,
    because: route.because,
    calls: each.calls.map(({ model, tier, purpose, tokens, cost }) => ({
      model,
      tier,
      purpose,
      inputTokens: tokens.input,
      outputTokens: tokens.output,
      costUsd: dollars(cost),
    })),
    costUsd: dollars(each.cost),
  }
}

/** A replay for people. */
export function printReplay({ today, changed, notes }: ReplayReport): string {
  const parts = [
    ...[today, ...(changed === undefined ? [] : [changed])].map(printPolicy),
    changed === undefined ? '' : printChange(today, changed),
    notes.map((note) => `${note}\n`).join(''),
    `${estimateNote}\nA model that is asked what a message means is taken to agree with its label, or with the likeliest intent; a written answer is taken to be used.\n`,
  ]
  return parts.filter((part) => part !== '').join('\n')
}

function printPolicy({ name, summary }: Replayed): string {
  const { agreement, messages } = summary
  const share = (count: number): string => (messages === 0 ? '-' : printShare(count / messages))
  return [
    `${name}: ${printCount(messages, 'message')}, $${dollars(summary.cost)}; ${printCount(summary.modelMessages, 'message')} (${share(summary.modelMessages)}) would reach a model\n`,
    printTable(
      [left('tier'), right('messages'), right('share'), right('calls'), right('cost')],
      summary.byTier.map((line) => [...cells(line, share(line.messages))]),
    ),
    printTable(
      [left('route'), right('messages'), right('share'), right('calls'), right('cost')],
      summary.byRoute.map((line) => [...cells(line, share(line.messages))]),
    ),
    summary.byModel.length === 0
      ? ''
      : printTable(
          [left('model'), right('messages'), right('share'), right('calls'), right('cost')],
          summary.byModel.map((line) => [...cells(line, share(line.messages))]),
        ),
    agreement === undefined
      ? ''
      : `Of ${printCount(agreement.labelled, 'labelled message')}, ${agreement.free.toLocaleString('en-US')} would be answered free, ${agreement.right.toLocaleString('en-US')} of them as labelled.\n`,
    summary.shortOfMoney === 0
      ? ''
      : `For ${printCount(summary.shortOfMoney, 'message')} a model was left out for the money.\n`,
    printSingles(summary),
    printVerdicts(summary.verdicts),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function cells({ name, messages, calls, cost }: ReplayLine, share: string): readonly string[] {
  return [name, messages.toLocaleString('en-US'), share, calls.toLocaleString('en-US'), `$${dollars(cost)}`]
}

function printSingles({ cost, cheapest, dearest }: ReplaySummary): string {
  const row = (what: string, single: SingleModel | undefined): readonly string[][] => {
    const saving = savingOf(cost, single)
    return single === undefined || saving === undefined
      ? []
      : [[what, single.model, `$${dollars(single.cost)}`, printShare(toNumber(saving))]]
  }
  const rows = [...row('cheapest only', cheapest), ...row('dearest only', dearest)]
  if (rows.length === 0) return 'No priced model of the catalogue can answer, so there is nothing to compare with.\n'
  return printTable([left('compared with'), left('model'), right('cost'), right('saved')], rows)
}

function printChange(today: Replayed, changed: Replayed): string {
  const difference = minus(changed.summary.cost, today.summary.cost)
  const order = compare(difference, zero)
  const amount = `$${dollars(magnitude(difference))}`
  const change = order === 0 ? 'costs the same' : order < 0 ? `costs ${amount} less` : `costs ${amount} more`
  return `The change ${change} and sends ${printCount(countMoved(today, changed), 'message')} another way.\n`
}

function magnitude(value: Exact): Exact {
  return value.numerator < 0n ? { ...value, numerator: -value.numerator } : value
}

/** Messages whose route or models differ. */
function countMoved(today: Replayed, changed: Replayed): number {
  const way = ({ route, calls, intent }: ReplayedMessage): string =>
    JSON.stringify([route.kind, intent, calls.map(({ model, purpose }) => [model, purpose])])
  const ways = changed.messages.map(way)
  return today.messages.filter((each, index) => way(each) !== ways[index]).length
}
