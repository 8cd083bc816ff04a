import type { BudgetDay } from '../core/budget.ts'

/** Making a formatter takes longer than a thousand uses of it. */
const formatters = new Map<string, Intl.DateTimeFormat>()

/**
 * The calendar date of an instant in a time zone of the IANA database: `2026-11-21`.
 * @throws RangeError when nobody knows the zone, or the instant is no date
 */
export function budgetDay(instant: Date, zone: string): BudgetDay {
  return formatterOf(zone).format(instant) as BudgetDay
}

/** The later of two days. A budget's day never goes back, also where the clocks do: the later one stays. */
export function laterDay(one: BudgetDay, other: BudgetDay): BudgetDay {
  return one > other ? one : other
}

/** The regions of the IANA database, and UTC, which has none. */
const regions = /^(UTC|GMT|(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific)\/.+)$/i

/**
 * Whether the name is one of the IANA database, of a region and a place, which `budgetDay` and Postgres read the same. Fixed
 * offsets such as `+02:00` are not: Postgres takes them the other way round. Nor is any shorter name such as `CET`, which
 * Postgres takes for an abbreviation that knows no summer time, nor the older `US/…`, which some installations of it lack.
 */
export function isZone(name: string): boolean {
  if (!regions.test(name)) return false
  try {
    formatterOf(name)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone)
  if (known !== undefined) return known
  // Swedish writes dates as ISO 8601 does.
  const formatter = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  formatters.set(zone, formatter)
  return formatter
}
