import type { Company, Sample } from '../src/core/company.ts'
import type { Intent } from '../src/core/intent.ts'
import type { TenantId } from '../src/core/message.ts'
import type { Rates } from '../src/core/money.ts'
import type { Secret } from '../src/core/secret.ts'

/** Everything an operator may change, checked. */
export interface Config {
  readonly version: string
  readonly tenant: TenantId
  /** Calibrated confidence from which on a message is answered free, 0 to 1. */
  readonly freeThreshold: number
  readonly reference: { readonly model: string; readonly rates: Rates; readonly asOf: string; readonly source: string }
  readonly intents: readonly Intent[]
  /** Messages that are none of the intents. */
  readonly outOfScope: readonly string[]
  readonly wording: ReadonlyMap<string, string>
  readonly company: Company
  readonly sample: Sample
  /** Markdown articles by file name. */
  readonly articles: readonly { readonly name: string; readonly text: string }[]
  readonly server: { readonly host: string; readonly port: number }
  readonly dataDir: string
  readonly adminToken: Secret | undefined
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Undefined: the embedded database in `dataDir`. */
  readonly databaseUrl: Secret | undefined
  /** Undefined: the queue in this process. */
  readonly redisUrl: Secret | undefined
  readonly slack:
    | { readonly botToken: Secret; readonly appToken: Secret; readonly apiUrl: string | undefined }
    | undefined
  readonly discord: { readonly token: Secret; readonly apiUrl: string | undefined } | undefined
}
