/** A day and its hour by the clocks of a time zone: `2026-11-27 14:05`. */
export function printInstant(instant: Date, timeZone: string): string {
  // Swedish writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(instant)
}

/** The hour by the clocks of a time zone, with what people there call it: `14:05 UTC`, `15:05 CET`, `09:05 GMT-5`. */
export function printHour(instant: Date, timeZone: string): string {
  const named = { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' } as const
  return new Intl.DateTimeFormat('en-GB', { timeZone, ...named }).format(instant)
}
