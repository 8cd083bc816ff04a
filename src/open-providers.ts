import type { OllamaProvider } from '../adapters/models/ollama.ts'
import type { Config } from '../config/config.ts'
import { endpointOf, type Endpoint } from '../config/usable.ts'
import { FaultError } from './core/errors.ts'
import type { Catalogue } from './models/catalogue.ts'
import type { ModelSpec } from './core/model.ts'
import type { ModelProvider } from './core/ports.ts'

export interface Providers {
  /** The provider that serves an entry, its package loaded; entries of one server and key share it. */
  of(model: ModelSpec): Promise<ModelProvider>
  /**
   * Loads a local model; how long that took in milliseconds, or undefined where there is nothing to load. Whoever ends the
   * wait by the signal does not end the loading: that goes on until `close`.
   * @throws ModelError
   */
  preload(model: ModelSpec, signal: AbortSignal): Promise<number | undefined>
  close(): Promise<void>
}

/** Makes each provider when it is asked for the first time: nothing unused is loaded. */
export function openProviders(config: Config, catalogue: Pick<Catalogue, 'models'>): Providers {
  const opened = new Map<string, Promise<ModelProvider>>()
  const ollamas: OllamaProvider[] = []
  const of = (model: ModelSpec): Promise<ModelProvider> => {
    const endpoint = endpointOf(model, config)
    if (endpoint === undefined) throw new FaultError(`The model ${model.alias} has no server, so it must not be asked.`)
    const key = `${model.provider} ${endpoint.baseUrl} ${model.apiKeyEnv ?? ''}`
    const known = opened.get(key)
    if (known !== undefined) return known
    const provider = open(model, endpoint, { config, catalogue, ollamas })
    opened.set(key, provider)
    return provider
  }
  return {
    of,
    preload: async (model, signal) => {
      const provider = await of(model)
      const ollama = ollamas.find((one) => one === provider)
      return await ollama?.preload(model.wireName, signal)
    },
    close: async () => {
      await Promise.allSettled(opened.values())
      for (const ollama of ollamas) ollama.stop()
    },
  }
}

interface Opening {
  readonly config: Config
  readonly catalogue: Pick<Catalogue, 'models'>
  readonly ollamas: OllamaProvider[]
}

/** Ollama loads each model with a context of its own. */
function contextOf(wireName: string, catalogue: Pick<Catalogue, 'models'>): number | undefined {
  return catalogue.models().find((model) => model.provider === 'ollama' && model.wireName === wireName)?.contextTokens
}

/** A package that is loaded here takes nothing of the time of the first request, which tells of one that is missing. */
async function orLater(load: () => Promise<unknown>): Promise<void> {
  await load().catch(() => undefined)
}

async function open(
  model: ModelSpec,
  { baseUrl, apiKey }: Endpoint,
  { config, catalogue, ollamas }: Opening,
): Promise<ModelProvider> {
  const keyName = model.apiKeyEnv
  switch (model.provider) {
    case 'openai':
    case 'gemini':
    case 'together': {
      const { createOpenaiProvider, loadOpenaiSdk } = await import('../adapters/models/openai.ts')
      await orLater(loadOpenaiSdk)
      return createOpenaiProvider({ name: model.provider, baseUrl, apiKey, keyName })
    }
    case 'anthropic': {
      const { createAnthropicProvider, loadAnthropicSdk } = await import('../adapters/models/anthropic.ts')
      await orLater(loadAnthropicSdk)
      return createAnthropicProvider({ name: 'anthropic', baseUrl, apiKey, keyName })
    }
    case 'ollama': {
      const { createOllamaProvider, loadOllamaSdk } = await import('../adapters/models/ollama.ts')
      await orLater(loadOllamaSdk)
      const { maxLoaded, keepAlive } = config.models.ollama
      const ollama = createOllamaProvider({
        name: 'ollama',
        baseUrl,
        apiKey,
        keyName,
        loadedModels: maxLoaded,
        keepAlive,
        contextTokens: (name) => contextOf(name, catalogue),
        elapsedMs: () => performance.now(),
      })
      ollamas.push(ollama)
      return ollama
    }
  }
}
