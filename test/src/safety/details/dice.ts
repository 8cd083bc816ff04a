/** Repeatable random choices. */
export interface Dice {
  below(limit: number): number
  pick(items: readonly string[]): string
  /** So many characters of a set. */
  string(length: number, characters: string): string
}

/** Mulberry32, seeded. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    below,
    pick: (items) => items[below(items.length)] ?? '',
    string: (length, characters) => Array.from({ length }, () => characters.charAt(below(characters.length))).join(''),
  }
}

export const digits = '0123456789'
export const small = 'abcdefghijklmnopqrstuvwxyz'
export const capitals = small.toUpperCase()
export const alphanumeric = small + capitals + digits
