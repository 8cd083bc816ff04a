import { expect, test } from 'vitest'
import { createAlerts } from '../../adapters/store/alerts.ts'
import { createInbox } from '../../adapters/store/inbox.ts'
import type { ReservationRequest } from '../../src/core/budget.ts'
import type { HourOfSpending } from '../../src/core/alert.ts'
import { anyMessage } from '../models.ts'
import { known, type LedgerBench } from './ledger-bench.ts'

type Facts = Partial<ReservationRequest['facts']>

/** What is promised of the figures in which spikes are searched. All times are written as the budget's zone has them. */
export function hourPromises(bench: () => LedgerBench): void {
  /** A call that was made then and cost so much; calls are made in the order of time, as in life. */
  async function spent(at: string, cost: number, facts: Facts = {}): Promise<void> {
    bench().at = new Date(at)
    bench().limit = 1_000_000
    const id = await bench().send({ amount: cost, facts })
    await bench().ledger.settle(id, known(cost))
  }

  async function hourAt(at: string, zone = 'UTC'): Promise<HourOfSpending> {
    bench().at = new Date(at)
    return await createAlerts(bench().database, { now: () => bench().at, zone }).hour()
  }

  test('without a call there is an hour of nothing', async () => {
    expect(await hourAt('2026-11-21T14:30:00Z')).toEqual({
      day: '2026-11-21',
      hour: 14,
      cost: 0,
      calls: 0,
      usual: [],
      topUserShare: 0,
      repeatShare: 0,
      meanTier: 0,
      usualMeanTier: undefined,
    })
  })

  test('this hour holds its own paid calls: bills, bounds of what is under way, nothing that was taken back', async () => {
    await spent('2026-11-21T13:59:59.999Z', 1000)
    await spent('2026-11-21T14:00:00Z', 200)
    bench().at = new Date('2026-11-21T14:20:00Z')
    await bench().send({ amount: 30 })
    await bench().ledger.release(await bench().reserve({ amount: 500 }))
    const unproven = await bench().send({ amount: 4 })
    await bench().ledger.settle(unproven, { kind: 'unknown' })
    const local = await bench().send({ amount: 0, scopes: [], facts: { tier: 1 } })
    await bench().ledger.settle(local, known(0))

    await spent('2026-11-21T15:00:00Z', 8000) // by a process whose clock is ahead

    expect(await hourAt('2026-11-21T14:30:00Z')).toMatchObject({ cost: 234, calls: 3 }) // 200 + 30 + 4
  })

  test('the usual is the same hour of each of the last fourteen days with calls, nothing where they came at other times', async () => {
    await spent('2026-11-06T14:30:00Z', 900) // fifteen days ago
    await spent('2026-11-07T14:00:00Z', 70)
    await spent('2026-11-07T14:59:59Z', 5)
    await spent('2026-11-08T00:00:00Z', 60) // calls, but none in this hour
    await spent('2026-11-18T23:59:59Z', 60) // the same
    await spent('2026-11-20T13:59:59Z', 60)
    await spent('2026-11-20T14:20:00Z', 300)
    await spent('2026-11-20T15:00:00Z', 60)
    await spent('2026-11-21T02:00:00Z', 60) // today is no earlier day

    expect((await hourAt('2026-11-21T14:10:00Z')).usual).toEqual([75, 0, 0, 300])
  })

  test('hours are those of the zone, also where it is half an hour off', async () => {
    // In Kolkata, five and a half hours ahead, 20:00 begins at 14:30 UTC.
    await spent('2026-11-20T14:29:59Z', 1)
    await spent('2026-11-20T14:30:00Z', 20)
    await spent('2026-11-20T15:29:59Z', 300)
    await spent('2026-11-20T15:30:00Z', 4000)
    await spent('2026-11-21T14:29:59Z', 50_000)
    await spent('2026-11-21T14:30:00Z', 6)

    expect(await hourAt('2026-11-21T14:45:00Z', 'Asia/Kolkata')).toMatchObject({
      day: '2026-11-21',
      hour: 20,
      cost: 6,
      calls: 1,
      usual: [320],
    })
  })

  test('a day is the day of the zone: half past midnight in Auckland is still yesterday in London', async () => {
    await spent('2026-11-19T11:10:00Z', 7) // 00:10 on the 20th in Auckland, thirteen hours ahead
    await spent('2026-11-20T11:10:00Z', 8)

    expect(await hourAt('2026-11-20T11:30:00Z', 'Pacific/Auckland')).toMatchObject({
      day: '2026-11-21',
      hour: 0,
      cost: 8,
      usual: [7],
    })
  })

  test('the same hour stays the same on the clock when summer time ends in between', async () => {
    // In Berlin 09:00 was 07:00 UTC until 2026-10-25 and is 08:00 UTC since.
    await spent('2026-10-24T07:00:00Z', 10)
    await spent('2026-10-24T07:59:59Z', 200)
    await spent('2026-10-24T08:00:00Z', 3000)
    await spent('2026-10-26T08:30:00Z', 5)

    expect(await hourAt('2026-10-26T08:59:00Z', 'Europe/Berlin')).toMatchObject({ hour: 9, cost: 5, usual: [210] })
    expect((await hourAt('2026-11-07T08:59:00Z', 'Europe/Berlin')).usual).toEqual([210, 5]) // the first is 14 days ago
  })

  test('an hour that comes twice is told as the one it is, sixty minutes long', async () => {
    // On 2026-10-25 Berlin has 02:00 to 03:00 from 00:00 UTC on, and once more from 01:00 UTC on.
    await spent('2026-10-24T00:30:00Z', 40)
    await spent('2026-10-25T00:30:00Z', 100)

    const first = await hourAt('2026-10-25T00:45:00Z', 'Europe/Berlin')
    await spent('2026-10-25T01:30:00Z', 7)
    const second = await hourAt('2026-10-25T01:45:00Z', 'Europe/Berlin')

    expect([first, second].map(({ hour, cost, usual }) => [hour, cost, usual])).toEqual([
      [2, 100, [40]],
      [2, 7, [40]],
    ])
  })

  test('a day on which the clocks skip this hour has sixty minutes for it all the same', async () => {
    // On 2026-03-29 Berlin goes from 02:00 to 03:00, at 01:00 UTC; what came in the sixty minutes from there stands for 02:00.
    await spent('2026-03-29T01:10:00Z', 30)
    await spent('2026-03-30T00:10:00Z', 5)

    expect(await hourAt('2026-03-30T00:30:00Z', 'Europe/Berlin')).toMatchObject({ hour: 2, cost: 5, usual: [30] })
  })

  test('the share of the dearest user is theirs on one channel, in money', async () => {
    await spent('2026-11-21T14:00:00Z', 100, { channel: 'web', author: 'anna' })
    await spent('2026-11-21T14:01:00Z', 500, { channel: 'web', author: 'bob' })
    await spent('2026-11-21T14:02:00Z', 100, { channel: 'web', author: 'bob' })
    await spent('2026-11-21T14:03:00Z', 300, { channel: 'slack', author: 'bob' })

    expect((await hourAt('2026-11-21T14:30:00Z')).topUserShare).toBeCloseTo(0.6, 9) // 600 of 1000
  })

  test('texts that repeat are counted by message, whatever their case and however many calls each took', async () => {
    await spent('2026-11-21T14:00:00Z', 1)
    const inbox = createInbox(
      bench().database,
      () => bench().at,
      () => 'unused',
    )
    const texts = ['Buy now', 'buy NOW', 'buy now', 'Where is my order?']
    for (const [index, text] of texts.entries()) {
      const message = { ...anyMessage, id: `m-${index}`, conversation: `c-${index}`, text }
      await inbox.accept(message)
      const facts = { tenant: message.tenant, message: message.id }
      await spent('2026-11-21T14:01:00Z', 1, facts)
      await spent('2026-11-21T14:01:30Z', 1, facts)
    }

    expect((await hourAt('2026-11-21T14:30:00Z')).repeatShare).toBeCloseTo(0.5, 9) // two texts in four messages
  })

  test('the mean tier is that of this hour, and of this hour on the other days', async () => {
    await spent('2026-11-19T14:00:00Z', 1, { tier: 2 })
    await spent('2026-11-19T15:00:00Z', 1, { tier: 4 }) // another hour
    await spent('2026-11-20T14:00:00Z', 1, { tier: 2 })
    await spent('2026-11-20T14:00:01Z', 1, { tier: 3 })
    await spent('2026-11-21T14:00:00Z', 1, { tier: 4 })
    await spent('2026-11-21T14:00:01Z', 1, { tier: 3 })

    const { meanTier, usualMeanTier } = await hourAt('2026-11-21T14:30:00Z')

    expect(meanTier).toBeCloseTo(3.5, 9)
    expect(usualMeanTier).toBeCloseTo(7 / 3, 9)
  })
}
