import { describe, expect, test } from 'vitest'
import { budgetDay, isZone, laterDay } from '../../../src/budget/day.ts'
import type { BudgetDay } from '../../../src/core/budget.ts'

const day = (instant: string, zone: string): string => budgetDay(new Date(instant), zone)

test.each([
  ['2026-11-21T23:59:59.999Z', 'UTC', '2026-11-21'],
  ['2026-11-22T00:00:00.000Z', 'UTC', '2026-11-22'],
  ['2026-11-21T14:59:59.999Z', 'Asia/Tokyo', '2026-11-21'],
  ['2026-11-21T15:00:00.000Z', 'Asia/Tokyo', '2026-11-22'],
  ['2026-11-22T04:59:59.999Z', 'America/New_York', '2026-11-21'],
  ['2026-06-22T03:59:59.999Z', 'America/New_York', '2026-06-21'],
  ['2026-06-22T04:00:00.000Z', 'America/New_York', '2026-06-22'],
  ['2024-02-29T10:14:59.999Z', 'Pacific/Kiritimati', '2024-03-01'],
  ['1970-01-01T00:00:00.000Z', 'Asia/Kathmandu', '1970-01-01'],
])('at %s it is in %s the %s', (instant, zone, expected) => {
  expect(day(instant, zone)).toBe(expected)
})

test.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'europe/berlin'])(
  '%s is a zone',
  (name) => expect(isZone(name)).toBe(true),
)

test.each(['', 'Mars/Olympus', '+02:00', 'Europe', 'Europe/Berlin ', 'UTC+2', "'; drop table budget_days", '\0'])(
  '"%s" is no zone',
  (name) => expect(isZone(name)).toBe(false),
)

// Of these Intl knows each; Postgres does not, or takes it for an abbreviation without summer time, or for another place.
test.each(['CET', 'eet', 'MET', 'WET', 'PST', 'CST', 'IST', 'BST', 'ACT', 'AET', 'ECT', 'CTT', 'US/Pacific-New'])(
  '%s is no zone, because Postgres reads it otherwise',
  (name) => {
    expect(() => new Intl.DateTimeFormat('en', { timeZone: name })).not.toThrow()
    expect(isZone(name)).toBe(false)
  },
)

test('every zone that this machine lists is one', () => {
  expect(Intl.supportedValuesOf('timeZone').filter((name) => !isZone(name))).toEqual([])
})

test('a date that is none is refused', () => {
  expect(() => budgetDay(new Date(Number.NaN), 'UTC')).toThrow(RangeError)
})

// Clock changes as the IANA database has them: instants at which two clock readings around midnight differ.
describe('clocks that go back over midnight', () => {
  test.each([
    // 2010-11-07, one minute past midnight: back by an hour, to one minute past eleven of the day before.
    ['America/Goose_Bay', '2010-11-07T03:00:30Z', '2010-11-07T03:01:00Z', '2010-11-07', '2010-11-06'],
    ['America/St_Johns', '2010-11-07T02:30:30Z', '2010-11-07T02:31:00Z', '2010-11-07', '2010-11-06'],
    // 2010-03-05 at two in the morning: back by three hours, to eleven in the evening of the day before.
    ['Antarctica/Casey', '2010-03-04T14:59:59Z', '2010-03-04T15:00:00Z', '2010-03-05', '2010-03-04'],
  ])('in %s the day stays the later one', (zone, ...moments) => {
    const [before, after, later, earlier] = moments
    const days = [day(before, zone), day(after, zone)] as BudgetDay[]

    expect(days).toEqual([later, earlier])
    expect(days.reduce(laterDay)).toBe(later)
  })
})

test.each([
  ['Pacific/Apia', '2011-12-30T09:59:59Z', '2011-12-30T10:00:00Z', '2011-12-29', '2011-12-31'],
  ['Pacific/Fakaofo', '2011-12-30T10:59:59Z', '2011-12-30T11:00:00Z', '2011-12-29', '2011-12-31'],
  ['Pacific/Kwajalein', '1993-08-21T11:59:59Z', '1993-08-21T12:00:00Z', '1993-08-20', '1993-08-22'],
  ['Pacific/Kiritimati', '1994-12-31T09:59:59Z', '1994-12-31T10:00:00Z', '1994-12-30', '1995-01-01'],
])('in %s a date that never was is skipped', (zone, ...moments) => {
  const [before, after, last, first] = moments
  expect([day(before, zone), day(after, zone)]).toEqual([last, first])
})

const minute = 60_000
const hour = 60 * minute
const halfMonth = 15 * 24 * hour

/** What the clock on the wall is ahead of UTC, in milliseconds. */
function createOffset(zone: string): (at: number) => number {
  const wall = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  })
  return (at) => Date.parse(`${wall.format(at).replace(' ', 'T')}Z`) - at
}

/** The instants from 1970 to 2037 from which on a zone's offset is another, to the second. */
function transitionsOf(zone: string): number[] {
  const offset = createOffset(zone)
  const found: number[] = []
  const end = Date.UTC(2038, 0, 1)
  for (let [at, last] = [0, offset(0)]; at < end; at += halfMonth) {
    const next = offset(at + halfMonth)
    if (next === last) continue
    found.push(firstWith(offset, at, at + halfMonth))
    last = next
  }
  return found
}

/** The first second after `from` whose offset is another than that of `from`, by halving. */
function firstWith(offset: (at: number) => number, from: number, to: number): number {
  const first = offset(from)
  let [same, other] = [from, to]
  while (other - same > 1000) {
    const middle = Math.floor((same + other) / 2000) * 1000
    if (offset(middle) === first) same = middle
    else other = middle
  }
  return other
}

/** Around a clock change: every hour of the days beside it, and the seconds and the quarters of an hour next to it. */
function instantsAround(at: number): number[] {
  const hours = Array.from({ length: 61 }, (_, index) => at + (index - 30) * hour)
  const close = [-15 * minute, -minute, -1000, -1, 1, 1000, minute, 15 * minute].map((distance) => at + distance)
  return [...hours, ...close].sort((one, other) => one - other)
}

/** Follows a zone through one of its clock changes: whether the computed date went back, and which day began again. */
function follow(zone: string, step: number): { wentBack: boolean; reopened: string | undefined } {
  const over = new Set<string>()
  let open = budgetDay(new Date(step - 31 * hour), zone)
  let wentBack = false
  for (const at of instantsAround(step)) {
    const computed = budgetDay(new Date(at), zone)
    wentBack ||= computed < open
    const now = laterDay(open, computed)
    if (now !== open) over.add(open)
    if (over.has(now) || !/^\d{4}-\d\d-\d\d$/.test(computed)) return { wentBack, reopened: `${zone} ${computed}` }
    open = now
  }
  return { wentBack, reopened: undefined }
}

test('through every clock change of every zone from 1970 to 2037, a day that is over never begins again', () => {
  const zones = Intl.supportedValuesOf('timeZone')
  const reopened: string[] = []
  const wentBack = new Set<string>()
  let changes = 0
  for (const zone of zones) {
    for (const step of transitionsOf(zone)) {
      const followed = follow(zone, step)
      changes += 1
      if (followed.wentBack) wentBack.add(zone)
      if (followed.reopened !== undefined) reopened.push(followed.reopened)
    }
  }

  expect(reopened).toEqual([])
  expect([...wentBack]).toEqual(expect.arrayContaining(['America/Goose_Bay', 'America/St_Johns', 'Antarctica/Casey']))
  expect(zones.length).toBeGreaterThan(400)
  expect(changes).toBeGreaterThan(19_000)
}, 20_000)
