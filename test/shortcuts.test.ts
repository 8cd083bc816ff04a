import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

interface Shortcut {
  readonly what: string
  readonly pattern: RegExp
  /** Written so that this file itself has none. */
  readonly examples: readonly string[]
}

/** What would let a test pass without keeping its promise. */
const shortcuts: readonly Shortcut[] = [
  {
    what: 'leaves a test out, or all others',
    pattern: /\b(?:test|it|describe|suite|context|ctx|task)(?:\.\w+)*\.(?:skip|only|todo|fails|skipIf|runIf)\b/,
    examples: ['test.@only(', 'test.@skip.each(', 'describe.@runIf(', 'test.concurrent.@only('],
  },
  {
    what: 'stands in for code of ours, or watches it from inside',
    pattern: /\bvi\.(?:mock|doMock|unmock|mocked|hoisted|spyOn|fn|mockObject|stubGlobal|stubEnv|importMock)\b/,
    examples: ['vi.@mock(', 'vi.@spyOn(', 'vi.@fn()'],
  },
  {
    what: 'sleeps instead of waiting for a condition',
    pattern:
      /^(?!.*\bwhile \().*(?:new Promise(?:<\w+>)?\(\(?(\w+)\)? => (?:void )?setTimeout\(\1,|scheduler\.wait\(|import \{[^}]*\bsetTimeout\b[^}]*\} from 'node:timers\/promises')/m,
    examples: [
      'await new Promise((resolve) => @setTimeout(resolve, 500))',
      'await new Promise<void>((done) => void @setTimeout(done, 500))',
      `import { setTimeout as sleep } from 'node:timers@/promises'`,
      'await scheduler.@wait(500)',
    ],
  },
]

const together = (example: string): string => example.replace('@', '')

const folder = import.meta.dirname

/** Everything that promises something: the tests, and what several of them have in common. */
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
  .filter(({ name, text }) => name.endsWith('.test.ts') || /import \{[^}]*\btest\b[^}]*\} from 'vitest'/.test(text))

test.each(shortcuts)('no test $what', ({ pattern, examples }) => {
  const found = files.filter(({ text }) => pattern.test(text))

  expect(found.map(({ name }) => name)).toEqual([])
  expect(examples.map(together).filter((example) => !pattern.test(example))).toEqual([])
})

test('the files of tests are found, and with them those that several have in common', () => {
  const names = files.map(({ name }) => name)

  expect(names.length).toBeGreaterThan(190)
  expect(names).toContain('shortcuts.test.ts')
  expect(names).toContain(join('contracts', 'store', 'inbox.ts'))
})
