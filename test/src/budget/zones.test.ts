import { expect, test } from 'vitest'
import { isZone } from '../../../src/budget/day.ts'
import { openEmptyDatabase } from '../../store.ts'

const day = 24 * 60 * 60 * 1000
/** The same hour of every eighth day of 2026, both sides of every change of a clock. */
const instants = Array.from({ length: 46 }, (_, index) => Date.UTC(2026, 0, 1) + index * 8 * day)

/** What the clock on the wall shows by Intl, to the second. */
function clocksOf(zone: string): readonly string[] {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  return instants.map((instant) => clock.format(instant))
}

const clocks = `
  select z.zone, array_agg(to_char(to_timestamp(i.at::float8 / 1000) at time zone z.zone, 'YYYY-MM-DD HH24:MI:SS') order by i.at::float8) as times
  from jsonb_array_elements_text($1::jsonb) as z (zone), jsonb_array_elements($2::jsonb) as i (at)
  group by z.zone`

test('every name that Intl or Postgres lists and that is a zone has the same clock in both', async () => {
  const database = await openEmptyDatabase()
  const listed = await database.query('select name from pg_timezone_names')
  const names = new Set([...Intl.supportedValuesOf('timeZone'), ...listed.map(({ name }) => String(name))])
  const zones = [...names].filter(isZone)

  const rows = await database.query(clocks, [JSON.stringify(zones), JSON.stringify(instants)])
  await database.close()

  expect(
    rows.filter(({ zone, times }) => String(times) !== clocksOf(String(zone)).join()).map(({ zone }) => zone),
  ).toEqual([])
  expect(rows.length).toBe(zones.length)
  expect(rows.length).toBeGreaterThan(450)
})
