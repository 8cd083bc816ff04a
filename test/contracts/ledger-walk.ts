import { integer, text, type Database } from '../../adapters/store/database.ts'
import type { Bill, BudgetScope, ReservationRequest } from '../../src/core/budget.ts'
import { seeded } from '../random.ts'
import { known, LedgerBench, scope } from './ledger-bench.ts'
import { Meter } from './ledger-meter.ts'
import { nameOf, Specification, type SpecifiedCall, type Standing } from './ledger-specification.ts'

/** India has had one offset since 1945, so that this needs no time zone database. */
const zone = 'Asia/Kolkata'
const offsetMs = 5.5 * 3_600_000
const dayMs = 24 * 3_600_000
const dayOf = (at: number): string => new Date(at + offsetMs).toISOString().slice(0, 10)

/**
 * Takes random steps with the ledger and with the rules, and a provider of its own that keeps a meter.
 * @returns how often each thing happened
 * @throws when an answer, a row or a sum differs, or when the meter or what was sent passes a limit
 */
export async function walk(
  database: Database,
  { seed, steps }: { seed: number; steps: number },
): Promise<Walker['taken']> {
  const walker = new Walker(new LedgerBench(database, zone), seeded(seed))
  for (let step = 1; step <= steps; step += 1) {
    await walker.step()
    if (step % 200 === 0) await walker.compareBooks()
  }
  await walker.finish()
  return walker.taken
}

/** What the provider will bill for a call it was sent, and whether it has. */
interface Order {
  readonly call: SpecifiedCall
  readonly cost: number
  isBilled: boolean
}

class Walker {
  readonly #bench: LedgerBench
  readonly #random: () => number
  readonly #rules: Specification
  /** The ids a worker still knows of; a crash empties it. */
  #known: string[] = []
  readonly #orders = new Map<string, Order>()
  readonly #meter = new Meter()
  #count = 0
  #limit = 3000
  readonly taken = { reserved: 0, refused: 0, sent: 0, lost: 0, straddled: 0, forfeited: 0, crashes: 0 }

  constructor(bench: LedgerBench, random: () => number) {
    this.#bench = bench
    this.#random = random
    this.#rules = new Specification(bench.at.getTime(), dayOf)
  }

  async step(): Promise<void> {
    const kinds: readonly (readonly [weight: number, take: () => Promise<void> | void])[] = [
      [26, () => this.#reserve()],
      [24, () => this.#dispatch()],
      [20, () => this.#settle()],
      [5, () => this.#release()],
      [9, () => this.#pass(this.#whole(1500))],
      [1.5, () => this.#passLease()],
      [0.5, () => this.#pass(-this.#whole(90_000))],
      [0.5, () => this.#crossMidnight()],
      [3, () => this.#changeLimit()],
      [1, () => this.#crash()],
      [3, () => this.#look()],
      [6, () => this.#billSomething()],
    ]
    let left = this.#random() * kinds.reduce((sum, [weight]) => sum + weight, 0)
    const chosen = kinds.find(([weight]) => (left -= weight) < 0)
    await chosen?.[1]()
  }

  #whole(below: number): number {
    return Math.floor(this.#random() * below)
  }

  #pick<Item>(items: readonly Item[]): Item | undefined {
    return items[this.#whole(items.length)]
  }

  /** Mostly one of the latest, so that reservations are sent before their lease is over. */
  #someId(): string | undefined {
    return this.#random() < 0.9 ? this.#pick(this.#known.slice(-8)) : this.#pick(this.#known)
  }

  async #reserve(): Promise<void> {
    const again = this.#random() < 0.05 ? this.#someId() : undefined
    const request = this.#request(again ?? `w${(this.#count += 1)}`)
    const answer = await this.#bench.ledger.reserve(request)
    const place = answer.kind === 'reserved' ? -1 : request.scopes.indexOf(answer.scope)
    const said = answer.kind === 'reserved' ? `reserved ${answer.day}` : `refused ${place} ${answer.left}`
    this.#agree(`reserve ${request.id}`, said, this.#rules.reserve(request))
    this.taken[answer.kind] += 1
    if (answer.kind === 'refused' || again !== undefined) return
    this.#known.push(request.id)
    for (const one of request.scopes)
      this.#meter.raiseLimit(this.#rules.day, nameOf(request.facts.tenant, one), one.limit)
  }

  #request(id: string): ReservationRequest {
    const limit = this.#limit
    const tenant = `t${this.#whole(2)}`
    const user: BudgetScope = scope(Math.floor(limit / 3), 'user', `u${this.#whole(3)}`)
    const model = { ...scope(Math.floor(limit / 2), 'model', `m${this.#whole(2)}`), callLimit: 10 + this.#whole(40) }
    const scopes = [user, model, scope(limit)].filter(() => this.#random() < 0.9)
    const amount = this.#random() < 0.05 ? 0 : 1 + this.#whole(400)
    const leaseMs = 1 + this.#whole(this.#random() < 0.2 ? 100 : 60_000)
    return this.#bench.request({ id, amount, scopes, leaseMs, facts: { tenant } })
  }

  async #dispatch(): Promise<void> {
    const id = this.#someId()
    if (id === undefined) return
    const answer = await this.#bench.ledger.dispatch(id)
    this.#agree(`dispatch ${id}`, answer, this.#rules.dispatch(id))
    const call = this.#rules.calls.get(id)
    this.taken[answer === 'lost' ? 'lost' : 'sent'] += 1
    if (answer === 'lost' || call === undefined) return
    const isFree = this.#random() < 0.1
    this.#orders.set(id, { call, cost: isFree ? 0 : this.#whole(call.bound + 1), isBilled: false })
    this.#checkSent(call)
  }

  /** The sum of all bounds and bills of what was sent is under the limit of each scope. */
  #checkSent(call: SpecifiedCall): void {
    for (const name of call.scopes) {
      const { held, spent, straddle } = this.#rules.standing(name, this.#rules.day)
      this.#meter.check(this.#rules.day, name, held + spent + straddle)
    }
  }

  /** The provider bills what it was sent whenever it likes while the call is in flight, on whichever day that is. */
  #bill(order: Order): void {
    if (order.isBilled) return
    order.isBilled = true
    this.#inheritLimits() // the last step may have begun the day without saying so
    this.#meter.bill(this.#rules.day, order.call.scopes, order.cost)
  }

  /** Also what we have hung up on already. */
  async #billSomething(): Promise<void> {
    const order = this.#orders.get(this.#someId() ?? '')
    if (order === undefined || order.call.leaseUntil <= this.#rules.at) return
    await this.#bench.ledger.on()
    this.#begin()
    this.#bill(order)
  }

  async #settle(): Promise<void> {
    const id = this.#someId()
    if (id === undefined) return
    const answer = this.#random()
    const order = this.#orders.get(id)
    if (order === undefined) {
      if (answer < 0.1) await this.#settleWith(id, { kind: answer < 0.05 ? 'nothing' : 'unknown' })
    } else if (answer < 0.15) await this.#settleWith(id, { kind: 'unknown' })
    else if (answer < 0.2) await this.#settleWith(id, known(Number.NaN), { kind: 'unknown' })
    else await this.#settleWith(id, this.#billOf(order))
  }

  /** What the provider says of a call when it answers. */
  #billOf(order: Order): Bill {
    this.#bill(order)
    return order.cost === 0 && order.call.bound > 0 ? { kind: 'nothing' } : known(order.cost)
  }

  async #settleWith(id: string, bill: Bill, meant: Bill = bill): Promise<void> {
    const charged = await this.#bench.ledger.settle(id, bill)
    this.#agree(`settle ${id} ${bill.kind}`, charged, this.#rules.settle(id, meant))
  }

  async #release(id = this.#someId()): Promise<void> {
    if (id === undefined) return
    await this.#bench.ledger.release(id)
    this.#rules.release(id)
  }

  #pass(milliseconds: number): void {
    const before = this.#rules.at
    // The provider has what was sent before the call is given up.
    for (const order of this.#orders.values()) if (order.call.leaseUntil <= before + milliseconds) this.#bill(order)
    this.#rules.at = before + milliseconds
    this.#bench.at = new Date(this.#rules.at)
  }

  #passLease(): void {
    const call = this.#rules.calls.get(this.#someId() ?? '')
    if (call !== undefined && call.leaseUntil > this.#rules.at)
      this.#pass(call.leaseUntil - this.#rules.at + this.#whole(2))
  }

  async #crossMidnight(): Promise<void> {
    const next = (Math.floor((this.#rules.at + offsetMs) / dayMs) + 1) * dayMs - offsetMs
    // Some work just before, so that there is something in flight.
    this.#pass(Math.max(0, next - this.#rules.at - 1 - this.#whole(3000)))
    for (let count = 0; count < 4; count += 1) await this.#reserve().then(() => this.#dispatch())
    this.#pass(next - this.#rules.at + this.#whole(3) - 1)
    await this.#look()
  }

  #changeLimit(): void {
    this.#limit = this.#whole(4000)
  }

  /** Everything in memory is gone; the books stay. What was sent goes on at the provider. */
  async #crash(): Promise<void> {
    this.taken.crashes += 1
    this.#known = this.#random() < 0.5 ? [] : this.#known.slice(-1) // a late answer may still find its call
    this.#bench.ledger = this.#bench.open(zone)
    if (this.#random() < 0.1) await this.compareBooks()
  }

  async #look(): Promise<void> {
    const seen = await this.#bench.ledger.on()
    this.#begin()
    const { held, spent, straddle, unconfirmed, calls } = this.#rules.standing(everything, this.#rules.day)
    const expected = {
      day: this.#rules.day,
      limit: this.#bench.limit,
      held,
      spent: spent + straddle,
      unconfirmed,
      calls,
    }
    this.#agree('on', JSON.stringify(seen), JSON.stringify(expected))
  }

  #begin(): void {
    this.#rules.begin()
    this.#inheritLimits()
  }

  #agree(step: string, said: string | number, expected: string | number): void {
    this.#inheritLimits()
    if (said !== expected) throw new Error(`${step}: the ledger says ${said}, the rules ${expected}`)
  }

  #inherited = ''
  /** What reaches into a new day was let through under the limits of the day before. */
  #inheritLimits(): void {
    const { day } = this.#rules
    if (day === this.#inherited) return
    this.#inherited = day
    for (const call of this.#rules.callsOn(day)) {
      const [own] = call.days
      if (own === undefined || own === day) continue
      for (const name of call.scopes) this.#meter.raiseLimit(day, name, this.#meter.limit(own, name))
      this.taken.straddled += 1
    }
  }

  /** Row by row: the books say what the rules say. */
  async compareBooks(): Promise<void> {
    await this.#bench.ledger.on()
    this.#begin()
    const rows = await this.#bench.database.query('select *, day::text from budget_scopes')
    const columns = ['held', 'spent', 'straddle', 'unconfirmed', 'calls'] as const
    const kept = new Map(
      rows.map((row) => [
        `${text(row, 'day')} ${JSON.stringify([text(row, 'tenant'), text(row, 'kind'), text(row, 'id')])}`,
        columns.map((column) => integer(row, column)).join(),
      ]),
    )
    const said = (standing: Standing): string => columns.map((column) => standing[column]).join()
    for (const day of this.#rules.days())
      for (const name of this.#rules.namesOn(day)) {
        const key = `${day} ${name}`
        this.#agree(key, kept.get(key) ?? 'nothing', said(this.#rules.standing(name, day)))
        kept.delete(key)
      }
    this.#agree('rows nobody needs', kept.size, 0)
  }

  /** Every call is ended properly: then nothing is held, and what is spent is what the provider has billed. */
  async finish(): Promise<void> {
    for (const call of this.#rules.calls.values()) {
      const order = this.#orders.get(call.id)
      if (call.state === 'forfeited') this.taken.forfeited += 1
      if (order === undefined && call.state === 'forfeited') await this.#settleWith(call.id, { kind: 'nothing' })
      else if (order === undefined) await this.#release(call.id)
      else if (call.state !== 'settled') await this.#settleWith(call.id, this.#billOf(order))
    }
    await this.compareBooks()
    const [sums] = await this.#bench.database.query(
      'select sum(held) as held, sum(unconfirmed) as unconfirmed, sum(spent) as spent from budget_scopes',
    )
    this.#agree('held at the end', integer(sums ?? {}, 'held'), 0)
    this.#agree('unconfirmed at the end', integer(sums ?? {}, 'unconfirmed'), 0)
    this.#agree('spent at the end', integer(sums ?? {}, 'spent'), this.#meter.total())
    const [total] = await this.#bench.database.query('select sum(cost) as cost from model_calls')
    const ordered = [...this.#orders.values()].reduce((sum, order) => sum + order.cost, 0)
    this.#agree('cost of all calls', integer(total ?? {}, 'cost'), ordered)
  }
}

const everything = nameOf('', { kind: 'installation', id: '' })
