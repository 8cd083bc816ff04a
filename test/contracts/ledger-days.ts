import { expect, test } from 'vitest'
import { budgetDay, laterDay } from '../../src/budget/day.ts'
import type { BudgetDay } from '../../src/core/budget.ts'
import { known, scope, type LedgerBench } from './ledger-bench.ts'

/** What a ledger promises of midnight. */
export function dayPromises(bench: () => LedgerBench): void {
  const at = (instant: string): void => {
    bench().at = new Date(instant)
  }

  test('every day begins with nothing spent, and the days before stay as they were', async () => {
    await bench().ledger.settle(await bench().send({ amount: 900 }), known(900))
    bench().limit = 50
    at('2026-11-22T00:00:00Z')

    expect(await bench().ledger.on()).toMatchObject({ day: '2026-11-22', limit: 50, spent: 0 })
    const yesterday = await bench().ledger.on('2026-11-21' as BudgetDay)

    expect(yesterday).toEqual({ day: '2026-11-21', limit: 1000, held: 0, spent: 900, unconfirmed: 0, calls: 1 })
  })

  test('what was reserved before midnight is not sent after it, and holds nothing', async () => {
    at('2026-11-21T23:59:59Z')
    const id = await bench().reserve({ amount: 400 })
    at('2026-11-22T00:00:00Z')

    expect(await bench().ledger.dispatch(id)).toBe('lost')

    expect(await bench().money('2026-11-21')).toEqual([0, 0, 0])
    expect(await bench().money()).toEqual([0, 0, 0])
  })

  test('a call in flight at midnight counts on both days, in all its scopes, and stays charged on both', async () => {
    const scopes = [scope(500, 'user', 'web:u1'), scope(1000)]
    at('2026-11-21T23:59:59Z')
    const id = await bench().send({ amount: 400, scopes })
    at('2026-11-22T00:00:01Z')

    const refusals = [
      await bench().ledger.reserve(bench().request({ amount: 101, scopes })),
      await bench().ledger.reserve(bench().request({ amount: 601 })),
    ]
    expect(refusals.map((refusal) => refusal.kind === 'refused' && refusal.left)).toEqual([100, 600])
    expect(await bench().money()).toEqual([0, 400, 0])

    expect(await bench().ledger.settle(id, known(70))).toBe(70)
    expect(await bench().money('2026-11-21')).toEqual([0, 70, 0])
    expect(await bench().money()).toEqual([0, 70, 0])
  })

  test('a call that is forfeited after midnight is unconfirmed on both days, and corrected on both', async () => {
    at('2026-11-21T23:59:30Z')
    const id = await bench().send({ amount: 400, leaseMs: 60_000 })
    at('2026-11-22T08:00:00Z') // the first step since

    expect(await bench().money()).toEqual([0, 400, 400])
    expect(await bench().money('2026-11-21')).toEqual([0, 400, 400])

    await bench().ledger.settle(id, known(1))
    expect(await bench().money()).toEqual([0, 1, 0])
    expect(await bench().money('2026-11-21')).toEqual([0, 1, 0])
  })

  test('a call hung up on before midnight, which the provider may still bill after it, counts on both days', async () => {
    at('2026-11-21T23:59:30Z')
    const id = await bench().send({ amount: 400, leaseMs: 60_000 })
    await bench().ledger.settle(id, { kind: 'unknown' })
    at('2026-11-22T00:00:00Z')

    expect(await bench().money()).toEqual([0, 400, 400])
    await bench().ledger.settle(id, { kind: 'nothing' })
    expect(await bench().money()).toEqual([0, 0, 0])
    expect(await bench().money('2026-11-21')).toEqual([0, 0, 0])
  })

  test('what was over before midnight does not weigh on the new day', async () => {
    at('2026-11-21T23:58:00Z')
    await bench().send({ amount: 400, leaseMs: 60_000 }) // its process is dead
    await bench().ledger.settle(await bench().send({ amount: 100 }), known(100))
    at('2026-11-22T00:00:00Z')

    expect(await bench().money()).toEqual([0, 0, 0])
    expect(await bench().money('2026-11-21')).toEqual([0, 500, 400])
  })

  test('a call that lasts through two midnights counts on three days', async () => {
    at('2026-11-21T23:00:00Z')
    const id = await bench().send({ amount: 400, leaseMs: 30 * 3_600_000 })
    const days = ['2026-11-22T01:00:00Z', '2026-11-23T01:00:00Z']

    for (const day of days) {
      at(day)
      expect(await bench().money()).toEqual([0, 400, 0])
    }
    await bench().ledger.settle(id, known(9))

    for (const day of ['2026-11-21', '2026-11-22', '2026-11-23']) expect(await bench().money(day)).toEqual([0, 9, 0])
  })

  test('a clock set forward and back opens no day a second time', async () => {
    at('2026-11-22T00:10:00Z')
    await bench().ledger.settle(await bench().send({ amount: 1000 }), known(1000))
    at('2026-11-21T23:50:00Z')

    const refused = await bench().ledger.reserve(bench().request({ amount: 1 }))

    expect(refused).toMatchObject({ kind: 'refused', left: 0 })
    expect((await bench().ledger.on()).day).toBe('2026-11-22')
  })

  test.each([
    [
      'America/Goose_Bay',
      '2010-11-07T02:30:00Z',
      '2010-11-07T03:00:30Z',
      '2010-11-07T03:01:30Z',
      '2010-11-07T04:00:30Z',
    ],
    [
      'America/St_Johns',
      '2010-11-07T02:00:00Z',
      '2010-11-07T02:30:30Z',
      '2010-11-07T02:31:30Z',
      '2010-11-07T03:30:30Z',
    ],
    [
      'Antarctica/Casey',
      '2010-03-04T12:00:00Z',
      '2010-03-04T13:00:30Z',
      '2010-03-04T15:00:30Z',
      '2010-03-04T16:00:30Z',
    ],
  ])('in %s, where a date came twice, its money comes once', async (zone, evening, ...night) => {
    bench().ledger = bench().open(zone)
    at(evening)
    const before = (await bench().ledger.on()).day
    const granted: string[] = []

    for (const instant of night) {
      at(instant)
      const reservation = await bench().ledger.reserve(bench().request({ amount: 1000 }))
      if (reservation.kind === 'refused') continue
      granted.push(reservation.day)
      await bench().ledger.dispatch(reservation.id)
      await bench().ledger.settle(reservation.id, known(1000))
    }

    expect(granted).toHaveLength(1)
    expect(granted[0] ?? '' > before).toBeTruthy()
  })

  test.each([
    ['Pacific/Apia', '2011-12-30T09:59:59Z', '2011-12-29', '2011-12-30T10:00:00Z', '2011-12-31'],
    ['Pacific/Kwajalein', '1993-08-21T11:59:59Z', '1993-08-20', '1993-08-21T12:00:00Z', '1993-08-22'],
  ])('in %s, where a date never was, a call in flight is still counted on the next one', async (zone, ...moments) => {
    const [before, last, after, first] = moments
    bench().ledger = bench().open(zone)
    at(before)
    await bench().send({ amount: 400 })
    at(after)

    expect(await bench().ledger.on()).toMatchObject({ day: first, spent: 400 })
    expect(await bench().money(last)).toEqual([400, 0, 0])
  })

  test('another zone counts from the next day on', async () => {
    bench().ledger = bench().open('America/New_York')
    at('2026-11-21T16:00:00Z') // noon in New York, the 22nd in Tokyo already an hour later
    await bench().ledger.settle(await bench().send({ amount: 1000 }), known(1000))
    bench().ledger = bench().open('Asia/Tokyo')

    at('2026-11-22T04:59:59Z')
    expect((await bench().ledger.on()).day).toBe('2026-11-21')
    at('2026-11-22T05:00:00Z') // midnight in New York
    expect((await bench().ledger.on()).day).toBe('2026-11-22')
    at('2026-11-22T15:00:00Z') // midnight in Tokyo
    expect((await bench().ledger.on()).day).toBe('2026-11-23')
  })

  test('a zone nobody knows spends nothing', async () => {
    const lost = bench().open('Mars/Olympus')

    await expect(lost.reserve(bench().request({ amount: 1 }))).rejects.toThrow(/Mars\/Olympus/)
  })

  test('the database and budgetDay agree on the day, in every zone at every hour of a year', async () => {
    const zones = Intl.supportedValuesOf('timeZone')
    const start = Date.UTC(2026, 10, 21)

    const rows = await bench().database.query(
      `select z.zone, min(('2026-11-21T00:00:00Z'::timestamptz + h.hour * interval '1 hour')::text) as first
       from jsonb_array_elements_text($1::jsonb) as z (zone), generate_series(0, 8783, 36) as h (hour),
         lateral (select (('2026-11-21T00:00:00Z'::timestamptz + h.hour * interval '1 hour') at time zone z.zone)::date::text as day) d
       where d.day <> ($2::jsonb -> z.zone ->> (h.hour / 36))
       group by z.zone`,
      [
        JSON.stringify(zones),
        JSON.stringify(
          Object.fromEntries(
            zones.map((zone) => [
              zone,
              Array.from({ length: 244 }, (_, index) => budgetDay(new Date(start + index * 36 * 3_600_000), zone)),
            ]),
          ),
        ),
      ],
    )

    expect(rows).toEqual([])
  })

  test('the day of the ledger is the later of budgetDay and the day before, through a year of New York', async () => {
    bench().ledger = bench().open('America/New_York')
    let expected = '' as BudgetDay
    for (let hour = 0; hour < 366 * 24; hour += 25) {
      bench().at = new Date(Date.UTC(2026, 0, 1, hour))
      expected = laterDay(expected, budgetDay(bench().at, 'America/New_York'))
      expect((await bench().ledger.on()).day).toBe(expected)
    }
  })
}
