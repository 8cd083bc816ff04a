/** Finds known words that are one edit away. */
export type NearWords = (word: string) => readonly string[]

function hashWithout(word: string, left: number): number {
  let hash = 0x81_1c_9d_c5
  for (let at = 0; at < word.length; at++) {
    if (at !== left) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01_00_01_93)
  }
  return hash ^ (hash >>> 15)
}

/** One letter more, less, another, or two neighbours the other way round; equal words are not. */
export function isOneEditApart(first: string, second: string): boolean {
  const [short, long] = first.length <= second.length ? [first, second] : [second, first]
  if (long.length - short.length > 1) return false
  let at = 0
  while (at < short.length && short.charCodeAt(at) === long.charCodeAt(at)) at++
  if (at === long.length) return false
  if (long.length > short.length) return short.slice(at) === long.slice(at + 1)
  if (short.slice(at + 1) === long.slice(at + 1)) return true
  const isSwapped = short.charAt(at) === long.charAt(at + 1) && short.charAt(at + 1) === long.charAt(at)
  return isSwapped && short.slice(at + 2) === long.slice(at + 2)
}

/**
 * Indexes words by what is left of them without one letter (symmetric deletion): two words one edit apart share such a
 * rest. Kept in three arrays of numbers; different rests of one hash are told apart by comparing the words.
 */
export function createNearWords(words: readonly string[]): NearWords {
  const entries = words.reduce((sum, word) => sum + word.length + 1, 0)
  const mask = 2 ** Math.ceil(Math.log2(entries + 1)) - 1
  const heads = new Int32Array(mask + 1).fill(-1)
  const next = new Int32Array(entries)
  const owner = new Int32Array(entries)
  let count = 0
  words.forEach((word, number) => {
    for (let left = -1; left < word.length; left++) {
      const slot = hashWithout(word, left) & mask
      next[count] = heads[slot] ?? -1
      owner[count] = number
      heads[slot] = count
      count++
    }
  })
  return (word) => {
    const found = new Set<string>()
    for (let left = -1; left < word.length; left++) {
      for (let entry = heads[hashWithout(word, left) & mask] ?? -1; entry >= 0; entry = next[entry] ?? -1) {
        const near = words[owner[entry] ?? 0] ?? ''
        if (!found.has(near) && isOneEditApart(word, near)) found.add(near)
      }
    }
    return [...found]
  }
}
