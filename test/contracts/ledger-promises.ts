import { expect, test } from 'vitest'
import type { Bill } from '../../src/core/budget.ts'
import { known, scope, type LedgerBench } from './ledger-bench.ts'

const nothing: Bill = { kind: 'nothing' }
const unknown: Bill = { kind: 'unknown' }

/** What a ledger promises of one day's money. */
export function moneyPromises(bench: () => LedgerBench): void {
  test('what is reserved is held, then spent as billed', async () => {
    const id = await bench().reserve({ amount: 400 })
    expect(await bench().money()).toEqual([400, 0, 0])

    expect(await bench().ledger.dispatch(id)).toBe('dispatched')
    expect(await bench().money()).toEqual([400, 0, 0])

    expect(await bench().ledger.settle(id, known(150))).toBe(150)
    expect(await bench().ledger.on()).toEqual({
      day: '2026-11-21',
      limit: 1000,
      held: 0,
      spent: 150,
      unconfirmed: 0,
      calls: 1,
    })
  })

  test('the limit is reached to the micro-dollar and not passed', async () => {
    await bench().reserve({ amount: 999 })

    const over = await bench().ledger.reserve(bench().request({ amount: 2 }))
    await bench().reserve({ amount: 1 })

    expect(over).toEqual({ kind: 'refused', scope: scope(1000), left: 1 })
    expect(await bench().money()).toEqual([1000, 0, 0])
  })

  test('a reservation needs room in every scope, and the first one without is named', async () => {
    const scopes = [
      scope(500, 'request', 'm1'),
      scope(300, 'user', 'web:u1'),
      scope(200, 'model', 'haiku'),
      scope(1000),
    ]

    const refused = await bench().ledger.reserve(bench().request({ amount: 301, scopes }))

    expect(refused).toEqual({ kind: 'refused', scope: scopes[1], left: 300 })
    expect(await bench().money()).toEqual([0, 0, 0])
    await bench().reserve({ amount: 200, scopes })
    const full = await bench().ledger.reserve(bench().request({ amount: 1, scopes }))
    expect(full).toEqual({ kind: 'refused', scope: scopes[2], left: 0 })
  })

  test('one limit named twice counts once, at its lower value', async () => {
    const scopes = [scope(1000), scope(700)]

    const refused = await bench().ledger.reserve(bench().request({ amount: 701, scopes }))
    await bench().reserve({ amount: 700, scopes })

    expect(refused).toEqual({ kind: 'refused', scope: scopes[1], left: 700 })
    expect(await bench().money()).toEqual([700, 0, 0])
  })

  test('the same reservation twice holds once, also after its end', async () => {
    const request = bench().request({ amount: 400 })
    const first = await bench().ledger.reserve(request)

    const second = await bench().ledger.reserve(request)
    expect([first, second]).toEqual([1, 2].map(() => ({ kind: 'reserved', id: request.id, day: '2026-11-21' })))
    expect(await bench().money()).toEqual([400, 0, 0])

    await bench().ledger.release(request.id)
    await bench().ledger.reserve(request)
    expect(await bench().money()).toEqual([0, 0, 0])
    expect(await bench().ledger.dispatch(request.id)).toBe('lost')
  })

  test('a reservation is sent once', async () => {
    const id = await bench().send({ amount: 400 })

    expect(await bench().ledger.dispatch(id)).toBe('lost')
    expect(await bench().ledger.dispatch('never reserved')).toBe('lost')
    expect(await bench().money()).toEqual([400, 0, 0])
  })

  test('what was sent is not given back by a release, what was not sent is, once', async () => {
    const sent = await bench().send({ amount: 400 })
    const unsent = await bench().reserve({ amount: 300 })

    for (const id of [sent, unsent, unsent, 'never reserved']) await bench().ledger.release(id)

    expect(await bench().money()).toEqual([400, 0, 0])
    expect(await bench().ledger.dispatch(unsent)).toBe('lost')
  })

  test('a call that was not billed costs nothing and is not counted', async () => {
    const id = await bench().send({ amount: 400 })

    expect(await bench().ledger.settle(id, nothing)).toBe(0)

    expect(await bench().ledger.on()).toMatchObject({ held: 0, spent: 0, unconfirmed: 0, calls: 0 })
  })

  test('a call whose end is unknown costs its bound until its bill comes, which counts once', async () => {
    const id = await bench().send({ amount: 400 })

    expect(await bench().ledger.settle(id, unknown)).toBe(400)
    expect(await bench().ledger.settle(id, unknown)).toBe(400)
    expect(await bench().money()).toEqual([0, 400, 400])

    expect(await bench().ledger.settle(id, known(70))).toBe(70)
    expect(await bench().ledger.settle(id, known(90))).toBe(70)
    expect(await bench().ledger.settle(id, unknown)).toBe(70)
    expect(await bench().ledger.settle(id, nothing)).toBe(70)
    expect(await bench().money()).toEqual([0, 70, 0])
  })

  test('late proof that a call was not billed gives its bound back', async () => {
    const id = await bench().send({ amount: 400 })
    await bench().ledger.settle(id, unknown)

    expect(await bench().ledger.settle(id, nothing)).toBe(0)

    expect(await bench().ledger.on()).toMatchObject({ held: 0, spent: 0, unconfirmed: 0, calls: 0 })
  })

  test('a bill above the bound is kept exactly, and nothing more is allowed', async () => {
    const id = await bench().send({ amount: 400 })

    expect(await bench().ledger.settle(id, known(1_234))).toBe(1_234)

    expect(await bench().money()).toEqual([0, 1_234, 0])
    expect(await bench().ledger.reserve(bench().request({ amount: 1 }))).toMatchObject({ kind: 'refused', left: 0 })
  })

  test('a bill for what was never sent is charged all the same', async () => {
    const reserved = await bench().reserve({ amount: 400 })
    const released = await bench().reserve({ amount: 300 })
    await bench().ledger.release(released)

    expect(await bench().ledger.settle(reserved, known(30))).toBe(30)
    expect(await bench().ledger.settle(released, known(7))).toBe(7)

    expect(await bench().ledger.on()).toMatchObject({ held: 0, spent: 37, unconfirmed: 0, calls: 2 })
  })

  test.each([Number.NaN, Infinity, -1, 0.5, 1e21, 10_000_000_000_001])(
    'a bill with a %d is charged at the bound',
    async (wrong) => {
      const bills: Bill[] = [known(wrong)]
      for (const field of ['input', 'cached', 'cacheWrite', 'output'] as const) {
        const bill = known(1)
        if (bill.kind === 'known') bills.push({ ...bill, usage: { ...bill.usage, [field]: wrong } })
      }

      for (const bill of bills) expect(await bench().ledger.settle(await bench().send({ amount: 100 }), bill)).toBe(100)

      expect(await bench().money()).toEqual([0, 500, 500])
    },
  )

  test('a lowered limit counts at once, below what is spent too', async () => {
    await bench().ledger.settle(await bench().send({ amount: 600 }), known(600))
    bench().limit = 500

    expect(await bench().ledger.reserve(bench().request({ amount: 1 }))).toMatchObject({ kind: 'refused', left: 0 })
    expect(await bench().ledger.on()).toMatchObject({ limit: 500, spent: 600 })

    bench().limit = 601
    await bench().reserve({ amount: 1 })
  })

  test('a call that costs nothing is kept, and never refused for money', async () => {
    await bench().ledger.settle(await bench().send({ amount: 600 }), known(600))
    bench().limit = 0

    const id = await bench().send({ amount: 0, facts: { model: 'local', tier: 1 } })
    await bench().ledger.settle(id, known(0))

    expect(await bench().ledger.on()).toMatchObject({ limit: 0, held: 0, spent: 600, calls: 2 })
    expect(await bench().call(id)).toMatchObject({ model: 'local', tier: 1, state: 'settled' })
  })

  test('a limit of calls counts those under way, whatever they cost, and not those given back', async () => {
    const scopes = [{ ...scope(1000, 'model', 'cloud'), callLimit: 2 }, scope(1000)]
    const first = await bench().reserve({ amount: 0, scopes })
    await bench().send({ amount: 10, scopes })

    const third = await bench().ledger.reserve(bench().request({ amount: 0, scopes }))
    await bench().ledger.release(first)
    await bench().reserve({ amount: 0, scopes })

    expect(third).toEqual({ kind: 'refused', scope: scopes[0], left: 990 })
  })

  test('tenants share the day of the installation and nothing else', async () => {
    const scopes = [scope(100, 'user', 'web:u1'), scope(1000)]
    await bench().reserve({ amount: 100, scopes })

    await bench().reserve({ amount: 100, scopes, facts: { tenant: 'other' } })

    expect(await bench().ledger.reserve(bench().request({ amount: 1, scopes }))).toMatchObject({ kind: 'refused' })
    expect(await bench().money()).toEqual([200, 0, 0])
  })

  test.each(['model', 'purpose'] as const)('a limit of a %s is one for all tenants', async (kind) => {
    const scopes = [scope(100, kind, 'x'), scope(1000)]
    await bench().reserve({ amount: 100, scopes })

    const other = bench().request({ amount: 1, scopes, facts: { tenant: 'other' } })

    expect(await bench().ledger.reserve(other)).toEqual({ kind: 'refused', scope: scopes[0], left: 0 })
  })

  test.each([Number.NaN, -1, 0.5, Infinity, 2 ** 53])('an amount of %d is refused with an error', async (wrong) => {
    const { ledger } = bench()

    await expect(ledger.reserve(bench().request({ amount: wrong }))).rejects.toThrow(RangeError)
    await expect(ledger.reserve(bench().request({ amount: 1, scopes: [scope(wrong)] }))).rejects.toThrow(RangeError)
    await expect(ledger.reserve(bench().request({ amount: 1, leaseMs: wrong }))).rejects.toThrow(RangeError)
    await expect(ledger.settle('never reserved', unknown)).rejects.toThrow(RangeError)
  })

  test('of fifty reservations at once with room for thirty-three, thirty-three are held', async () => {
    const ledgers = Array.from({ length: 50 }, () => bench().open('UTC'))

    const answers = await Promise.all(ledgers.map((ledger) => ledger.reserve(bench().request({ amount: 30 }))))

    expect(answers.filter((answer) => answer.kind === 'reserved')).toHaveLength(33) // 33 × 30 = 990
    expect(await bench().money()).toEqual([990, 0, 0])
  })

  test('everything known of a call is kept, in whatever characters', async () => {
    const facts = {
      tenant: `o'tenant`,
      message: '\0\uD800',
      author: '$1',
      conversation: '🙂'.repeat(2000),
      intent: '"; --',
    }
    const id = await bench().send({
      id: `it's "one"`,
      amount: 400,
      facts,
      scopes: [scope(400, 'user', '\0'), scope(1000)],
    })
    bench().pass(1_250)
    await bench().ledger.settle(id, known(150))

    const row = await bench().call(id)
    expect(row).toMatchObject({
      ...facts,
      message: '\uFFFD\uFFFD',
      day: '2026-11-21',
      channel: 'web',
      purpose: 'answer',
    })
    expect(row).toMatchObject({
      model: 'haiku',
      provider: 'anthropic',
      wire_name: 'haiku-1',
      tier: 2,
      prices: 'prices-1',
    })
    expect(row).toMatchObject({ state: 'settled', billed_model: 'billed-model' })
    const numbers = [
      'bound',
      'cost',
      'input_tokens',
      'cached_tokens',
      'cache_write_tokens',
      'output_tokens',
      'duration_ms',
    ]
    expect(numbers.map((name) => Number(row[name]))).toEqual([400, 150, 12, 3, 4, 5, 1_250])
  })
}
