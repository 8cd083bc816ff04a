import { expect, test } from 'vitest'
import { known, type LedgerBench } from './ledger-bench.ts'

/** What a ledger promises of those who never come back. */
export function leasePromises(bench: () => LedgerBench): void {
  test('what is not sent within ten seconds comes back, however long its lease', async () => {
    const id = await bench().reserve({ amount: 1000 })

    bench().pass(9_999)
    expect(await bench().money()).toEqual([1000, 0, 0])
    bench().pass(1)

    await bench().reserve({ amount: 1000 })
    expect(await bench().ledger.dispatch(id)).toBe('lost')
    expect(await bench().ledger.settle(id, { kind: 'unknown' })).toBe(0)
    expect(await bench().money()).toEqual([1000, 0, 0])
  })

  test('a shorter lease ends sooner', async () => {
    const id = await bench().reserve({ amount: 1000, leaseMs: 500 })
    bench().pass(500)

    expect(await bench().ledger.dispatch(id)).toBe('lost')
    expect(await bench().money()).toEqual([0, 0, 0])
  })

  test('what was sent and never settled stays charged at its bound, as unconfirmed', async () => {
    const id = await bench().send({ amount: 400, leaseMs: 60_000 })

    bench().pass(59_999)
    await bench().ledger.on()
    expect(await bench().money()).toEqual([400, 0, 0])
    bench().pass(1)
    await bench().ledger.on()

    expect(await bench().call(id)).toMatchObject({ state: 'forfeited' })
    expect(await bench().money()).toEqual([0, 400, 400])
    expect(await bench().ledger.settle(id, known(25))).toBe(25)
    expect(await bench().money()).toEqual([0, 25, 0])
  })

  test('a thousand calls begun and given up leave nothing held', async () => {
    const begin = async (number: number): Promise<void> => {
      const id = await bench().reserve({ amount: 1 })
      if (number % 2 === 0) await bench().ledger.release(id)
    }

    await Promise.all(Array.from({ length: 1000 }, (_, number) => begin(number)))
    expect(await bench().money()).toEqual([500, 0, 0])
    bench().pass(10_000)

    expect(await bench().ledger.on()).toMatchObject({ held: 0, spent: 0, unconfirmed: 0, calls: 0 })
  })
}
