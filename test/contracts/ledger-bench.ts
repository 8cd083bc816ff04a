import { createLedger } from '../../adapters/store/ledger.ts'
import type { Database, Row } from '../../adapters/store/database.ts'
import type { Bill, BudgetDay, BudgetScope, ReservationRequest, ScopeKind } from '../../src/core/budget.ts'
import type { MicroDollars } from '../../src/core/money.ts'
import type { BudgetLedger } from '../../src/core/ports.ts'

const dollars = (micro: number): MicroDollars => micro as MicroDollars

/** What a test may say of a reservation; the rest is filled in. */
export type Wish = Partial<Omit<ReservationRequest, 'amount' | 'facts'>> & {
  readonly amount: number
  readonly facts?: Partial<ReservationRequest['facts']>
}

/** A limit: of the installation unless a kind is named. */
export function scope(limit: number, kind: ScopeKind = 'installation', id = ''): BudgetScope {
  return { kind, id, limit: dollars(limit) }
}

export function known(cost: number): Bill {
  const usage = { model: 'billed-model', input: 12, cached: 3, cacheWrite: 4, output: 5 }
  return { kind: 'known', cost: dollars(cost), usage }
}

/** A ledger on a clock that the test moves, in a zone that it chooses, with a limit of 1000 micro-dollars a day. */
export class LedgerBench {
  readonly database: Database
  ledger: BudgetLedger
  at = new Date('2026-11-21T12:00:00Z')
  limit = 1000
  #count = 0

  constructor(database: Database, zone = 'UTC') {
    this.database = database
    this.ledger = this.open(zone)
  }

  /** One more ledger on the same books, as another process would have it. */
  open(zone: string): BudgetLedger {
    return createLedger(this.database, { zone, limit: () => dollars(this.limit), clock: () => this.at })
  }

  /** A store in which nothing was ever spent. */
  async empty(): Promise<void> {
    await this.database.query('truncate model_calls, budget_scopes')
    await this.database.query('update budget_days set day = null, zone = null')
  }

  request(wish: Wish): ReservationRequest {
    this.#count += 1
    return {
      id: `call-${this.#count}`,
      scopes: [scope(this.limit)],
      leaseMs: 60_000,
      ...wish,
      amount: dollars(wish.amount),
      facts: {
        tenant: 'tenant',
        message: 'message',
        channel: 'web',
        author: 'author',
        conversation: 'conversation',
        intent: 'refund_status',
        purpose: 'answer',
        model: 'haiku',
        provider: 'anthropic',
        wireName: 'haiku-1',
        tier: 2,
        prices: 'prices-1',
        ...wish.facts,
      },
    }
  }

  /** Reserves what must have room. */
  async reserve(wish: Wish): Promise<string> {
    const reservation = await this.ledger.reserve(this.request(wish))
    if (reservation.kind === 'refused') throw new Error(`refused: ${JSON.stringify(reservation)}`)
    return reservation.id
  }

  async send(wish: Wish): Promise<string> {
    const id = await this.reserve(wish)
    const dispatched = await this.ledger.dispatch(id)
    if (dispatched === 'lost') throw new Error(`lost: ${id}`)
    return id
  }

  pass(milliseconds: number): void {
    this.at = new Date(this.at.getTime() + milliseconds)
  }

  /** Held, spent and unconfirmed of a day, in this order. */
  async money(day?: string): Promise<readonly [held: number, spent: number, unconfirmed: number]> {
    const { held, spent, unconfirmed } = await this.ledger.on(day as BudgetDay | undefined)
    return [held, spent, unconfirmed]
  }

  async call(id: string): Promise<Row> {
    const [row] = await this.database.query('select *, day::text from model_calls where id = $1', [id])
    return row ?? {}
  }
}
