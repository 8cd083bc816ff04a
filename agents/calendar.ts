const dayMs = 86_400_000
const printed = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' })

/** The calendar day of an instant, in UTC: `2026-11-21`. */
export function dayOf(instant: Date): string {
  return instant.toISOString().slice(0, 10)
}

/** Whole days from one calendar day to the other; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / dayMs)
}

/** `2026-11-21` as `21 November 2026`. */
export function printDay(day: string): string {
  return printed.format(new Date(`${day}T00:00:00Z`))
}
