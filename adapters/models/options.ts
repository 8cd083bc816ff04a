import type { ProviderName } from '../../src/core/model.ts'
import type { Secret } from '../../src/core/secret.ts'

/** How a provider is reached. */
export interface ProviderOptions<Name extends ProviderName> {
  readonly name: Name
  /** Undefined for servers that need none. */
  readonly apiKey: Secret | undefined
  /** The variable that the key came from: a failure that is about the key names it. */
  readonly keyName?: string | undefined
  readonly baseUrl: string
}

/** Stands where an SDK insists on a key and the server needs none. Never taken from the environment instead. */
export const noKey = 'none'

/** The longest delay a timer takes: an attempt ends with its signal, never with a timer of an SDK. */
export const noTimeoutMs = 2_147_483_647
