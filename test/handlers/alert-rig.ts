import { uuidv7 } from 'uuidv7'
import type { AlertParts } from '../../handlers/alerts.ts'
import type { ParkedAlertParts } from '../../handlers/parked-alert.ts'
import type { Refusal } from '../../src/budget/scopes.ts'
import type { AlertTarget, SendAlert } from '../../src/core/alert.ts'
import type { ReservationRequest } from '../../src/core/budget.ts'
import type { MicroDollars } from '../../src/core/money.ts'
import type { BotEvent } from '../../src/core/ports.ts'
import { createAlerts } from '../../adapters/store/alerts.ts'
import { createLedger } from '../../adapters/store/ledger.ts'
import { toStore, type Store } from '../../adapters/store/store.ts'
import { openEmptyDatabase } from '../store.ts'

type Facts = Partial<ReservationRequest['facts']>

/** A day of one dollar on a clock that the test moves, over a store of its own. */
export interface AlertRig {
  at: Date
  /** Micro-dollars. */
  limit: number
  readonly parts: AlertParts & ParkedAlertParts
  readonly store: Store
  readonly events: BotEvent[]
  /** What the budget refuses until it is asked for. */
  readonly refusals: Set<Refusal>
  pass(milliseconds: number): void
  /** One paid call of this cost. */
  spend(cost: number, facts?: Facts): Promise<void>
  /** One that is under way. */
  hold(bound: number, facts?: Facts): Promise<string>
  withTargets(targets: readonly (readonly [AlertTarget, SendAlert])[]): AlertRig['parts']
  /** The steps that were told, in order. */
  raised(): readonly unknown[]
  /** The tries that failed, as target and attempt. */
  failures(): readonly string[]
  /** A new beginning: noon, one dollar, nothing spent and nobody told. */
  empty(): Promise<void>
  close(): Promise<void>
}

const facts: ReservationRequest['facts'] = {
  tenant: 'default',
  message: 'anna/1',
  channel: 'web',
  author: 'anna',
  conversation: 'c-1',
  intent: 'general.question',
  purpose: 'answer',
  model: 'cheap',
  provider: 'openai',
  wireName: 'cheap-1',
  tier: 2,
  prices: 'prices-1',
}

function begin(): Pick<AlertRig, 'at' | 'limit'> {
  return { at: new Date('2026-11-21T12:00:00Z'), limit: 1_000_000 }
}

export async function openAlertRig(): Promise<AlertRig> {
  const database = await openEmptyDatabase()
  const limitNow = (): MicroDollars => rig.limit as MicroDollars
  const ledger = createLedger(database, { zone: 'UTC', limit: limitNow, clock: () => rig.at })
  const events: BotEvent[] = []
  const refusals = new Set<Refusal>()
  let calls = 0
  const store = toStore(database, () => rig.at, uuidv7)
  const parts: AlertRig['parts'] = {
    tenant: 'default',
    ledger,
    parked: store.parked,
    alerts: createAlerts(database, { now: () => rig.at, zone: 'UTC' }),
    targets: new Map(),
    warnFrom: 0.8,
    preferLocalFrom: 0.9,
    takeRefusals: () => {
      const taken = new Set(refusals)
      refusals.clear()
      return taken
    },
    spike: { factor: 2, floor: 500_000 as MicroDollars, floorCalls: 20 },
    observer: { receipt: () => {}, event: (event) => void events.push(event) },
  }
  const hold = async (bound: number, more: Facts = {}): Promise<string> => {
    calls += 1
    const id = `call-${calls}`
    const limit = rig.limit as MicroDollars
    const scopes = [{ kind: 'installation', id: '', limit }] as const
    const amount = bound as MicroDollars
    const reserved = await ledger.reserve({ id, amount, scopes, leaseMs: 60_000, facts: { ...facts, ...more } })
    if (reserved.kind === 'refused') throw new Error(`${bound} does not fit`)
    await ledger.dispatch(id)
    return id
  }
  const rig: AlertRig = {
    ...begin(),
    parts,
    store,
    events,
    refusals,
    pass: (milliseconds) => {
      rig.at = new Date(rig.at.getTime() + milliseconds)
    },
    spend: async (cost, more) => {
      const usage = { model: 'cheap-1', input: 1, cached: 0, cacheWrite: 0, output: 1 }
      await ledger.settle(await hold(cost, more), { kind: 'known', cost: cost as MicroDollars, usage })
    },
    hold,
    withTargets: (targets) => ({ ...parts, targets: new Map(targets) }),
    raised: () => events.filter(({ name }) => name === 'budget.alerted').map(({ fields }) => fields['step']),
    failures: () =>
      events
        .filter(({ name }) => name === 'alert.failed')
        .map(({ fields }) => `${String(fields['target'])} ${String(fields['attempt'])}`),
    empty: async () => {
      await database.query('truncate model_calls, budget_scopes, alerts, parked')
      await database.query('update budget_days set day = null, zone = null')
      Object.assign(rig, begin())
      events.length = 0
      refusals.clear()
    },
    close: () => database.close(),
  }
  return rig
}
