import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { examineModels } from '../../src/examine-models.ts'
import { nobodysUrl } from '../servers/models.ts'
import { tuppence } from '../src/cli-process.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
/** Without the breaks of its lines. */
const prose = readme.replaceAll('\n', ' ')

/** The first cells of a table, without their backticks. */
function firstCells(heading: string): readonly string[] {
  const [section = ''] = (readme.split(`\n## ${heading}\n`)[1] ?? '').split('\n## ')
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, cell = '']) => cell)
}

test('the table of commands has every command, and no other', async () => {
  const { stdout } = await tuppence([])

  const known = [...stdout.matchAll(/^ {2}(\S+) /gm)].map((found) => found[1])
  const listed = firstCells('Commands').map((cell) => cell.split(' ')[0])
  expect(listed.filter((cell) => cell !== 'node')).toEqual(known)
})

test('the map has every folder', () => {
  const folders = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^\.|^node_modules$|^test-results$/.test(entry.name))
    .map(({ name }) => name)

  expect(new Set(firstCells('Map').map((cell) => cell.split('/')[0]))).toEqual(new Set(folders))
})

test('what doctor says with one key is what doctor says', async () => {
  const environment = { ANTHROPIC_API_KEY: 'a-key', ANTHROPIC_BASE_URL: await nobodysUrl(), TZ_BUDGET: 'Europe/London' }

  const findings = await examineModels(loadConfig(environment), new Date('2026-11-21T10:00:00Z'))

  const shown = (readme.split('```text\n')[1] ?? '').split('```')[0]?.trimEnd().split('\n')
  const said = findings
    .filter(({ state }) => state === 'ok')
    .map(({ part, detail }) => `ok       ${part.padEnd(14)} ${detail}`)
  expect(shown).toEqual(said)
})

test('the limits it names are the defaults, and the sentence of a day without money is the one of the wording', () => {
  const { budget, wording } = loadConfig({})

  expect([budget.dailyLimit, budget.requestLimit, budget.advancedRequestLimit]).toEqual([100_000_000, 10_000, 50_000])
  expect(prose).toContain("a day's budget of $100, one cent for a message and five for one that a large model answers")
  expect([budget.alertAt, budget.preferLocalFrom]).toEqual([0.8, 0.9])
  expect(prose).toContain('You are told at 80 %, 90 % and 100 %')
  expect(prose).toContain(`"${wording.get('budget.simple')}"`)
})

test('what was measured is what docs/budget.md has', () => {
  const page = readFileSync(new URL('../../docs/budget.md', import.meta.url), 'utf8')
  const [ours = '', readAndWritten = '', atomic = ''] = page
    .split('\n')
    .filter((line) => /^\| (?:reserve|call|check), /.test(line))

  expect(prose).toContain('$0.00 beyond a limit of $0.05')
  expect(ours).toMatch(/\| \$0\.05 +\| \$0\.\d+ +\| \$0\.00 /)
  const [first, second] = /went (\S+ %) beyond it .* and (\S+ %) with an atomic one/.exec(prose)?.slice(1) ?? []
  expect([readAndWritten, atomic].map((row) => row.split('|').at(-2)?.trim())).toEqual([first, second])
})

test('an example that works stands before line 30', () => {
  expect(readme.split('\n').slice(0, 30).join('\n')).toMatch(/```sh\n[^`]*npm start/)
})
