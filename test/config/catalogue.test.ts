import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createCatalogue, type CatalogueChange } from '../../config/catalogue.ts'
import { loadConfig } from '../../config/load.ts'
import type { ConfigError } from '../../src/core/errors.ts'
import { modelsYaml, ownFolder, pricesYaml } from './own-models.ts'

const a = { alias: 'a', provider: 'openai', model: 'gpt-6-luna', tier: 2 }
const b = { alias: 'b', provider: 'openai', model: 'gpt-6-sol', tier: 3, retiresOn: '2026-12-01' }
const price = (input: number) =>
  pricesYaml({
    provider: 'openai',
    model: 'gpt-6-luna',
    asOf: '2026-11-21',
    source: 'by hand',
    bands: [{ input, cached: input, cacheWrite: input, output: input }],
  })

/** A catalogue over a folder of an operator, looked at often. */
function watch(
  files: Readonly<Record<string, string>>,
  environment: Record<string, string> = {},
  pace: { readonly everyMs?: number } = { everyMs: 20 },
) {
  const folder = ownFolder(files)
  const changes: CatalogueChange[] = []
  const refusals: ConfigError[] = []
  const config = loadConfig({ ...environment, TUPPENCE_CONFIG_DIR: folder })
  const catalogue = createCatalogue(config, {
    ...pace,
    onChange: (change) => changes.push(change),
    onRefused: (error) => refusals.push(error),
  })
  onTestFinished(() => catalogue.close())
  const write = (name: string, content: string) => writeFileSync(join(folder, name), content)
  return { catalogue, changes, refusals, write, folder }
}

/** As often as the bot itself looks. */
const usualPace = {}
const soon = { timeout: 4000, interval: 10 }
const aliases = ({ catalogue }: ReturnType<typeof watch>) => catalogue.models().map(({ alias }) => alias)

test('a model that is added to the file is there within two seconds, without a restart', async () => {
  const watched = watch({ 'models.yaml': modelsYaml(a) }, {}, usualPace)
  const begunMs = performance.now()

  watched.write('models.yaml', modelsYaml(a, b))

  await expect.poll(() => watched.catalogue.find('b')?.wireName, soon).toBe('gpt-6-sol')
  expect(performance.now() - begunMs).toBeLessThan(2000)
  expect(watched.changes).toMatchObject([{ added: ['b'], removed: [], changed: [] }])
  expect(watched.catalogue.retiring(new Date('2026-11-21'))).toEqual([
    { alias: 'b', retiresOn: '2026-12-01', days: 10 },
  ])
})

test('a model that is changed or taken away is told by its alias', async () => {
  const watched = watch({ 'models.yaml': modelsYaml(a, b) })

  watched.write('models.yaml', modelsYaml({ ...a, maxOutputTokens: 77 }))

  await expect.poll(() => watched.changes, soon).toMatchObject([{ added: [], removed: ['b'], changed: ['a'] }])
  expect(watched.catalogue.find('a')?.maxOutputTokens).toBe(77)
  expect(watched.catalogue.find('b')).toBe(undefined)
})

test('a price that appears counts at once, also for the name of a response', async () => {
  const watched = watch({ 'models.yaml': modelsYaml(a) })

  watched.write('prices.yaml', price(7))

  await expect.poll(() => watched.changes, soon).toMatchObject([{ changed: ['a'] }])
  expect(watched.catalogue.find('a')?.prices?.bands[0]?.rates.input).toBe(7_000_000)
  expect(watched.catalogue.pricesOf('openai', 'gpt-6-luna-2026-09-22')?.bands[0]?.rates.input).toBe(7_000_000)
})

test('a file with a fault is refused as a whole, told once, and mended by the next good one', async () => {
  const watched = watch({ 'models.yaml': modelsYaml(a) })

  watched.write('models.yaml', modelsYaml({ ...a, maxOutputTokens: 77 }, { ...b, provider: 'olama' }))
  await expect.poll(() => watched.refusals.length, soon).toBe(1)
  expect(watched.refusals[0]?.message).toContain('olama')
  expect(watched.catalogue.find('a')?.maxOutputTokens).toBe(1024)

  watched.write('models.yaml', modelsYaml(a, b))
  await expect.poll(() => aliases(watched), soon).toEqual(['a', 'b'])
  expect(watched.refusals).toHaveLength(1)
})

test('a price with a fault leaves the models as they were too', async () => {
  const watched = watch({ 'models.yaml': modelsYaml(a) })

  watched.write('prices.yaml', price(70_000))

  await expect.poll(() => watched.refusals.length, soon).toBe(1)
  expect(watched.catalogue.find('a')?.prices?.bands[0]?.rates.input).toBe(100_000)
})

test('the model that the settings name cannot be taken away', async () => {
  const watched = watch({ 'models.yaml': modelsYaml(a, b) }, { DEFAULT_MODEL: 'b' })

  watched.write('models.yaml', modelsYaml(a))

  await expect.poll(() => watched.refusals.length, soon).toBe(1)
  expect(watched.refusals[0]?.message).toContain('DEFAULT_MODEL')
  expect(aliases(watched)).toEqual(['a', 'b'])
})

test('without a file of one’s own the shipped one counts again', async () => {
  const watched = watch({ 'models.yaml': modelsYaml(a) })

  rmSync(join(watched.folder, 'models.yaml'))

  await expect.poll(() => aliases(watched), soon).toContain('haiku')
})

test('what was changed between reading and watching is found', async () => {
  const folder = ownFolder({ 'models.yaml': modelsYaml(a) })
  const config = loadConfig({ TUPPENCE_CONFIG_DIR: folder })
  writeFileSync(join(folder, 'models.yaml'), modelsYaml(a, b))

  const catalogue = createCatalogue(config, { everyMs: 20 })
  onTestFinished(() => catalogue.close())

  await expect.poll(() => catalogue.find('b')?.alias, soon).toBe('b')
})

test('files that are written anew with what they said change nothing', async () => {
  const watched = watch({ 'models.yaml': modelsYaml(a) })

  watched.write('models.yaml', `${modelsYaml(a)}\n# looked at\n`)
  watched.write('prices.yaml', price(1))
  await expect.poll(() => watched.changes.length, soon).toBe(1)
  watched.write('prices.yaml', `${price(1)}\n`)
  watched.write('models.yaml', modelsYaml(a, b))

  await expect.poll(() => aliases(watched), soon).toEqual(['a', 'b'])
  expect(watched.changes).toHaveLength(2)
})

test('a file that is still being written is left alone until it stands still', async () => {
  const watched = watch({ 'models.yaml': modelsYaml(a) }, {}, { everyMs: 100 })
  const begunMs = performance.now()
  let written = 0

  // Good YAML each time, and each time without the last entry, for longer than three looks.
  const writeOn = () => {
    written += 1
    watched.write('models.yaml', `${modelsYaml()}\n${'#'.repeat(written)}`)
    return performance.now() - begunMs
  }
  await expect.poll(writeOn, soon).toBeGreaterThan(350)
  watched.write('models.yaml', modelsYaml(a, b))

  await expect.poll(() => aliases(watched), soon).toEqual(['a', 'b'])
  expect(watched.changes).toHaveLength(1)
})

test('a closed catalogue follows no longer', async () => {
  const watched = watch({ 'models.yaml': modelsYaml(a) })
  const other = createCatalogue(loadConfig({ TUPPENCE_CONFIG_DIR: watched.folder }), { everyMs: 20 })
  onTestFinished(() => other.close())
  watched.catalogue.close()

  watched.write('models.yaml', modelsYaml(a, b))

  await expect.poll(() => other.find('b')?.alias, soon).toBe('b')
  expect(aliases(watched)).toEqual(['a'])
})
