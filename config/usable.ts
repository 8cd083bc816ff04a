import type { ModelSpec } from '../src/core/model.ts'
import type { Secret } from '../src/core/secret.ts'
import type { Config } from './config.ts'

type Reach = Pick<Config, 'apiKeys' | 'providerUrls'>

/** A model, and why it is not asked; `because` is undefined when it is. */
export interface ModelState {
  readonly model: ModelSpec
  readonly because: string | undefined
}

/** Where a model is reached, and the key of that server; undefined when nothing says where. */
export interface Endpoint {
  readonly baseUrl: string
  readonly apiKey: Secret | undefined
}

/** The address of the entry itself, or the provider's. */
export function endpointOf({ provider, baseUrl, apiKeyEnv }: ModelSpec, config: Reach): Endpoint | undefined {
  const address = baseUrl ?? config.providerUrls[provider]
  const apiKey = apiKeyEnv === undefined ? undefined : config.apiKeys.get(apiKeyEnv)
  return address === undefined ? undefined : { baseUrl: address, apiKey }
}

/**
 * Which entries have all they need to be asked, for routing and for `doctor`. Whether their server answers is not looked at.
 */
export function usableModels(models: readonly ModelSpec[], config: Reach): readonly ModelState[] {
  return models.map((model) => ({ model, because: obstacleOf(model, config) }))
}

function obstacleOf(model: ModelSpec, config: Reach): string | undefined {
  if (model.capabilities.length === 0) return 'has no capability: it is there to be compared with'
  if (model.prices === undefined) return `nobody knows what ${model.wireName} costs; write its price into prices.yaml`
  if (endpointOf(model, config) === undefined) return 'OLLAMA_HOST is not set, and the entry has no baseUrl'
  if (model.apiKeyEnv !== undefined && !config.apiKeys.has(model.apiKeyEnv))
    return `${model.apiKeyEnv} is not set (a name that is new in models.yaml is read at the next start)`
  return undefined
}
