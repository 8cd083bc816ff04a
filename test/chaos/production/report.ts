import type { ProductionReport } from './run.ts'

/** Whether each question that was taken has exactly one reply, in order, and neither the bill nor the books pass the limit. */
export function isKept({ money, ...report }: ProductionReport): boolean {
  const { acknowledged, exactlyOneReply, lost, doubled, outOfOrder, astray } = report
  const isAnswered = exactlyOneReply === acknowledged && [lost, doubled, outOfOrder, astray].flat().length === 0
  return isAnswered && money.billed <= money.spent && money.spent + money.held <= money.dailyLimit
}

/** The report as a table in Markdown. */
export function tableOf(report: ProductionReport): string {
  const { lost, doubled, outOfOrder, astray, mishaps, disturbances, money, ...rest } = report
  const faults = { lost: lost.length, doubled: doubled.length, outOfOrder: outOfOrder.length, astray: astray.length }
  const rows = Object.entries({ ...rest, ...faults, ...money, ...disturbances, ...mishaps })
  return `| | |\n| --- | --- |\n${rows.map(([name, value]) => `| ${name} | ${value} |\n`).join('')}`
}
