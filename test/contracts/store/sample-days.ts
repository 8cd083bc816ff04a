import { afterEach, expect, test } from 'vitest'
import { noon, type Bench } from './bench.ts'

/** Days before and after the one on which the sample was planted, in UTC; -3 from 21 November is 18 November. */
const expected = {
  placedOn: '2026-11-18',
  dueOn: '2026-11-23',
  paidOn: '2026-11-18',
  issuedOn: '2026-11-18',
  renewsOn: '2026-12-03',
}

/** A day stays that day, wherever the server stands. */
export function samplePromises(bench: () => Bench): void {
  const zone = process.env['TZ']
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
  })

  test.each([
    ['UTC', 0, '00:00:00.001'],
    ['Pacific/Kiritimati', -840, '23:59:59.999'],
    ['America/Los_Angeles', 480, '00:30:00.000'],
    ['Asia/Kathmandu', -345, '18:20:00.000'],
  ])('the sample has the same days in %s', async (timeZone, offsetMinutes, time) => {
    process.env['TZ'] = timeZone
    bench().clock.at = new Date(`2026-11-21T${time}Z`)
    expect(noon.getTimezoneOffset()).toBe(offsetMinutes) // the zone counts in this process

    await bench().plantSample()

    const { store, tenant } = bench()
    const { orders, payments, invoices } = await store.customers.records(tenant, 'c-ada')
    const ada = await store.customers.byId(tenant, 'c-ada')
    const [order] = orders.filter(({ id }) => id === '1043')
    const found = {
      placedOn: order?.placedOn,
      dueOn: order?.dueOn,
      paidOn: payments.find(({ id }) => id === 'pay-1043')?.on,
      issuedOn: invoices.find(({ id }) => id === 'INV-2043')?.on,
      renewsOn: ada?.planRenewsOn,
    }
    expect(found).toEqual(expected)
  })

  test('an instant comes back as the same instant in every zone', async () => {
    process.env['TZ'] = 'America/St_Johns'
    const receivedAt = new Date('2026-11-01T04:29:59.123Z') // inside the hour that occurs twice there
    bench().clock.at = receivedAt

    await bench().accept()
    process.env['TZ'] = 'Asia/Tokyo'

    expect((await bench().claim()).message.receivedAt).toEqual(receivedAt)
  })

  test('records are listed newest first', async () => {
    await bench().plantSample()

    const { orders, payments, invoices } = await bench().store.customers.records(bench().tenant, 'c-ada')

    expect(orders.map(({ id }) => id)).toEqual(['1043', '1042'])
    expect(payments.map(({ id }) => id)).toEqual(['pay-1043', 'pay-1042-b', 'pay-1042-a', 'pay-ada-plus'])
    expect(invoices.map(({ id }) => id)).toEqual(['INV-2043', 'INV-2042'])
  })

  test('a sample planted twice, also at once, is there once and what was changed since stays', async () => {
    await Promise.all([bench().plantSample(), bench().plantSample()])
    await bench().carryOut({ kind: 'cancel-order', order: '1047', customer: 'c-dev' })

    bench().later(86_400_000)
    await bench().plantSample()

    const { orders } = await bench().store.customers.records(bench().tenant, 'c-dev')
    expect(orders.map(({ id, state, placedOn }) => [id, state, placedOn])).toEqual([
      ['1047', 'cancelled', '2026-11-20'],
      ['1040', 'shipped', '2026-11-16'],
    ])
  })

  test('a key of the installation is made once and stays', async () => {
    const name = `key-${bench().tenant}`

    const keys = await Promise.all([bench().store.secret(name), bench().store.secret(name), bench().store.secret(name)])

    expect(new Set(keys).size).toBe(1)
    expect(Buffer.from(keys[0], 'base64url')).toHaveLength(32)
    expect(await bench().store.secret(`${name}-other`)).not.toBe(keys[0])
  })
}
