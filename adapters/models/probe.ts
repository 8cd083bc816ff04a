import type { ProviderName } from '../../src/core/model.ts'
import type { Secret } from '../../src/core/secret.ts'
import type { ProviderOptions } from './options.ts'
import { parseJson, propertyOf } from '../../src/core/outside.ts'

/** What a provider says of itself. `models`: what it has, where it lists that; undefined where a list would say nothing. */
export type Probed =
  | { readonly state: 'ok'; readonly models: ReadonlySet<string> | undefined }
  | { readonly state: 'failed'; readonly because: string }

const timeoutMs = 5000

/** Asks a provider for its list of models: that costs nothing, and shows that the address and the key are right. */
export async function probeProvider(options: ProviderOptions<ProviderName>): Promise<Probed> {
  const { name, baseUrl, apiKey } = options
  const base = baseUrl.replace(/\/+$/, '')
  const path = name === 'ollama' ? '/api/tags' : name === 'anthropic' ? '/v1/models' : '/models'
  try {
    const response = await fetch(`${base}${path}`, {
      headers: headersFor(name, apiKey),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const body = await response.text()
    if (response.status === 401 || response.status === 403) return failed(keyFault(response.status, options))
    if (response.status !== 200) return failed(`it answered ${response.status}`)
    return { state: 'ok', models: name === 'ollama' ? namesIn(body) : undefined }
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError'
    return failed(isTimeout ? `no answer within ${timeoutMs / 1000} s` : 'it cannot be reached')
  }
}

function failed(because: string): Probed {
  return { state: 'failed', because }
}

function keyFault(
  status: number,
  { apiKey, keyName }: Pick<ProviderOptions<ProviderName>, 'apiKey' | 'keyName'>,
): string {
  if (apiKey === undefined) return `it wants a key (${status}); name its variable in apiKeyEnv of the entry`
  return `it refuses the key (${status})${keyName === undefined ? '' : `; check ${keyName}`}`
}

function headersFor(name: ProviderName, apiKey: Secret | undefined): Record<string, string> {
  if (apiKey === undefined) return {}
  return name === 'anthropic'
    ? { 'x-api-key': apiKey.reveal(), 'anthropic-version': '2023-06-01' }
    : { authorization: `Bearer ${apiKey.reveal()}` }
}

/** Ollama's list of what was pulled; a name without a tag means `latest`. */
function namesIn(body: string): ReadonlySet<string> {
  const models = propertyOf(parseJson(body), 'models')
  const names = Array.isArray(models) ? models.map((model: unknown) => propertyOf(model, 'name')) : []
  return new Set(names.filter((name) => typeof name === 'string'))
}
