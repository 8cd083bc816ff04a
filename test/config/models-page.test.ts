import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { variableNames } from '../../config/environment.ts'
import { loadConfig } from '../../config/load.ts'
import { modelSchema } from '../../config/models-schema.ts'
import { profileNames } from '../../src/routing/profile.ts'
import { loadOwn, modelOf } from './own-models.ts'

const page = readFileSync(new URL('../../docs/models.md', import.meta.url), 'utf8')
const samples = [...page.matchAll(/```yaml\n([^]*?)```/g)].map((found) => found[1] ?? '')

test('every sample of the page is a file that can be used', () => {
  const [terra, servers, prices] = samples

  expect(modelOf(loadOwn({ 'models.yaml': terra ?? '' }), 'terra').prices?.source).toContain('genai-prices')
  expect(loadOwn({ 'models.yaml': servers ?? '' }).modelList.models).toHaveLength(2)
  expect(loadOwn({ 'prices.yaml': prices ?? '' }).modelList.ownPrices.get('openai/gpt-6.1-terra')?.bands).toHaveLength(
    3,
  )
  expect(samples).toHaveLength(3)
})

test('the page lists every shipped model with its id and tier', () => {
  for (const { alias, wireName, tier } of loadConfig({}).modelList.models.filter((model) => model.alias !== 'dearest'))
    expect(page).toMatch(new RegExp(`\\| \`${alias}\` +\\| [A-Z]\\w+, \`${wireName}\` +\\| ${tier} `))
})

test('the page explains every key of an entry and every profile', () => {
  const keys = Object.keys(modelSchema.shape)

  expect(keys.filter((key) => !page.includes(`\`${key}\``))).toEqual([])
  expect(profileNames.filter((profile) => !page.includes(`- \`${profile}\``))).toEqual([])
})

test('the page names every variable of models and budget', () => {
  const ours = variableNames.filter((name) =>
    /BUDGET|MODEL|FALLBACK|COST|CLOUD|WEBHOOK|OPENAI|ANTHROPIC|GEMINI|TOGETHER|OLLAMA/.test(name),
  )

  expect(ours.length).toBeGreaterThan(15)
  expect(ours.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})
