import type { Company, Sample } from '../src/core/company.ts'
import type { ConfigFault } from '../src/core/errors.ts'
import type { Intent } from '../src/core/intent.ts'
import type { TenantId } from '../src/core/message.ts'
import type { ModelAlias, ModelPrices, ModelSpec, ProviderName } from '../src/core/model.ts'
import type { MicroDollars, Rates } from '../src/core/money.ts'
import type { MessageLimit } from '../src/core/ports.ts'
import type { Secret } from '../src/core/secret.ts'
import type { Weights } from '../src/routing/candidate-order.ts'
import type { TeamSettings } from '../src/core/team.ts'
import type { ProfileName } from '../src/routing/profile.ts'

/** What happens when the day's budget is spent. */
export const budgetModes = ['free', 'cheapest'] as const
export type BudgetMode = (typeof budgetModes)[number]

/** How models are chosen. */
export interface ModelSettings {
  readonly profile: ProfileName
  readonly defaultModel: ModelAlias | undefined
  readonly maxFallbackAttempts: number
  readonly ollama: { readonly maxLoaded: number; readonly keepAlive: string; readonly preload: readonly ModelAlias[] }
  readonly weights: Weights
  /** Confidence of the estimate of effort, 0 to 1, below which a message goes one tier higher. */
  readonly tierGate: number
}

/** What may be spent. An undefined limit is none beside the day's. */
export interface BudgetSettings {
  /** IANA name; a day begins and ends there. */
  readonly timeZone: string
  readonly dailyLimit: MicroDollars
  readonly requestLimit: MicroDollars
  /** For tier 4 and for the button. */
  readonly advancedRequestLimit: MicroDollars
  readonly userDailyLimit: MicroDollars | undefined
  readonly channelDailyLimit: MicroDollars | undefined
  readonly workspaceDailyLimit: MicroDollars | undefined
  readonly modelDailyLimits: ReadonlyMap<ModelAlias, MicroDollars>
  /** Parts of the day, 0 to 1. */
  readonly shares: { readonly classification: number; readonly advanced: number }
  readonly alertAt: number
  readonly qualityFirstBelow: number
  readonly preferLocalFrom: number
  readonly budgetMode: BudgetMode
  readonly cloudCallsPerDay: number | undefined
  readonly spike: { readonly factor: number; readonly floor: MicroDollars; readonly floorCalls: number }
}

/** None, the packaged one, or a server of the owner's, which is asked outside the budget. */
export type EncoderSettings =
  | 'none'
  | 'use-lite-en'
  | {
      readonly kind: 'ollama' | 'openai'
      readonly url: string
      readonly model: string
      /** Name of the variable that holds the server's key. */
      readonly apiKeyEnv?: string | undefined
    }

/** models.yaml and prices.yaml as they stood at one moment. */
export interface ModelList {
  readonly models: readonly ModelSpec[]
  /** Entries of prices.yaml, the operator's over the shipped ones, by `provider/id`. */
  readonly ownPrices: ReadonlyMap<string, ModelPrices>
  /** What can be used and should still be looked at, such as a model without a price. */
  readonly warnings: readonly ConfigFault[]
}

/** Everything an operator may change, checked. */
export interface Config {
  readonly version: string
  readonly tenant: TenantId
  /** Calibrated confidence from which on a message is answered free, 0 to 1. */
  readonly freeThreshold: number
  /** Share of the free answers that shall be right, 0.5 to below 1. */
  readonly targetPrecision: number
  /** Which encoder the second stage asks where the first is unsure. */
  readonly encoder: EncoderSettings
  /** The dearest model of the catalogue, with which receipts compare an answer. */
  readonly reference: { readonly model: string; readonly rates: Rates; readonly asOf: string; readonly source: string }
  /** As at the start; `createCatalogue` follows the files from there. */
  readonly modelList: ModelList
  readonly models: ModelSettings
  readonly budget: BudgetSettings
  /** What can be used and should still be looked at, in the environment; that of the models is in their list. */
  readonly warnings: readonly ConfigFault[]
  /** How fast one person and one channel are answered; undefined for as fast as possible. */
  readonly limits: { readonly user: MessageLimit | undefined; readonly channel: MessageLimit | undefined }
  readonly alerts: {
    readonly webhook: Secret | undefined
    readonly channel: { readonly platform: 'slack' | 'discord'; readonly address: string } | undefined
  }
  /** Who is shown the button "Try advanced AI". */
  readonly advanced: { readonly visibleTo: 'staff' | 'customers' }
  /** By the name of the variable: those of the providers, and those that entries of models.yaml name. */
  readonly apiKeys: ReadonlyMap<string, Secret>
  /** Where each provider is reached, unless an entry has its own address. Ollama: undefined unless it was asked for. */
  readonly providerUrls: Readonly<Record<Exclude<ProviderName, 'ollama'>, string>> & { readonly ollama?: string }
  readonly intents: readonly Intent[]
  /** Messages that are none of the intents. */
  readonly outOfScope: readonly string[]
  readonly wording: ReadonlyMap<string, string>
  readonly company: Company
  readonly sample: Sample
  /** Markdown articles by file name. */
  readonly articles: readonly { readonly name: string; readonly text: string }[]
  readonly server: { readonly host: string; readonly port: number }
  /** The operator's own folder of configuration. */
  readonly configDir: string | undefined
  readonly dataDir: string
  readonly adminToken: Secret | undefined
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Where traces are sent; undefined for nowhere. */
  readonly tracing: { readonly endpoint: string; readonly headers: Secret | undefined } | undefined
  /** Undefined: the embedded database in `dataDir`. */
  readonly databaseUrl: Secret | undefined
  /** Undefined: the queue in this process. */
  readonly redisUrl: Secret | undefined
  /** Undefined: the cache in this process alone. The queue's Redis where no other is named. */
  readonly redisCacheUrl: Secret | undefined
  readonly slack: SlackSettings | undefined
  readonly discord: DiscordSettings | undefined
  /** Who runs the bot and who helps customers. */
  readonly team: TeamSettings
  /** Besides those in the articles and the wording, hosts that links may lead to, in lower case. */
  readonly linkHosts: readonly string[]
}

/** How Slack is reached. With an app token the bot connects outwards, with a signing secret Slack calls it; one of them is there. */
export interface SlackSettings {
  /** One for each workspace. */
  readonly botTokens: readonly Secret[]
  readonly appToken: Secret | undefined
  readonly signingSecret: Secret | undefined
  readonly apiUrl: string | undefined
  /** Whether the app has Slack's agent view, where every direct message begins a thread of its own. */
  readonly agentView: boolean
}

export interface DiscordSettings {
  readonly token: Secret
  /** With it Discord may call the bot for commands and buttons. */
  readonly publicKey: string | undefined
  readonly apiUrl: string | undefined
  /** Whether the privileged message content intent is asked for. */
  readonly messageContent: boolean
  /** The company's servers, besides that of the team's channel. Others may have the bot, but nobody is an admin there. */
  readonly servers: readonly string[]
}
