import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createAuditLog } from '../../../adapters/store/audit.ts'
import { createControls } from '../../../adapters/store/controls.ts'
import type { Database } from '../../../adapters/store/database.ts'
import { migrate } from '../../../adapters/store/migrate.ts'
import type { BudgetDay } from '../../../src/core/budget.ts'
import type { ControlChange } from '../../../src/core/controls.ts'
import type { MicroDollars } from '../../../src/core/money.ts'

const at = new Date('2026-11-27T10:00:00.123Z')
const day = '2026-11-27' as BudgetDay

function limit(from: number | undefined, to: number | undefined): ControlChange {
  return { kind: 'limit', from: from as MicroDollars | undefined, to: to as MicroDollars | undefined }
}

function entry(id: string) {
  return { id, at, by: 'slack:T1:U1', place: 'slack T1/C1' }
}

/** What every database promises about the switches of the admins and the record of what they did. */
export function controlsContract(name: string, open: () => Promise<Database>): void {
  describe(`controls contract: ${name}`, () => {
    let database: Database
    let tenant: string
    beforeAll(async () => {
      database = await open()
      await migrate(database)
    })
    beforeEach(() => {
      tenant = `test-${uuidv7()}`
    })
    afterAll(() => database.close())
    const change = (id: string, wanted: ControlChange, whose = tenant) =>
      createControls(database).change(whose, wanted, entry(id))
    const read = (whose = tenant) => createControls(database).read(whose)
    const rows = () => createAuditLog(database).newest(tenant)
    const verify = () => createAuditLog(database).verify(tenant)
    /** As somebody would who has the database in their hands. */
    const tamper = async (statement: string): Promise<void> => {
      await database.query('alter table audit disable trigger audit_kept')
      await database.query(statement, [tenant])
      await database.query('alter table audit enable trigger audit_kept')
    }

    test('nothing is switched at first, and an empty record is whole', async () => {
      expect(await read()).toEqual({ limit: undefined, mode: undefined })
      expect(await verify()).toEqual({ kind: 'whole', rows: 0 })
    })

    test('a change is kept with who made it, of this tenant only', async () => {
      expect(await change('one', limit(undefined, 50_000_000))).toBe('changed')
      expect(await change('two', { kind: 'mode', from: undefined, to: day })).toBe('changed')

      expect(await read()).toEqual({ limit: 50_000_000, mode: day })
      expect(await read(`${tenant}-2`)).toEqual({ limit: undefined, mode: undefined })
      expect(await rows()).toMatchObject([
        { ...entry('two'), seq: 2, action: 'budget.mode', from: 'default', to: day },
        { ...entry('one'), seq: 1, action: 'budget.limit', from: 'default', to: '50000000', previous: '' },
      ])
    })

    test('a switch goes back to what is configured', async () => {
      await change('one', limit(undefined, 0))
      await change('two', limit(0, undefined))

      expect(await read()).toEqual({ limit: undefined, mode: undefined })
      expect((await rows())[0]).toMatchObject({ from: '0', to: 'default' })
    })

    test('of forty times the same change one counts', async () => {
      const results = await Promise.all(Array.from({ length: 40 }, () => change('one', limit(undefined, 7))))

      expect(results.filter((result) => result === 'changed')).toHaveLength(1)
      expect(results.filter((result) => result === 'repeated')).toHaveLength(39)
      expect(await rows()).toHaveLength(1)
    })

    test('of twenty changes from the same value one counts, and the others hear that they were overtaken', async () => {
      const wanted = Array.from({ length: 20 }, (_, index) => change(`number ${index}`, limit(undefined, index + 1)))
      const results = await Promise.all(wanted)

      expect(results.filter((result) => result === 'changed')).toHaveLength(1)
      expect(results.filter((result) => result === 'overtaken')).toHaveLength(19)
      const [row] = await rows()
      expect(String((await read()).limit)).toBe(row?.to)
      expect(await verify()).toEqual({ kind: 'whole', rows: 1 })
    })

    test('a change that was overtaken may be asked for again under its id', async () => {
      await change('one', limit(undefined, 1))

      expect(await change('two', limit(undefined, 2))).toBe('overtaken')
      expect(await change('two', limit(1, 2))).toBe('changed')
      expect(await change('two', limit(1, 2))).toBe('repeated')
    })

    test('the record refuses to be changed or emptied', async () => {
      await change('one', limit(undefined, 1))

      for (const statement of [`update audit set actor = 'nobody'`, 'delete from audit', 'truncate audit'])
        await expect(database.query(statement)).rejects.toThrow('only ever added to')
      expect(await verify()).toEqual({ kind: 'whole', rows: 1 })
    })

    describe('a record of five that somebody tampered with', () => {
      beforeEach(async () => {
        for (const number of [1, 2, 3, 4, 5])
          await change(`change ${number}`, limit(number === 1 ? undefined : number - 1, number))
        expect(await verify()).toEqual({ kind: 'whole', rows: 5 })
      })

      test.each([
        ['id', `id || 'x'`],
        ['at', `at + interval '1 millisecond'`],
        ['actor', `'slack:T1:U2'`],
        ['action', `'budget.mode'`],
        ['place', `'elsewhere'`],
        ['from_value', `'9'`],
        ['to_value', `'9'`],
        ['previous', `repeat('0', 64)`],
        ['hash', `repeat('0', 64)`],
      ])('another %s breaks it at its row', async (column, value) => {
        await tamper(`update audit set ${column} = ${value} where tenant = $1 and seq = 3`)

        expect(await verify()).toEqual({ kind: 'broken', seq: 3, because: 'changed' })
      })

      test('a row taken out breaks it where it was', async () => {
        await tamper('delete from audit where tenant = $1 and seq = 2')

        expect(await verify()).toEqual({ kind: 'broken', seq: 2, because: 'missing' })
      })

      test('two rows that changed places break it at the first', async () => {
        await tamper('update audit set seq = case seq when 2 then 103 else 102 end where tenant = $1 and seq in (2, 3)')
        await tamper('update audit set seq = seq - 100 where tenant = $1 and seq > 100')

        expect(await verify()).toEqual({ kind: 'broken', seq: 2, because: 'changed' })
      })

      test('an end that was cut off is missed', async () => {
        await tamper('delete from audit where tenant = $1 and seq > 3')

        expect(await verify()).toEqual({ kind: 'broken', seq: 4, because: 'cut-off' })
      })
    })
  })
}
