import { createLedger } from '../../adapters/store/ledger.ts'
import type { BudgetDay } from '../../src/core/budget.ts'
import type { MicroDollars } from '../../src/core/money.ts'
import { seeded } from '../random.ts'
import { openPlace, reserveFirst, type Attempt, type ChildPlan, type Desk } from './budget-race-child.ts'

/** What the process of the midnight test is told. */
export interface MidnightPlan extends ChildPlan {
  /** The id of the call that is in flight at midnight, and the most it can cost. */
  readonly long: Pick<Attempt, 'id' | 'bound'>
  /** The days on both sides, whose budgets are told at the end. */
  readonly days: readonly [string, string]
}

/** Keeps spending, through a midnight, while one long call is under way; tells `end` and both budgets at the end. */
async function main(plan: MidnightPlan): Promise<void> {
  const database = await openPlace(plan.place)
  const ledger = createLedger(database, { zone: plan.zone, limit: () => plan.limit as MicroDollars })
  let isOpen = true
  process.stdin.on('end', () => (isOpen = false)).resume()
  const random = seeded(plan.seed)
  const desk: Desk = { plan, database, ledger, random, isOpen: () => isOpen }
  const long = reserveFirst(desk, { ...plan.long, user: 'long' })
  const spend = async (worker: number): Promise<void> => {
    for (let count = 0; isOpen; count += 1) {
      const bound = 100 + Math.floor(random() * 900)
      await reserveFirst(desk, { id: `${worker}-${count}`, user: `u${worker}`, bound })
    }
  }
  await Promise.all([long, ...Array.from({ length: plan.workers }, (_, worker) => spend(worker))])
  const budgets = await Promise.all(plan.days.map((day) => ledger.on(day as BudgetDay)))
  process.stdout.write(`end ${JSON.stringify(budgets)}\n`)
  await database.close()
}

const [told] = process.argv.slice(2)
if (import.meta.main && told !== undefined) await main(JSON.parse(told))
