import { printDollars, type MicroDollars } from '../../src/core/money.ts'
import type { MeasureComparison } from '../../src/simulation/ab-test.ts'
import type { Compared } from './ab-test.ts'
import { left, printCount, printShare, printTable, right } from './format.ts'

/** A comparison as JSON. */
export function toWireAbReport(compared: Compared): object {
  const { a, b, isPolicy, task, messages, spent, stopped, report, notes } = compared
  return {
    a,
    b,
    task: isPolicy ? 'replay' : task,
    messages,
    pairs: report.pairs,
    seed: report.seed,
    spentMicroDollars: spent,
    stopped: stopped ?? null,
    measures: report.measures.map((each) => ({
      name: each.name,
      about: each.about,
      unit: each.unit,
      pairs: each.pairs,
      a: rounded(each.meanA),
      b: rounded(each.meanB),
      difference: rounded(each.difference),
      interval: each.interval?.map(rounded) ?? null,
      tInterval: each.tInterval?.map(rounded) ?? null,
      chance: rounded(each.chance),
      better: each.better ?? null,
    })),
    usdPerFurtherRight: report.dollarsPerFurtherRight === undefined ? null : rounded(report.dollarsPerFurtherRight),
    notes,
  }
}

/** Twelve figures after the point: exact enough for a mean of micro-dollars, and short. */
function rounded(value: number): number {
  return Math.round(value * 1e12) / 1e12
}

/** A comparison for people. */
export function printAbReport(compared: Compared): string {
  const { a, b, messages, spent, stopped, report, isPolicy, notes } = compared
  const rows = report.measures.map((each) => [
    each.about,
    printValue(each.meanA, each),
    printValue(each.meanB, each),
    printValue(each.difference, each),
    each.interval === undefined ? '-' : each.interval.map((value) => printValue(value, each)).join(' to '),
    each.chance.toFixed(3),
  ])
  const parts = [
    `a: ${a}, b: ${b}; ${printCount(report.pairs, 'pair')} of ${printCount(messages, 'message')}; seed ${report.seed}${isPolicy ? '; nothing was called' : `; spent ${printDollars(spent as MicroDollars)}`}\n`,
    stopped === undefined ? '' : `It ended early: ${stopped}.\n`,
    rows.length === 0
      ? 'Fewer than two pairs: nothing can be compared.\n'
      : printTable(
          [left('measure'), right('a'), right('b'), right('b less a'), right('95 % interval'), right('chance')],
          rows,
        ),
    report.measures.map((each) => `${verdictOf(each, compared)}\n`).join(''),
    report.dollarsPerFurtherRight === undefined
      ? ''
      : `Each further right answer of b costs ${printAmount(report.dollarsPerFurtherRight)}.\n`,
    notes.map((note) => `${note}\n`).join(''),
  ]
  return parts.filter((part) => part !== '').join('\n')
}

function verdictOf(each: MeasureComparison, { a, b }: Compared): string {
  if (each.better === undefined) return `${each.about}: no difference shown by ${printCount(each.pairs, 'pair')}.`
  const size = printValue(Math.abs(each.difference), each)
  return `${each.about}: ${each.better === 'a' ? a : b} is better by ${size}.`
}

function printValue(value: number, { unit }: Pick<MeasureComparison, 'unit'>): string {
  if (unit === 'share') return printShare(value)
  if (unit === 'ms') return `${Math.round(value)} ms`
  return printAmount(value)
}

/** A mean of money: a statistic, not a bill, so it may have a part of a micro-dollar. */
function printAmount(dollars: number): string {
  const digits = Math.abs(dollars)
    .toFixed(8)
    .replace(/0{1,6}$/, '')
  return `${dollars < 0 && Number(digits) > 0 ? '-' : ''}$${digits}`
}
