const inspect = Symbol.for('nodejs.util.inspect.custom')

/** A value that never prints itself: in a log, an error or a JSON it reads `[secret]`. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The value, for the one place that hands it to the library it is for. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect](): string {
    return '[secret]'
  }
}
