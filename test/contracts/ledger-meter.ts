/** The provider's own account: what it has billed on each day in each scope, held against the limits of that day. */
export class Meter {
  readonly #billed = new Map<string, number>()
  readonly #limits = new Map<string, number>()

  /** The highest limit under which anything was let through on the day. */
  limit(day: string, name: string): number {
    return this.#limits.get(`${day} ${name}`) ?? 0
  }

  raiseLimit(day: string, name: string, limit: number): void {
    this.#limits.set(`${day} ${name}`, Math.max(limit, this.limit(day, name)))
  }

  /** @throws when the scope stands above its limit */
  check(day: string, name: string, sum: number): void {
    const limit = this.limit(day, name)
    if (sum > limit) throw new Error(`${name} of ${day} stands at ${sum}, its limit is ${limit}`)
  }

  bill(day: string, names: readonly string[], cost: number): void {
    for (const name of names) {
      const sum = (this.#billed.get(`${day} ${name}`) ?? 0) + cost
      this.#billed.set(`${day} ${name}`, sum)
      if (cost > 0) this.check(day, name, sum)
    }
  }

  /** Over all days and scopes. */
  total(): number {
    return [...this.#billed.values()].reduce((sum, billed) => sum + billed, 0)
  }
}
