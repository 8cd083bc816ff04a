import type { BudgetDay } from '../core/budget.ts'
import { UsageError } from '../core/errors.ts'
import type { SpendRange } from '../core/spending.ts'
import { budgetDay } from './day.ts'

const examples = 'today, yesterday, 7d, month, 2026-11-21 or 2026-11-01..2026-11-21'
/** More days than a ledger is asked for at once. */
const mostDays = 3660

/**
 * The days a period means: `today`, `yesterday`, `7d` (the last seven, today among them), `month` (since its first), a day, or
 * two days with `..` between, both included.
 * @param now the present, and the time zone in which days begin
 * @throws UsageError with examples
 */
export function parsePeriod(
  period: string,
  { now, timeZone }: { readonly now: Date; readonly timeZone: string },
): SpendRange {
  const today = budgetDay(now, timeZone)
  const [from, to] = daysOf(period.trim().toLowerCase(), today)
  if (from > to) throw new UsageError(`The period ${period} ends before it begins; write the earlier day first.`)
  if (addDays(from, mostDays) < to)
    throw new UsageError(`The period ${period} has more than ${mostDays} days; ask for fewer.`)
  return { from, to, begins: beginOf(from, timeZone), ends: beginOf(addDays(to, 1), timeZone), timeZone }
}

function daysOf(period: string, today: BudgetDay): readonly [BudgetDay, BudgetDay] {
  if (period === 'today') return [today, today]
  if (period === 'yesterday') return [addDays(today, -1), addDays(today, -1)]
  if (period === 'month') return [`${today.slice(0, 8)}01` as BudgetDay, today]
  const last = /^([1-9]\d{0,3})d$/.exec(period)?.[1]
  if (last !== undefined && Number(last) <= mostDays) return [addDays(today, 1 - Number(last)), today]
  const [from = '', to = from, ...more] = period.split('..')
  if (isDay(from) && isDay(to) && more.length === 0) return [from, to]
  throw new UsageError(`There is no period "${period.slice(0, 40)}"; write for example ${examples}.`)
}

/** A date that exists, in a year of four digits that a clock can show. */
function isDay(text: string): text is BudgetDay {
  if (!/^2\d{3}-\d\d-\d\d$/.test(text)) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

function addDays(day: BudgetDay, days: number): BudgetDay {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10) as BudgetDay
}

const hourMs = 3_600_000

/**
 * The first instant of a calendar day. Searched for by halving, because a day may begin at 01:00 where the clocks change at
 * midnight, and no zone is further than 15 hours from UTC.
 */
function beginOf(day: BudgetDay, timeZone: string): Date {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  let before = midnight - 15 * hourMs
  let reached = midnight + 15 * hourMs
  while (reached - before > 1) {
    const middle = Math.floor((before + reached) / 2)
    if (budgetDay(new Date(middle), timeZone) >= day) reached = middle
    else before = middle
  }
  return new Date(reached)
}
