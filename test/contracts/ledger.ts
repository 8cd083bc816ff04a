import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../adapters/store/database.ts'
import { LedgerBench } from './ledger-bench.ts'
import { dayPromises } from './ledger-days.ts'
import { leasePromises } from './ledger-leases.ts'
import { moneyPromises } from './ledger-promises.ts'
import { walk } from './ledger-walk.ts'

/** What every ledger promises. One database is opened for all of it and emptied for each test. */
export function ledgerContract(name: string, open: () => Promise<Database>): void {
  describe(`ledger contract: ${name}`, () => {
    let database: Database
    let bench: LedgerBench
    beforeAll(async () => {
      database = await open()
    })
    beforeEach(async () => {
      bench = new LedgerBench(database)
      await bench.empty()
    })
    afterAll(() => database.close())

    describe('money', () => {
      moneyPromises(() => bench)
    })
    describe('leases', () => {
      leasePromises(() => bench)
    })
    describe('days', () => {
      dayPromises(() => bench)
    })

    const seed = Math.floor(Math.random() * 1e9)
    test(`through 20,000 random steps and crashes the books agree with the rules and the provider (seed ${seed})`, async () => {
      const taken = await walk(database, { seed, steps: 20_000 })

      expect(Object.entries(taken).filter(([, times]) => times < 20)).toEqual([])
    }, 240_000)
  })
}
