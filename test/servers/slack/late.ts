/** What is to be carried out later. */
export class Late {
  readonly #waiting = new Map<NodeJS.Timeout, () => void>()

  get size(): number {
    return this.#waiting.size
  }

  add(afterMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#waiting.delete(timer)
      act()
    }, afterMs)
    this.#waiting.set(timer, act)
  }

  /** Carries all of it out now. */
  act(): void {
    const acts = [...this.#waiting.values()]
    this.forget()
    for (const act of acts) act()
  }

  forget(): void {
    for (const timer of this.#waiting.keys()) clearTimeout(timer)
    this.#waiting.clear()
  }
}
