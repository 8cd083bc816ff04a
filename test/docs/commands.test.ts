import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { tuppence } from '../src/cli-process.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).toSorted()
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }

/** The lines of the pages' blocks of shell commands, and what stands between backticks in their text. */
const commands = pages.flatMap((page) => {
  const text = readFileSync(join(root, page), 'utf8')
  const blocks = [...text.matchAll(/^```(?:sh)?\n([^]*?)^```$/gm)].flatMap(([, block = '']) => block.split('\n'))
  const spans = [...text.replace(/^```[^]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span)
  return [...blocks, ...spans].map((line) => line.replace(/^(?:[A-Z_]+=\S+ )+/, '').replace(/ +#.*$/, ''))
})

/** `npm start`, and what npm calls by other names. */
function scriptOf(line: string): string | undefined {
  return /^npm (?:run )?(start|test|[a-z]+)\b/.exec(line)?.[1]
}

test('every script of npm that a page names is one of package.json', () => {
  const named = commands.flatMap((line) => scriptOf(line) ?? [])

  expect(named).toContain('bench')
  expect(named.filter((name) => !Object.keys(scripts).includes(name))).toEqual([])
})

test('every file that a command of a page runs is there', () => {
  const files = commands.flatMap(
    (line) => /^(?:node|npx vitest run) ([\w./-]+)(?: (test\/\S+))?/.exec(line)?.slice(1) ?? [],
  )
  const named = files.filter((file) => file !== undefined)

  expect(named).toContain('test/chaos/budget-race.ts')
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([])
})

test('every command that a page names is in the list of commands, and each of its flags in the help of it', async () => {
  const lines = commands.flatMap((line) => /^(?:node bin\/tuppence\.mjs|tuppence) ([a-z].*)$/.exec(line)?.[1] ?? [])
  const called = Map.groupBy(
    lines.map((line) => line.split(' ')),
    ([name = '']) => name,
  )
  const known = [...(await tuppence([])).stdout.matchAll(/^ {2}(\S+) /gm)].map((found) => found[1] ?? '')

  const unknownFlags = await Promise.all(
    [...called].map(async ([name, uses]) => {
      const { stdout } = await tuppence([name, '--help'])
      const flags = uses.flat().filter((word) => /^--\w/.test(word))
      return flags
        .filter((flag) => flag !== '--help' && !new RegExp(`${flag}(?![\\w-])`).test(stdout))
        .map((flag) => `${name} ${flag}`)
    }),
  )

  expect([...called.keys()].filter((name) => !known.includes(name))).toEqual([])
  expect(unknownFlags.flat()).toEqual([])
})
