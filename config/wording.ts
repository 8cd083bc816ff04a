import { FaultError } from '../src/core/errors.ts'
import type { Say } from '../src/core/wording.ts'
import type { Faults } from './faults.ts'

const placeholder = /\{(\w+)\}/g

/** The shipped sentences with the operator's over them. A key or placeholder the bot does not know is a fault. */
export function mergeWording(
  base: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string>>,
  faults: Faults,
): ReadonlyMap<string, string> {
  for (const [key, sentence] of Object.entries(changes)) {
    const known = base[key]
    if (known === undefined) {
      faults.add('wording.yaml', key, 'unknown sentence; the keys are those of the shipped config/wording.yaml')
      continue
    }
    const allowed = placeholdersOf(known)
    for (const name of placeholdersOf(sentence)) {
      if (!allowed.has(name))
        faults.add('wording.yaml', key, `unknown placeholder {${name}}; known: ${[...allowed].join(', ') || 'none'}`)
    }
  }
  return new Map(Object.entries({ ...base, ...changes }))
}

/** Gives sentences by key. A key that is missing is a fault of ours, found by the test that compares code and file. */
export function createSay(wording: ReadonlyMap<string, string>): Say {
  return (key, values = {}) => {
    const sentence = wording.get(key)
    if (sentence === undefined) throw new FaultError(`wording.yaml has no sentence "${key}".`)
    return sentence.replace(placeholder, (whole, name: string) => values[name] ?? whole)
  }
}

export function placeholdersOf(sentence: string): ReadonlySet<string> {
  return new Set([...sentence.matchAll(placeholder)].map((found) => found[1] ?? ''))
}
