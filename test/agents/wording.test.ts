import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { placeholdersOf } from '../../config/wording.ts'
import { loadConfig } from '../../config/load.ts'

const { wording } = loadConfig({})
const sources = globSync('{agents,handlers,adapters,src}/**/*.ts').map((path) => ({
  path,
  code: readFileSync(path, 'utf8'),
}))
const code = sources.map((source) => source.code).join('\n')
/** `dialogue.miss.${kind}` says every key that begins so. */
const prefixes = [...code.matchAll(/say\(`([a-z.-]+)\$\{/g)].map((found) => found[1] ?? '')

/** Every `say('key', …)` with what stands between its brackets. */
function calls(): readonly { path: string; key: string; rest: string }[] {
  return sources.flatMap((source) =>
    [...source.code.matchAll(/\bsay\(\s*'([a-z][a-z.-]*)'/g)].map((found) => ({
      path: source.path,
      key: found[1] ?? '',
      rest: upToBracket(source.code.slice(found.index + found[0].length)),
    })),
  )
}

function upToBracket(text: string): string {
  let depth = 1
  for (const [index, character] of Array.from(text).entries()) {
    if (character === '(') depth++
    if (character === ')' && --depth === 0) return text.slice(0, index)
  }
  return text
}

/** The names of a literal `{ a, b: … }` without spreads and nested objects; undefined for anything else. */
function literalNames(rest: string): ReadonlySet<string> | undefined {
  const inner = /^,\s*\{([^{}]*)\}\s*,?\s*$/.exec(
    rest.replace(/\{ ?(?:id|on|amount) ?\}/g, '').replace(/\([^()]*(?:\([^()]*\)[^()]*)*\)/g, ''),
  )?.[1]
  if (inner === undefined || inner.includes('...')) return undefined
  return new Set(
    inner
      .split(',')
      .map((part) => part.split(':')[0]?.trim() ?? '')
      .filter((name) => name !== ''),
  )
}

test('every sentence the code says is in wording.yaml', () => {
  const missing = calls().filter(({ key }) => !wording.has(key))

  expect(missing.map(({ path, key }) => `${path}: ${key}`)).toEqual([])
})

test('every sentence of wording.yaml is said somewhere', () => {
  const unsaid = [...wording.keys()].filter(
    (key) => !code.includes(`'${key}'`) && !prefixes.some((prefix) => key.startsWith(prefix)),
  )

  expect(unsaid).toEqual([])
})

test('where the values stand beside the key, they are exactly the placeholders', () => {
  const checked = calls().flatMap((call) => {
    const names = call.rest.trim() === '' ? new Set<string>() : literalNames(call.rest)
    return names === undefined ? [] : [{ ...call, names }]
  })
  const wrong = checked.filter(
    ({ key, names }) => [...placeholdersOf(wording.get(key) ?? '')].sort().join() !== [...names].sort().join(),
  )

  expect(checked.length).toBeGreaterThan(120)
  expect(wrong.map(({ path, key, names }) => `${path}: ${key} is given ${[...names].join(', ')}`)).toEqual([])
})

test('labels fit on a button', () => {
  const long = [...wording].filter(
    ([key, text]) => /\bbutton\b|option/.test(key) && text.replace(/\{\w+\}/g, '0123456789').length > 75,
  )

  expect(long.map(([key]) => key)).toEqual([])
})
