import type { z } from 'zod'
import type { ConfigFault } from '../src/core/errors.ts'
import type { ModelPrices, ModelSpec, ProviderName } from '../src/core/model.ts'
import type { ModelList } from './config.ts'
import { Faults } from './faults.ts'
import { circlesOf } from './fallback-circles.ts'
import { modelsSchema, type modelSchema } from './models-schema.ts'
import { flatPrices, listedPrices, ownMachine, priceKey, readPrices, slipOf } from './prices.ts'
import { isPrivateAddress } from './private-address.ts'
import { keyNames } from './providers.ts'
import { fileOf, readYaml } from './yaml.ts'

type Entry = z.output<typeof modelSchema>

const file = 'models.yaml'

/** Reads models.yaml and prices.yaml; undefined when one of them has faults. */
export function readModels(own: string | undefined, faults: Faults): ModelList | undefined {
  const before = faults.found.length
  const ownPrices = readPrices(own, faults)
  const content = readYaml(fileOf(file, own), modelsSchema, faults)
  const warnings = new Faults()
  const models = (content?.models ?? []).flatMap((entry, index) => {
    const model = toSpec(entry, { at: `models.${index}`, ownPrices, faults, warnings })
    return model === undefined ? [] : [model]
  })
  checkNames(models, faults)
  for (const circle of circlesOf(models))
    faults.add(file, `models.${circle[0]}.fallbacks`, `lead in a circle: ${circle.join(' → ')}`)
  if (content === undefined || faults.found.length > before) return undefined
  return { models, ownPrices, warnings: [...warnings.found, ...doubtsOf(models)] }
}

interface Surroundings {
  /** Where the entry stands, until its alias is known. */
  readonly at: string
  readonly ownPrices: ReadonlyMap<string, ModelPrices>
  readonly faults: Faults
  readonly warnings: Faults
}

/**
 * Seconds one attempt may take, and milliseconds it usually takes, until an entry says otherwise: by tier. A message has 13 s
 * for models in a cloud, so that after a large one that did not answer a cheap one still can.
 */
const timeoutSeconds = { 1: 30, 2: 5, 3: 8, 4: 10 } as const
const latencyMs = { 1: 3000, 2: 900, 3: 2000, 4: 4000 } as const

function toSpec(entry: Entry, { at, ownPrices, faults, warnings }: Surroundings): ModelSpec | undefined {
  const wireName = entry.model ?? entry.name
  const alias = entry.alias ?? entry.name?.toLowerCase()
  if (wireName === undefined || alias === undefined) {
    faults.add(
      file,
      `${at}.${wireName === undefined ? 'model' : 'alias'}`,
      'missing; every entry has an alias and the id',
    )
    return undefined
  }
  const path = `models.${alias}`
  checkOlderNames(entry, path, { faults, warnings })
  const provider = entry.provider === 'local' ? 'ollama' : entry.provider
  const maxOutputTokens = entry.maxOutputTokens ?? entry.max_tokens ?? 1024
  if (maxOutputTokens > entry.contextTokens) {
    const problem = `${maxOutputTokens} is more than the contextTokens, ${entry.contextTokens}`
    faults.add(file, `${path}.maxOutputTokens`, problem)
  }
  const { tier, capabilities, contextTokens, fallbacks, retiresOn, baseUrl } = entry
  const needsKey = provider !== 'ollama' && baseUrl === undefined
  return {
    alias,
    provider,
    wireName,
    tier,
    capabilities,
    baseUrl,
    apiKeyEnv: entry.apiKeyEnv ?? entry.api_key_env ?? (needsKey ? keyNames[provider] : undefined),
    contextTokens,
    maxOutputTokens,
    minimumCacheTokens: entry.minimumCacheTokens,
    thinking: entry.thinking,
    requestsPerMinute: entry.requestsPerMinute,
    timeoutMs: Math.round((entry.timeoutSeconds ?? timeoutSeconds[tier]) * 1000),
    expectedLatencyMs: entry.expectedLatencyMs ?? latencyMs[tier],
    fallbacks,
    prices: pricesFor(entry, { provider, wireName, path, ownPrices, faults }),
    retiresOn,
  }
}

/** Older names are taken for the present ones; both at once would leave open which of them counts. */
function checkOlderNames(
  entry: Entry,
  path: string,
  { faults, warnings }: Pick<Surroundings, 'faults' | 'warnings'>,
): void {
  const pairs = [
    ['max_tokens', 'maxOutputTokens', entry.max_tokens, entry.maxOutputTokens],
    ['api_key_env', 'apiKeyEnv', entry.api_key_env, entry.apiKeyEnv],
    ['name', 'model', entry.name, entry.model],
  ] as const
  for (const [older, present, a, b] of pairs) {
    if (a !== undefined && b !== undefined)
      faults.add(file, `${path}.${older}`, `is an older name of ${present}, which is given too; keep one of them`)
  }
  if (entry.path !== undefined)
    warnings.add(file, `${path}.path`, 'is not read: local models are served by Ollama or a server with a baseUrl')
}

interface Priced {
  readonly provider: ProviderName
  readonly wireName: string
  readonly path: string
  readonly ownPrices: ReadonlyMap<string, ModelPrices>
  readonly faults: Faults
}

/** `gpt-oss:120b-cloud`, `gemma4:cloud`: an Ollama of one's own hands these on to ollama.com (docs.ollama.com/cloud). */
const cloudId = /cloud$/i

const noRates = { input: 0, cached: 0, cacheWrite: 0, output: 0 }

/** Tier 1 costs nothing and is checked to be local; the others cost what the entry, prices.yaml or the package says. */
function pricesFor(entry: Entry, { provider, wireName, path, ownPrices, faults }: Priced): ModelPrices | undefined {
  const key = priceKey(provider, wireName)
  const perThousand = entry.cost_per_1k
  if (entry.tier === 1) {
    const isPriced = (perThousand ?? 0) > 0 || ownPrices.get(key)?.bands.some(({ rates }) => rates.output > 0) === true
    if (isPriced)
      faults.add(file, `${path}.tier`, 'tier 1 is for models that cost nothing, and this one has a price; write 2')
    const isLocal = entry.baseUrl === undefined ? provider === 'ollama' : isPrivateAddress(entry.baseUrl)
    if (!isLocal)
      faults.add(
        file,
        `${path}.tier`,
        'tier 1 is for models on machines of your own: ollama, or a baseUrl of this machine or your network; write 2',
      )
    if (cloudId.test(wireName))
      faults.add(
        file,
        `${path}.model`,
        'ids that end in "cloud" are answered by Ollama’s cloud, also through a server of your own; write tier 2 or above and its price, or take another model',
      )
    return flatPrices(key, noRates, ownMachine)
  }
  if (perThousand !== undefined) {
    // Dollars per thousand, moved by nine places, are micro-dollars per million.
    const slip = slipOf('cost_per_1k', perThousand)
    if (slip !== undefined) faults.add(file, `${path}.cost_per_1k`, slip)
    const rates = { input: perThousand, cached: perThousand, cacheWrite: perThousand, output: perThousand }
    return flatPrices(key, rates, 'cost_per_1k of models.yaml')
  }
  const listed = listedPrices(ownPrices, { provider, wireName })
  if (listed !== undefined || provider !== 'ollama' || cloudId.test(wireName)) return listed
  // Without an address it is OLLAMA_HOST that counts; `usableModels` looks at that one.
  const isOwn = entry.baseUrl === undefined || isPrivateAddress(entry.baseUrl)
  return isOwn ? flatPrices(key, noRates, ownMachine) : undefined
}

function checkNames(models: readonly ModelSpec[], faults: Faults): void {
  const aliases = new Set<string>()
  const served = new Map<string, string>()
  for (const { alias, provider, wireName, baseUrl, fallbacks } of models) {
    if (aliases.has(alias)) faults.add(file, `models.${alias}`, 'stands twice; every alias names one model')
    aliases.add(alias)
    const server = `${priceKey(provider, wireName)} ${baseUrl ?? ''}`
    const other = served.get(server)
    if (other !== undefined && other !== alias)
      faults.add(file, `models.${alias}.model`, `is the model of ${other}, at the same server; keep one entry`)
    served.set(server, alias)
    if (new Set(fallbacks).size < fallbacks.length) faults.add(file, `models.${alias}.fallbacks`, 'name a model twice')
  }
  const known = [...aliases].join(', ')
  for (const { alias, fallbacks } of models) {
    for (const name of fallbacks.filter((name) => !aliases.has(name)))
      faults.add(file, `models.${alias}.fallbacks`, `unknown model "${name}"; known: ${known}`)
  }
}

function doubtsOf(models: readonly ModelSpec[]): readonly ConfigFault[] {
  return models
    .filter(({ prices }) => prices === undefined)
    .map(({ alias, wireName }) => ({
      file,
      path: `models.${alias}`,
      problem: `nobody knows what ${wireName} costs, so it is never asked; write its price into prices.yaml`,
    }))
}
