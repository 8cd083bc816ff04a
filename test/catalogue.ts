import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dump } from 'js-yaml'
import type { ModelServer } from './servers/models.ts'

/** One model of a catalogue made for a test. A price is in dollars per million tokens, the same for all kinds but the answer. */
export interface TestModel {
  readonly alias: string
  readonly provider: 'openai' | 'anthropic' | 'gemini' | 'together' | 'ollama'
  readonly server: Pick<ModelServer, 'url'>
  readonly tier: 1 | 2 | 3 | 4
  readonly price?: { readonly input: number; readonly output: number }
  readonly timeoutSeconds?: number
  readonly maxOutputTokens?: number
  readonly fallbacks?: readonly string[]
  /** Further settings of the entry, as models.yaml has them. */
  readonly more?: Readonly<Record<string, unknown>>
}

/** A folder of configuration with these models alone; `bot` is bot.yaml, in which nobody is limited if it says nothing of that. The caller removes it. */
export function writeCatalogue(models: readonly TestModel[], bot: Readonly<Record<string, unknown>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-models-'))
  writeFileSync(join(folder, 'models.yaml'), dump({ models: models.map(toEntry) }))
  writeFileSync(join(folder, 'prices.yaml'), dump({ prices: models.flatMap(toPrices) }))
  writeFileSync(join(folder, 'bot.yaml'), dump({ limits: { user: { messages: 0 }, channel: { messages: 0 } }, ...bot }))
  return folder
}

function toEntry({ alias, provider, server, tier, more, ...model }: TestModel): object {
  return {
    alias,
    provider,
    model: `${alias}-1`,
    tier,
    baseUrl: server.url,
    contextTokens: 100_000,
    maxOutputTokens: model.maxOutputTokens ?? 500,
    timeoutSeconds: model.timeoutSeconds ?? 5,
    fallbacks: model.fallbacks ?? [],
    ...more,
  }
}

function toPrices({ alias, provider, price }: TestModel): readonly object[] {
  if (price === undefined) return []
  const { input, output } = price
  const band = { input, cached: input, cacheWrite: input, output }
  return [{ provider, model: `${alias}-1`, asOf: '2026-11-21', source: 'this test', bands: [band] }]
}
