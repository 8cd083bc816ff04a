import type { ProviderName } from '../../src/core/model.ts'
import type { Secret } from '../../src/core/secret.ts'

/** How a provider is reached. */
export interface ProviderOptions<Name extends ProviderName> {
  readonly name: Name
  /** Undefined for servers that need none. */
  readonly apiKey: Secret | undefined
  /** Undefined for the provider's own address. */
  readonly baseUrl: string | undefined
}

/** Stands where an SDK insists on a key and the server needs none. Never taken from the environment instead. */
export const noKey = 'none'

/** The longest delay a timer takes: an attempt ends with its signal, never with a timer of an SDK. */
export const noTimeoutMs = 2_147_483_647
