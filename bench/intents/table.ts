import type { Measured } from './measured.ts'

interface Column {
  readonly title: string
  readonly value: (measured: Measured) => number | undefined
  readonly decimals: number
}

const inPercent = (share: number | undefined): number | undefined => (share === undefined ? undefined : share * 100)

const columns: readonly Column[] = [
  { title: 'accuracy %', value: ({ judgement }) => inPercent(judgement.accuracy), decimals: 2 },
  { title: 'named %', value: ({ judgement }) => inPercent(judgement.named), decimals: 2 },
  { title: 'macro-F1 %', value: ({ judgement }) => inPercent(judgement.macroF1), decimals: 2 },
  { title: 'ECE', value: ({ judgement }) => judgement.ece, decimals: 3 },
  { title: 'cov@99 %', value: ({ judgement }) => inPercent(judgement.coverageAt['0.99']), decimals: 1 },
  { title: 'cov@98 %', value: ({ judgement }) => inPercent(judgement.coverageAt['0.98']), decimals: 1 },
  { title: 'cov@95 %', value: ({ judgement }) => inPercent(judgement.coverageAt['0.95']), decimals: 1 },
  { title: 'oos AUROC %', value: ({ judgement }) => inPercent(judgement.auroc), decimals: 2 },
  { title: 'train CPU s', value: ({ trainSeconds }) => trainSeconds, decimals: 1 },
  { title: 'µs p50', value: ({ judgement }) => judgement.microseconds.p50, decimals: 0 },
  { title: 'µs p99', value: ({ judgement }) => judgement.microseconds.p99, decimals: 0 },
  { title: 'file MB', value: ({ bytes }) => bytes / 1e6, decimals: 2 },
  { title: 'load ms', value: ({ loadMs }) => loadMs, decimals: 1 },
  { title: 'memory MB', value: ({ megabytes }) => megabytes, decimals: 0 },
]

/** A table of text: a line for each contender, ours first. */
export function tableOf(measured: readonly Measured[]): string {
  const rows = [
    ['', ...columns.map(({ title }) => title)],
    ...measured.map((one) => [one.name, ...columns.map((column) => shown(column.value(one), column.decimals))]),
  ]
  return aligned(rows)
}

/** Cells under one another, the first column to the left. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const padded = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
  return rows.map((row) => row.map(padded).join('  ').trimEnd()).join('\n')
}

/** A figure, or a dash where there is none. */
export function shown(value: number | undefined, decimals: number): string {
  return value === undefined || Number.isNaN(value) ? '-' : value.toFixed(decimals)
}
