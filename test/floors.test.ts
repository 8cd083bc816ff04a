import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const imports = 'eslint(no-restricted-imports)'
const environment = 'eslint(no-restricted-properties)'
const use = (specifier: string) => `import { value } from '${specifier}'\nexport const used = value\n`
const library = (name: string) => `import * as library from '${name}'\nexport const used = library\n`
const provider = (specifier: string) =>
  `import type { ModelProvider } from '${specifier}'\nexport const used: ModelProvider[] = []\n`

/** Files that every other planted file may point at. */
const neighbours = `
  adapters/slack/event.ts adapters/discord/event.ts adapters/store/inbox.ts agents/tickets.ts handlers/intake.ts
  config/schema.ts src/assemble.ts src/main.ts src/budget/day.ts src/models/ask.ts src/core/money.ts test/servers/slack.ts`

interface Planted {
  readonly promise: string
  readonly folder: string
  readonly source: string
  readonly rule: string
}

const refused: readonly Planted[] = [
  { promise: 'core imports no package', folder: 'src/core', source: library('zod'), rule: imports },
  { promise: 'core imports no sub-path of a package', folder: 'src/core', source: library('zod/v4'), rule: imports },
  { promise: 'core imports no folder beside it', folder: 'src/core', source: use('../budget/day.ts'), rule: imports },
  {
    promise: 'a folder of core stays in core',
    folder: 'src/core/ports',
    source: use('../../budget/day.ts'),
    rule: imports,
  },
  {
    promise: 'src/*/ knows no adapter',
    folder: 'src/budget',
    source: use('../../adapters/slack/event.ts'),
    rule: imports,
  },
  {
    promise: 'src/*/ loads no adapter later either',
    folder: 'src/budget',
    source: `export const used = async () => await import('../../adapters/slack/event.ts')\n`,
    rule: imports,
  },
  { promise: 'src/*/ knows no agent', folder: 'src/routing', source: use('../../agents/tickets.ts'), rule: imports },
  { promise: 'src/*/ knows no handler', folder: 'src/routing', source: use('../../handlers/intake.ts'), rule: imports },
  {
    promise: 'src/*/ knows no configuration',
    folder: 'src/routing',
    source: use('../../config/schema.ts'),
    rule: imports,
  },
  { promise: 'src/*/ does not know the roof', folder: 'src/routing', source: use('../assemble.ts'), rule: imports },
  { promise: 'src/*/ opens no socket', folder: 'src/routing', source: library('node:http'), rule: imports },
  { promise: 'src/*/ uses no database library', folder: 'src/routing', source: library('pg'), rule: imports },
  {
    promise: 'src/*/ does not import tests',
    folder: 'src/routing',
    source: use('../../test/servers/slack.ts'),
    rule: imports,
  },
  {
    promise: 'src/*/ fetches nothing',
    folder: 'src/routing',
    source: `export const used = async () => await fetch('http://127.0.0.1')\n`,
    rule: 'eslint(no-restricted-globals)',
  },
  {
    promise: 'only terms.ts uses natural',
    folder: 'src/classification',
    source: library('natural/lib/natural/stemmers/index.js'),
    rule: imports,
  },
  {
    promise: 'src/*/ outside models is handed no provider',
    folder: 'src/routing',
    source: provider('../core/ports.ts'),
    rule: imports,
  },
  {
    promise: 'a handler is handed no provider',
    folder: 'handlers',
    source: provider('../src/core/ports.ts'),
    rule: imports,
  },
  {
    promise: 'an adapter knows no other adapter',
    folder: 'adapters/slack',
    source: use('../discord/event.ts'),
    rule: imports,
  },
  {
    promise: 'an adapter knows no agent',
    folder: 'adapters/slack',
    source: use('../../agents/tickets.ts'),
    rule: imports,
  },
  {
    promise: 'an adapter knows no configuration',
    folder: 'adapters/slack',
    source: use('../../config/schema.ts'),
    rule: imports,
  },
  {
    promise: 'an adapter knows only core of src',
    folder: 'adapters/slack',
    source: use('../../src/budget/day.ts'),
    rule: imports,
  },
  {
    promise: 'an adapter does not know the roof',
    folder: 'adapters/slack',
    source: use('../../src/main.ts'),
    rule: imports,
  },
  {
    promise: 'a folder of an adapter knows no other adapter',
    folder: 'adapters/store/migrations',
    source: use('../../slack/event.ts'),
    rule: imports,
  },
  {
    promise: 'a folder of an adapter knows only core of src',
    folder: 'adapters/store/migrations',
    source: use('../../../src/budget/day.ts'),
    rule: imports,
  },
  { promise: 'an agent knows no handler', folder: 'agents', source: use('../handlers/intake.ts'), rule: imports },
  { promise: 'an agent uses no library of a provider', folder: 'agents', source: library('openai'), rule: imports },
  {
    promise: 'a handler knows no agent',
    folder: 'handlers/cli',
    source: use('../../agents/tickets.ts'),
    rule: imports,
  },
  {
    promise: 'a handler knows no adapter',
    folder: 'handlers',
    source: use('../adapters/slack/event.ts'),
    rule: imports,
  },
  { promise: 'config knows no agent', folder: 'config', source: use('../agents/tickets.ts'), rule: imports },
  { promise: 'the roof does not import tests', folder: 'src', source: use('../test/servers/slack.ts'), rule: imports },
  { promise: 'the roof opens no socket', folder: 'src', source: library('hono'), rule: imports },
  {
    promise: 'only load.ts reads the environment',
    folder: 'config',
    source: `export const used = process.env['PORT']\n`,
    rule: 'node(no-process-env)',
  },
  {
    promise: 'taking env apart is reading it',
    folder: 'adapters/slack',
    source: `export const { env } = process\n`,
    rule: environment,
  },
  {
    promise: 'importing env is reading it',
    folder: 'adapters/slack',
    source: `import { env } from 'node:process'\nexport const used = env\n`,
    rule: imports,
  },
  {
    promise: 'a promise is not left alone',
    folder: 'agents',
    source: `const later = async () => await Promise.resolve(1)\nexport const used = () => {\n  later()\n}\n`,
    rule: 'typescript(no-floating-promises)',
  },
  {
    promise: 'a switch covers every case',
    folder: 'agents',
    source: `export const used = (kind: 'a' | 'b') => {\n  switch (kind) {\n    case 'a':\n      return 1\n  }\n  return 2\n}\n`,
    rule: 'typescript(switch-exhaustiveness-check)',
  },
  {
    promise: 'nothing is any',
    folder: 'agents',
    source: `export const used: any[] = []\n`,
    rule: 'typescript(no-explicit-any)',
  },
]

const allowed: Readonly<Record<string, string>> = {
  'src/core/allowed.ts': `${use('./money.ts')}export * from './receipt.ts'\n`,
  'src/core/receipt.ts': library('node:crypto').replace('used', 'crypto'),
  'src/core/ports/channel.ts': use('../money.ts'),
  'src/models/allowed.ts': provider('../core/ports.ts'),
  'src/routing/allowed.ts': use('../budget/day.ts'),
  'src/classification/terms.ts': `import { PorterStemmer } from 'natural/lib/natural/stemmers/index.js'\nexport const used: unknown = PorterStemmer\n`,
  'src/cli.ts': `${use('./assemble.ts')}export { value as intake } from '../handlers/intake.ts'\n`,
  'adapters/slack/allowed.ts': `${use('./event.ts')}export { value as money } from '../../src/core/money.ts'\n`,
  'adapters/slack/socket.ts': library('node:http'),
  'adapters/store/migrations/allowed.ts': `${use('../inbox.ts')}export { value as money } from '../../../src/core/money.ts'\n`,
  'agents/allowed.ts': `${use('../src/models/ask.ts')}export { value as neighbour } from './tickets.ts'\n`,
  'handlers/cli/allowed.ts': `${use('../intake.ts')}export { value as money } from '../../src/core/money.ts'\n`,
  'config/load.ts': `${use('./schema.ts')}export const port = process.env['PORT']\n`,
  'test/allowed.ts': `${use('../adapters/slack/event.ts')}export const port = process.env['PORT']\n`,
}

interface Report {
  readonly diagnostics: readonly { readonly code: string; readonly filename: string }[]
}

let folder: string
let found: Report['diagnostics']

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tuppence-floors-'))
  for (const file of ['.oxlintrc.json', 'tsconfig.json']) copyFileSync(join(root, file), join(folder, file))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  for (const file of neighbours.trim().split(/\s+/)) plant(file, 'export const value = 1\n')
  plant('src/core/ports.ts', 'export interface ModelProvider {\n  readonly name: string\n}\n')
  refused.forEach(({ folder: where, source }, index) => plant(`${where}/planted-${index}.ts`, source))
  for (const [file, source] of Object.entries(allowed)) plant(file, source)

  const oxlint = spawnSync(process.execPath, [join(root, 'node_modules/oxlint/bin/oxlint'), '-f', 'json'], {
    cwd: folder,
    encoding: 'utf8',
  })
  const report = JSON.parse(oxlint.stdout) as Report // oxlint's own format
  found = report.diagnostics.map(({ code, filename }) => ({ code, filename: filename.replaceAll('\\', '/') }))
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

function plant(file: string, source: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), source)
}

describe('the linter keeps the floors', () => {
  test.each(refused.map((planted, index) => ({ ...planted, index })))('$promise', ({ folder: where, rule, index }) => {
    const codes = found.filter(({ filename }) => filename === `${where}/planted-${index}.ts`).map(({ code }) => code)

    expect(codes).toContain(rule)
  })

  test.each(Object.keys(allowed))('%s imports what it may', (file) => {
    const codes = found.filter(({ filename }) => filename === file).map(({ code }) => code)

    expect(codes).toEqual([])
  })
})
