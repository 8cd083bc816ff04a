import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { createSay } from '../../config/wording.ts'
import { readSpendArguments } from '../../handlers/spend/arguments.ts'

const page = readFileSync(new URL('../../docs/spend.md', import.meta.url), 'utf8')
const commands = (text: string): readonly string[] =>
  [...text.matchAll(/`\/spend ?([^`]*)`/g)].map(([, rest = '']) => rest)

test('every command that docs/spend.md, the usage and the page in Slack name is understood', () => {
  const say = createSay(loadConfig({}).wording)
  const named = [page, say('spend.usage'), say('home.spend.more')].flatMap(commands)

  expect(named.length).toBeGreaterThan(20)
  expect(named.filter((text) => readSpendArguments(text).kind === 'wrong')).toEqual([])
})

test('docs/spend.md names every kind of command', () => {
  const kinds = new Set(commands(page).map((text) => readSpendArguments(text).kind))

  expect([...kinds].toSorted()).toEqual(['audit', 'group', 'help', 'limit', 'mode', 'report'])
})

test('the list of admins that docs/spend.md shows is accepted', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-docs-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'bot.yaml'), page.split('```yaml\n')[1]?.split('```')[0] ?? '')

  expect([...loadConfig({ TUPPENCE_CONFIG_DIR: folder }).team.admins]).toEqual([
    'slack:T0123ABCD:U0456EFGH',
    'discord:1234567890123456789',
  ])
})
