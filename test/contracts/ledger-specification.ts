import type { Bill, BudgetScope, ReservationRequest } from '../../src/core/budget.ts'

/** A call as the rules see it. */
export interface SpecifiedCall {
  readonly id: string
  readonly tenant: string
  /** The names of its scopes, each once. */
  readonly scopes: readonly string[]
  /** The day of the call, then those it reached into. */
  readonly days: string[]
  readonly bound: number
  readonly leaseMs: number
  state: 'reserved' | 'dispatched' | 'settled' | 'released' | 'forfeited'
  cost: number
  leaseUntil: number
  /** Whether it stands in the books as a call: not when it was given back or proved free. */
  isCounted: boolean
}

/** How a scope stands on a day. */
export interface Standing {
  held: number
  spent: number
  straddle: number
  unconfirmed: number
  calls: number
}

/** The name of a scope: whose it is, its kind, its id. */
export function nameOf(tenant: string, { kind, id }: Pick<BudgetScope, 'kind' | 'id'>): string {
  const isShared = kind === 'installation' || kind === 'model' || kind === 'purpose'
  return JSON.stringify([isShared ? '' : tenant, kind, id])
}

/**
 * The rules of the ledger said a second time, without a database: nothing is added up beforehand, every sum is worked out
 * from the list of all calls when it is asked for.
 */
export class Specification {
  at: number
  /** Empty before the first step. */
  day = ''
  readonly calls = new Map<string, SpecifiedCall>()
  readonly #byDay = new Map<string, SpecifiedCall[]>()
  readonly #open = new Set<SpecifiedCall>()
  readonly #dayOf: (at: number) => string

  constructor(at: number, dayOf: (at: number) => string) {
    this.at = at
    this.#dayOf = dayOf
  }

  standing(name: string, day: string): Standing {
    const standing: Standing = { held: 0, spent: 0, straddle: 0, unconfirmed: 0, calls: 0 }
    for (const call of this.callsOn(day)) {
      if (!call.scopes.includes(name)) continue
      const held = call.state === 'reserved' || call.state === 'dispatched' ? call.bound : 0
      if (call.days[0] === day) {
        standing.held += held
        standing.spent += call.cost
      } else standing.straddle += held + call.cost
      if (call.state === 'forfeited') standing.unconfirmed += call.cost
      if (call.isCounted) standing.calls += 1
    }
    return standing
  }

  /** The calls of the day, and those that reached into it. */
  callsOn(day: string): readonly SpecifiedCall[] {
    return this.#byDay.get(day) ?? []
  }

  /** Every scope with a call on the day. */
  namesOn(day: string): Set<string> {
    return new Set(this.callsOn(day).flatMap((call) => call.scopes))
  }

  days(): string[] {
    return [...this.#byDay.keys()]
  }

  /** What every step does first. */
  begin(): void {
    const computed = this.#dayOf(this.at)
    if (computed > this.day) {
      this.day = computed
      for (const call of this.#open) this.#straddle(call)
    }
    for (const call of this.#open) {
      if (call.leaseUntil > this.at) continue
      if (call.state === 'reserved') this.#end(call, 'released', 0)
      else if (call.state === 'dispatched') this.#end(call, 'forfeited', call.bound)
    }
  }

  #straddle(call: SpecifiedCall): void {
    const isInFlight = call.state === 'dispatched' || call.state === 'forfeited'
    const reachesIn = call.leaseUntil > this.at || this.#dayOf(call.leaseUntil) >= this.day
    if (!isInFlight || !reachesIn) {
      // Where no clock goes back to an earlier date, a lease that did not reach into this day reaches into none.
      if (call.state === 'forfeited' && this.#dayOf(call.leaseUntil) < this.day) this.#open.delete(call)
      return
    }
    call.days.push(this.day)
    this.#on(this.day).push(call)
  }

  #on(day: string): SpecifiedCall[] {
    const calls = this.#byDay.get(day) ?? []
    this.#byDay.set(day, calls)
    return calls
  }

  #end(call: SpecifiedCall, state: 'settled' | 'released' | 'forfeited', cost: number): void {
    call.state = state
    call.cost = cost
    if (state === 'released') call.isCounted = false
    if (state !== 'forfeited') this.#open.delete(call)
  }

  reserve({ id, amount, scopes, facts, leaseMs }: ReservationRequest): string {
    this.begin()
    const known = this.calls.get(id)
    if (known !== undefined) return `reserved ${known.days[0] ?? ''}`
    for (const [index, scope] of scopes.entries()) {
      const { held, spent, straddle, calls } = this.standing(nameOf(facts.tenant, scope), this.day)
      const left = Math.max(0, scope.limit - held - spent - straddle)
      const isFull = (scope.callLimit ?? Infinity) < calls + 1
      if (isFull || (amount > 0 && held + spent + straddle + amount > scope.limit)) return `refused ${index} ${left}`
    }
    const call: SpecifiedCall = {
      id,
      tenant: facts.tenant,
      scopes: [...new Set(scopes.map((scope) => nameOf(facts.tenant, scope)))],
      days: [this.day],
      bound: amount,
      leaseMs,
      state: 'reserved',
      cost: 0,
      leaseUntil: this.at + Math.min(10_000, leaseMs),
      isCounted: true,
    }
    this.calls.set(id, call)
    this.#on(this.day).push(call)
    this.#open.add(call)
    return `reserved ${this.day}`
  }

  dispatch(id: string): 'dispatched' | 'lost' {
    this.begin()
    const call = this.calls.get(id)
    if (call?.state !== 'reserved') return 'lost'
    if (call.days[0] !== this.day) {
      this.#end(call, 'released', 0)
      return 'lost'
    }
    call.state = 'dispatched'
    call.leaseUntil = this.at + call.leaseMs
    return 'dispatched'
  }

  settle(id: string, bill: Bill): number {
    this.begin()
    const call = this.calls.get(id)
    if (call === undefined) throw new Error(`the walk settles ${id}, which was never reserved`)
    if (call.state === 'settled') return call.cost
    if (bill.kind === 'known') {
      this.#end(call, 'settled', bill.cost)
      call.isCounted = true
    } else if (call.state === 'released') return 0
    else if (bill.kind === 'unknown') this.#end(call, 'forfeited', call.bound)
    else {
      this.#end(call, call.state === 'reserved' ? 'released' : 'settled', 0)
      call.isCounted = false
    }
    return call.cost
  }

  release(id: string): void {
    this.begin()
    const call = this.calls.get(id)
    if (call?.state === 'reserved') this.#end(call, 'released', 0)
  }
}
