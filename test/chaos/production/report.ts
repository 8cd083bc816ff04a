import type { ProductionReport } from './run.ts'

/** Whether each question that was taken has exactly one reply, in order, and a twin was seen only where the platform was late. */
export function isKept(report: ProductionReport): boolean {
  const { acknowledged, exactlyOneReply, lost, doubled, outOfOrder, astray } = report
  return exactlyOneReply === acknowledged && [lost, doubled, outOfOrder, astray].flat().length === 0
}

/** The report as a table in Markdown. */
export function tableOf(report: ProductionReport): string {
  const { lost, doubled, outOfOrder, astray, mishaps, disturbances, ...rest } = report
  const faults = { lost: lost.length, doubled: doubled.length, outOfOrder: outOfOrder.length, astray: astray.length }
  const rows = Object.entries({ ...rest, ...faults, ...disturbances, ...mishaps })
  return `| | |\n| --- | --- |\n${rows.map(([name, value]) => `| ${name} | ${value} |\n`).join('')}`
}
