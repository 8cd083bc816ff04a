import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createAlerts } from '../../adapters/store/alerts.ts'
import type { Database } from '../../adapters/store/database.ts'
import type { Alert, Alerts, AlertTarget } from '../../src/core/alert.ts'
import type { BudgetDay } from '../../src/core/budget.ts'
import { hourPromises } from './alerts-hour.ts'
import { LedgerBench } from './ledger-bench.ts'

const both: readonly AlertTarget[] = ['chat', 'webhook']
const warning: Alert = {
  tenant: 'acme',
  day: '2026-11-21' as BudgetDay,
  scope: 'installation',
  level: 'warning',
  text: 'The budget is nearly used.',
}

/** One store as two processes have it open. Where only one process can, both are the same. */
export interface AlertStores {
  readonly one: Database
  readonly other: Database
}

/** What every database promises about alerts. */
export function alertsContract(name: string, open: () => Promise<AlertStores>): void {
  describe(`alerts contract: ${name}`, () => {
    let stores: AlertStores
    let bench: LedgerBench
    let alerts: Alerts
    let others: Alerts
    beforeAll(async () => {
      stores = await open()
    })
    afterAll(async () => {
      await stores.one.close()
      if (stores.other !== stores.one) await stores.other.close()
    })
    beforeEach(async () => {
      bench = new LedgerBench(stores.one)
      await bench.empty()
      await stores.one.query('truncate alerts, inbox, conversations cascade')
      const options = { now: () => bench.at, zone: 'UTC' }
      alerts = createAlerts(stores.one, options)
      others = createAlerts(stores.other, options)
    })

    test('of forty that raise an alert at once, one hears that it is new', async () => {
      const raising = Array.from({ length: 40 }, (_, index) =>
        (index % 2 === 0 ? alerts : others).raise({ ...warning, text: `seen by ${index}` }, both),
      )

      const heard = await Promise.all(raising)

      expect(heard.filter((one) => one === 'new')).toHaveLength(1)
      expect(await alerts.owed()).toHaveLength(1)
    })

    test.each([
      ['tenant', { tenant: 'other' }],
      ['day', { day: '2026-11-22' as BudgetDay }],
      ['scope', { scope: 'installation/14' }],
      ['level', { level: 'budget-mode' }],
    ] as const)('the same alert for another %s is another alert, once', async (_, change) => {
      await alerts.raise(warning, both)

      expect(await alerts.raise({ ...warning, ...change }, both)).toBe('new')
      expect(await others.raise({ ...warning, ...change }, both)).toBe('seen')
      expect((await alerts.owed()).map(({ alert }) => alert)).toEqual(
        expect.arrayContaining([warning, { ...warning, ...change }]),
      )
    })

    test('an alert is owed to each target until that one has it', async () => {
      await alerts.raise(warning, both)

      expect(await alerts.owed()).toEqual([{ alert: warning, targets: both, attempt: 1 }])
      await alerts.delivered(warning, 'webhook')
      bench.pass(15_000)
      expect(await alerts.owed()).toEqual([{ alert: warning, targets: ['chat'], attempt: 2 }])
      await others.delivered(warning, 'chat')
      bench.pass(86_400_000)
      expect(await alerts.owed()).toEqual([])
      expect(await alerts.raise(warning, both)).toBe('seen')
    })

    test('an alert without a target is kept, and owed to nobody', async () => {
      expect(await alerts.raise(warning, [])).toBe('new')

      expect(await alerts.owed()).toEqual([])
      expect(await others.raise(warning, both)).toBe('seen')
    })

    test('what a target does not take is offered again after 15 seconds, then twice as long each time, hourly at most', async () => {
      await alerts.raise(warning, both)
      const waits: number[] = []
      for (let attempt = 1; attempt <= 10; attempt += 1) {
        expect((await alerts.owed())[0]?.attempt).toBe(attempt)
        waits.push(await secondsUntilOwed(stores.one, bench))
      }

      expect(waits).toEqual([15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600])
    })

    test('an alert that nobody took for two months is still offered', async () => {
      await alerts.raise(warning, both)
      await stores.one.query('update alerts set attempt = 1500')

      expect(await alerts.owed()).toMatchObject([{ attempt: 1501 }])
      expect(await secondsUntilOwed(stores.one, bench)).toBe(3600)
    })

    test('two that ask at once never get the same try, and together get them all', async () => {
      const raised = Array.from({ length: 30 }, (_, index) => ({ ...warning, scope: `installation/${index}` }))
      for (const alert of raised) await alerts.raise(alert, both)

      const rounds = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? alerts : others).owed())
      const taken = (await Promise.all(rounds)).flat().map(({ alert }) => alert.scope)
      for (let last = await alerts.owed(); last.length > 0; last = await alerts.owed())
        taken.push(...last.map(({ alert }) => alert.scope))

      expect(taken.toSorted()).toEqual(raised.map(({ scope }) => scope).toSorted())
    })

    hourPromises(() => bench)
  })
}

/** Goes to the moment at which the alert is offered next; gives how far away that was. */
async function secondsUntilOwed(database: Database, bench: LedgerBench): Promise<number> {
  const [row = {}] = await database.query(
    'select extract(epoch from due_at - $1::timestamptz)::float8 as wait from alerts',
    [bench.at],
  )
  const seconds = Number(row['wait'])
  bench.pass(seconds * 1000)
  return seconds
}
