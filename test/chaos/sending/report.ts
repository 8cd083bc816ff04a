import type { SendingReport } from './run.ts'

/** Whether each question that was taken has exactly one reply, in order, and a twin was seen only where the platform was late. */
export function isKept(report: SendingReport): boolean {
  const { acknowledged, exactlyOneReply, lost, doubled, outOfOrder, astray, twins, mishaps } = report
  const faults = [lost, doubled, outOfOrder, astray].flat().length
  return faults === 0 && exactlyOneReply === acknowledged && twins <= (mishaps['late-accept'] ?? 0)
}

/** The report as a table in Markdown. */
export function tableOf(report: SendingReport): string {
  const { lost, doubled, outOfOrder, astray, mishaps, ...rest } = report
  const faults = { lost: lost.length, doubled: doubled.length, outOfOrder: outOfOrder.length, astray: astray.length }
  const lines = Object.entries({ ...rest, ...faults, ...mishaps }).map(([name, value]) => `| ${name} | ${value} |\n`)
  return `| | |\n| --- | --- |\n${lines.join('')}`
}
