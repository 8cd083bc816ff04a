import type { Bill, BilledUsage, Budget, BudgetDay, Reservation, ReservationRequest } from '../../src/core/budget.ts'
import type { MicroDollars } from '../../src/core/money.ts'
import type { BudgetLedger, Now } from '../../src/core/ports.ts'
import { integer, text, toJson, type Database, type Parameter, type Row } from './database.ts'

export interface LedgerOptions {
  /** The IANA time zone whose midnight begins a day. Another one than before counts from the next day on. */
  readonly zone: string
  /** The installation's limit for today, as it stands now. */
  readonly limit: () => MicroDollars
  /** For tests; the database's own clock otherwise, which is the same one for all processes. */
  readonly clock?: Now
}

/** What was reserved comes back so soon when it is not sent, however long its lease. */
const unsentMs = 10_000

/** No call costs ten million dollars, and no prompt has that many tokens: the number is wrong, not dear. */
const believable = 10_000_000_000_000

/**
 * The day's money, in the store's database. Each step is one statement, a function of migrations/0002-models.sql in which
 * the rules stand, and takes its turn among all steps of all processes.
 */
export function createLedger(database: Database, options: LedgerOptions): BudgetLedger {
  const call: Call = async (name, ...parameters) => {
    const places = ['$1::timestamptz', '$2', ...parameters.map(([type], index) => `$${index + 3}::${type}`)]
    const values = [options.clock?.() ?? null, options.zone, ...parameters.map(([, value]) => value)]
    const [row] = await database.query(`select * from ${name}(${places.join(', ')})`, values)
    return row ?? {}
  }
  return {
    reserve: (request) => reserve(call, request),
    dispatch: async (id) =>
      (await call('budget_dispatch', ['text', id]))['budget_dispatch'] === true ? 'dispatched' : 'lost',
    settle: (id, bill) => settle(call, id, bill),
    release: async (id) => void (await call('budget_release', ['text', id])),
    on: async (day) => toBudget(await call('budget_on', ['date', day ?? null]), options.limit),
  }
}

type Call = (
  name: string,
  ...parameters: readonly (readonly ['text' | 'date' | 'jsonb' | 'integer', Parameter])[]
) => Promise<Row>

async function reserve(call: Call, request: ReservationRequest): Promise<Reservation> {
  for (const number of numbersOf(request)) {
    if (!isWhole(number)) throw new RangeError(`Reservation ${request.id} names ${number}, which is no amount.`)
  }
  if (request.leaseMs < 1) throw new RangeError(`Reservation ${request.id} has no lease.`)
  const row = await call('budget_reserve', ['jsonb', toJson(request)], ['integer', unsentMs])
  const scope = request.scopes[Number(row['scope']) - 1]
  if (scope !== undefined) return { kind: 'refused', scope, left: integer(row, 'room') as MicroDollars }
  return { kind: 'reserved', id: request.id, day: text(row, 'reserved_on') as BudgetDay }
}

function numbersOf({ amount, leaseMs, scopes }: ReservationRequest): readonly number[] {
  return [amount, leaseMs, ...scopes.flatMap(({ limit, callLimit = 0 }) => [limit, callLimit])]
}

async function settle(call: Call, id: string, bill: Bill): Promise<MicroDollars> {
  const row = await call('budget_settle', ['text', id], ['jsonb', toJson(credible(bill))])
  if (row['budget_settle'] === null) throw new RangeError(`There is no reservation ${id} to settle.`)
  return integer(row, 'budget_settle') as MicroDollars
}

/** A bill with a number that cannot be says nothing: its call is charged at the bound. */
function credible(bill: Bill): Bill {
  if (bill.kind !== 'known') return bill
  const { input, cached, cacheWrite, output }: BilledUsage = bill.usage
  const numbers = [bill.cost, input, cached, cacheWrite, output]
  return numbers.every((number) => isWhole(number) && number <= believable) ? bill : { kind: 'unknown' }
}

function isWhole(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0
}

function toBudget(row: Row, limitToday: () => MicroDollars): Budget {
  const amount = (column: string): MicroDollars => integer(row, column) as MicroDollars
  const isOpen = row['is_today'] === true || row['limited'] === null
  return {
    day: text(row, 'day') as BudgetDay,
    limit: isOpen ? limitToday() : amount('limited'),
    held: amount('held'),
    spent: amount('spent'),
    unconfirmed: amount('unconfirmed'),
    calls: integer(row, 'calls'),
  }
}
