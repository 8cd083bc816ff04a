import { beforeAll, describe, expect, test } from 'vitest'
import { uuidv7 } from 'uuidv7'
import { integer, text, type Database } from '../../adapters/store/database.ts'
import { toStore } from '../../adapters/store/store.ts'
import { parsePeriod } from '../../src/budget/period.ts'
import { channelNames } from '../../src/core/message.ts'
import { canaryOf, forgetful, plantCanary, rowsOf, tenantTables } from './canaries.ts'
import { LedgerBench, known, scope } from './ledger-bench.ts'

const [ours, theirs] = ['ours', 'theirs']
const canary = canaryOf(theirs)
const now = new Date('2026-11-21T13:00:00Z')

/**
 * What a database promises that is opened for one tenant: it shows and takes no other's rows, even for statements that do
 * not say whose they want.
 * @param open the same database each time; the one opened before is closed by then
 */
export function tenantWallContract(name: string, open: (tenant?: string) => Promise<Database>): void {
  const within = async <Result>(
    tenant: string | undefined,
    work: (database: Database) => Promise<Result>,
  ): Promise<Result> => {
    const database = await open(tenant)
    try {
      return await work(database)
    } finally {
      await database.close()
    }
  }
  describe(`tenant wall: ${name}`, () => {
    let tables: readonly string[] = []
    beforeAll(async () => {
      await within(undefined, async (database) => {
        tables = await tenantTables(database)
        for (const tenant of [ours, theirs]) for (const table of tables) await plantCanary(database, table, tenant)
      })
    })
    readingPromises(within, () => tables)
    writingPromises(within, () => tables)
    moneyPromises(within)
  })
}

type Within = <Result>(tenant: string | undefined, work: (database: Database) => Promise<Result>) => Promise<Result>

function readingPromises(within: Within, tables: () => readonly string[]): void {
  test('every table with a tenant is behind the wall, for its owner too', async () => {
    const open = await within(undefined, (database) =>
      database.query(
        `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant'
         where c.relkind = 'r' and c.relnamespace = (select oid from pg_namespace where nspname = current_schema())
           and not (c.relrowsecurity and c.relforcerowsecurity)`,
      ),
    )

    expect(tables().length).toBeGreaterThan(25)
    expect(open.map((row) => text(row, 'name'))).toEqual([])
  })

  test.each([undefined, ours])(
    'a database opened for %s shows the rows of all tenants, or of that one alone',
    async (tenant) => {
      const seen = await within(tenant, async (database) => {
        const found: (readonly [string, readonly unknown[]])[] = []
        for (const table of tables()) {
          const rows = await database.query(`select distinct tenant from ${table} order by tenant`)
          found.push([table, rows.map((row) => row['tenant'])])
        }
        return found
      })

      expect(seen).toEqual(tables().map((table) => [table, tenant === undefined ? [ours, theirs] : [ours]]))
    },
  )

  test('with the tenant struck from every statement, every look at the store finds the canaries of another', async () => {
    const found = await within(undefined, looks)

    expect(found.filter(([, told]) => !told.includes(canary))).toEqual([])
  })

  test('opened for one tenant, no look finds a canary of another, with the tenant struck from every statement', async () => {
    const found = await within(ours, looks)

    expect(found.length).toBeGreaterThan(20)
    expect(found.filter(([, told]) => told.includes(canary))).toEqual([])
  })
}

/** Everything that can be asked of the store, asked under our name with the ids of another tenant, and what it told. */
async function looks(database: Database): Promise<readonly (readonly [string, string])[]> {
  const store = toStore(forgetful(database), () => now, uuidv7)
  const key = { tenant: ours, conversation: canary }
  const range = parsePeriod('2026-11-20..2026-11-22', { now, timeZone: 'UTC' })
  const asked: Readonly<Record<string, () => Promise<unknown>>> = {
    conversation: () => store.conversations.load(key),
    transcript: () => store.conversations.transcript(key),
    turn: () => store.conversations.turn(key, canary),
    action: () => store.conversations.action(key, canary),
    ticket: () => store.tickets.find(ours, canary),
    ticketsOf: () => store.tickets.ofRequester(ours, canary),
    customer: () => store.customers.byId(ours, canary),
    customerByEmail: () => store.customers.byEmail(ours, canary),
    records: () => store.customers.records(ours, canary),
    adjustments: () => store.adjustments.decisions(ours),
    audit: () => store.audit.newest(ours),
    card: () => store.desk.find(ours, canary),
    cardsOf: () => store.desk.of(key),
    queue: () => store.desk.queue(ours),
    draft: () => store.pointed.draft(ours, canary),
    strays: () => store.strays.of(ours, 'slack', canary),
    conversationOf: () => store.revisions.conversationOf(ours, canary),
    spending: () => store.spending.report(ours, range),
    owed: () => store.inbox.owed(),
    owedReplies: () => store.outbox.owed(channelNames),
    alerts: () => store.alerts('UTC').owed(),
    claim: () => store.inbox.claim(key),
    reply: () => store.outbox.next(key, channelNames),
  }
  const told: (readonly [string, string])[] = []
  for (const [name, ask] of Object.entries(asked)) told.push([name, JSON.stringify(await ask()) ?? ''])
  return told
}

function writingPromises(within: Within, tables: () => readonly string[]): void {
  test('no table takes a row for another tenant', async () => {
    const taken = await within(ours, async (database) => {
      const failures: string[] = []
      for (const table of tables()) {
        const fault: unknown = await plantCanary(database, table, 'third').catch((error: unknown) => error)
        if (!/row-level security/.test(String(fault))) failures.push(`${table}: ${String(fault)}`)
      }
      return failures
    })

    expect(taken).toEqual([])
  })

  test('no row is given to another tenant, and none of another is changed or removed', async () => {
    const changeable = tables().filter((table) => table !== 'audit') // which refuses every change
    const outcomes = await within(ours, async (database) => {
      const told: string[] = []
      for (const table of changeable) {
        const fault: unknown = await database
          .query(`update ${table} set tenant = 'third'`)
          .catch((error: unknown) => error)
        if (!/row-level security/.test(String(fault))) told.push(`${table}: ${String(fault)}`)
        const changed = await database.query(`update ${table} set tenant = tenant returning tenant`)
        if (changed.length !== 1 || changed[0]?.['tenant'] !== ours) told.push(`${table}: changed ${changed.length}`)
        await database.query(`delete from ${table} where tenant <> '${ours}'`)
      }
      return told
    })

    expect(outcomes).toEqual([])
    const left = await within(undefined, (database) =>
      Promise.all(tables().map((table) => rowsOf(database, table, theirs))),
    )
    expect(left).toEqual(tables().map(() => 1))
  })
}

function moneyPromises(within: Within): void {
  test('the limit of the installation counts what every tenant holds', async () => {
    const facts = { tenant: theirs }
    await within(theirs, (database) => benchAt(database, '2026-11-23T12:00:00Z').reserve({ amount: 700, facts }))

    const bench = await within(ours, async (database) => {
      const own = benchAt(database, '2026-11-23T12:00:01Z')
      const wish = { amount: 400, facts: { tenant: ours } }
      return [await own.ledger.on(), await own.ledger.reserve(own.request({ ...wish, id: 'too-much' }))]
    })

    expect(bench).toEqual([
      expect.objectContaining({ held: 700, calls: 1 }),
      { kind: 'refused', scope: scope(1000), left: 300 },
    ])
  })

  test('a step of one tenant ends what another left open, and carries over midnight what it sent', async () => {
    const facts = { tenant: theirs }
    await within(theirs, async (database) => {
      const bench = benchAt(database, '2026-11-24T23:59:59Z')
      await bench.reserve({ amount: 300, id: 'never-sent', facts })
      const sent = await bench.reserve({ amount: 200, id: 'sent', facts })
      await bench.ledger.dispatch(sent)
    })

    const budget = await within(ours, (database) => benchAt(database, '2026-11-25T00:00:20Z').ledger.on())

    // Of what the evening held, the unsent 300 are free again, and the 200 that were sent count on both days.
    expect(budget).toMatchObject({ day: '2026-11-25', held: 0, spent: 200 })
  })

  test('a call of another tenant is neither reserved, sent, settled nor given back', async () => {
    await within(theirs, (database) =>
      benchAt(database, '2026-11-26T12:00:00Z').reserve({ amount: 100, id: 'foreign', facts: { tenant: theirs } }),
    )

    await within(ours, async (database) => {
      const { ledger, request } = asBench(benchAt(database, '2026-11-26T12:00:01Z'))
      await expect(ledger.reserve(request({ amount: 1, facts: { tenant: theirs } }))).rejects.toThrow('another tenant')
      expect(await ledger.dispatch('foreign')).toBe('lost')
      await expect(ledger.settle('foreign', known(5))).rejects.toThrow(RangeError)
      await ledger.release('foreign')
    })

    const [call] = await within(undefined, (database) =>
      database.query(`select state, bound::integer from model_calls where id = 'foreign'`),
    )
    expect([call?.['state'], integer(call ?? {}, 'bound')]).toEqual(['reserved', 100])
  })

  test('after a step of the ledger, and after one that failed, the wall stands as before', async () => {
    const seen = await within(ours, async (database) => {
      const bench = benchAt(database, '2026-11-27T12:00:00Z')
      await bench.ledger.on()
      const wish = { amount: 1, facts: { tenant: theirs } }
      await expect(bench.ledger.reserve(bench.request(wish))).rejects.toThrow('another tenant')
      await toStore(database, () => now, uuidv7)
        .alerts('UTC')
        .hour()
      return await database.query('select distinct tenant from conversations')
    })

    expect(seen).toEqual([{ tenant: ours }])
  })
}

function benchAt(database: Database, instant: string): LedgerBench {
  return Object.assign(new LedgerBench(database), { at: new Date(instant) })
}

function asBench(bench: LedgerBench): Pick<LedgerBench, 'ledger' | 'request'> {
  return { ledger: bench.ledger, request: (wish) => bench.request(wish) }
}
