import { readFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { toDecimal, type Exact } from '../../src/simulation/exact.ts'
import { priceScenario } from '../../src/simulation/price-scenario.ts'
import { scenarios } from '../../src/simulation/scenarios.ts'
import { newDataFolder } from '../data-folder.ts'
import { tuppence } from '../src/cli-process.ts'

const page = readFileSync(new URL('../../docs/costs.md', import.meta.url), 'utf8')
const folder = newDataFolder()
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The commands of the page that ask no model and decide nothing. */
const samples = page
  .split('\n')
  .filter((line) => line.startsWith('tuppence ') && !line.includes('--a haiku') && !line.includes('--approve'))

describe('docs/costs.md', () => {
  test('names for every scenario the dollars that are worked out', () => {
    const dollars = (value: Exact | undefined): string => (value ? `$${toDecimal(value, { least: 2, places: 9 })}` : '')

    for (const scenario of scenarios) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${scenario.name}\``)) ?? ''
      const stated = row.match(/\$[\d.]+\d/g)
      const { strategies } = priceScenario(scenario)
      expect([scenario.name, stated]).toEqual([
        scenario.name,
        strategies.map(({ perDay, perMessage }) => dollars(perDay ?? perMessage)),
      ])
    }
  })

  test('has samples of every command but the one that pays', () => {
    expect(samples.map((line) => line.split(' ')[1])).toEqual([
      'simulate',
      'simulate',
      'costs',
      'costs',
      'ab-test',
      'models',
    ])
  })

  test.each(samples)('%s runs as it stands there', async (line) => {
    const recorded = '{"text":"where is my refund?"}\n{"text":"hi"}\n{"text":"can you help me with the thing"}\n'
    const file = join(folder, 'messages.jsonl')
    await writeFile(file, recorded)

    const { code, stdout, stderr } = await tuppence(line.replace('messages.jsonl', file).split(' ').slice(1), {
      environment: { TUPPENCE_DATA_DIR: folder },
    })

    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.length).toBeGreaterThan(20)
  })
})
