import type { ModelSpec } from '../src/core/model.ts'
import type { Secret } from '../src/core/secret.ts'
import type { Config } from './config.ts'
import { ownMachine } from './prices.ts'
import { isPrivateAddress } from './private-address.ts'

type Reach = Pick<Config, 'apiKeys' | 'providerUrls'>

/** A model, and why it is not asked; `because` is undefined when it is. */
export interface ModelState {
  readonly model: ModelSpec
  readonly because: string | undefined
  /** The variable that would let it be asked, where that is all it lacks. */
  readonly waitsFor?: string
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
  return models.map((model) => ({ model, because: undefined, ...obstacleOf(model, config) }))
}

function obstacleOf(model: ModelSpec, config: Reach): Omit<ModelState, 'model'> | undefined {
  const { capabilities, prices, wireName, apiKeyEnv } = model
  if (capabilities.length === 0) return { because: 'has no capability: it is there to be compared with' }
  if (prices === undefined) return { because: `nobody knows what ${wireName} costs; write its price into prices.yaml` }
  const endpoint = endpointOf(model, config)
  if (endpoint === undefined)
    return { because: 'OLLAMA_HOST is not set, and the entry has no baseUrl', waitsFor: 'OLLAMA_HOST' }
  const isAtHome = model.tier === 1 || prices.source === ownMachine
  if (isAtHome && !isPrivateAddress(endpoint.baseUrl)) {
    const { hostname } = new URL(endpoint.baseUrl)
    return { because: `${hostname} is no machine of your own; write tier 2 or above, and its price` }
  }
  if (apiKeyEnv !== undefined && !config.apiKeys.has(apiKeyEnv)) {
    const because = `${apiKeyEnv} is not set (a name that is new in models.yaml is read at the next start)`
    return { because, waitsFor: apiKeyEnv }
  }
  return undefined
}
