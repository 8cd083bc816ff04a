import type { Terminal } from '../adapters/terminal/terminal.ts'
import { createTerminal } from '../adapters/terminal/terminal.ts'
import type { Web } from '../adapters/web/server.ts'
import { toWireReceipt } from '../adapters/web/wire.ts'
import { uuidv7 } from 'uuidv7'
import type { Config } from '../config/config.ts'
import { createSay } from '../config/wording.ts'
import type { Store } from '../adapters/store/store.ts'
import type { AgentName, IntentName } from './core/intent.ts'
import type { ChannelName } from './core/message.ts'
import type { BudgetLedger, Channel, ConversationKey, Now, Observer } from './core/ports.ts'
import type { Secret } from './core/secret.ts'
import { decideTier, readModels } from './open-model-reports.ts'
import type { Models } from './open-models.ts'
import { readSpend } from './open-spending.ts'

/** What every channel stands on. */
export interface Foundation {
  readonly store: Store
  readonly observer: Observer
  readonly metrics: () => Promise<string>
  readonly now: Now
}

/** The terminal, for one conversation. */
export function openTerminal(config: Config, { store, now }: Foundation): Terminal {
  return createTerminal({
    tenant: config.tenant,
    conversations: store.conversations,
    toWireReceipt: (receipt) => ({ ...toWireReceipt(receipt, (intent) => wireAgentOf(config, intent)) }),
    newId: uuidv7,
    now,
  })
}

/** What the web needs besides. */
export interface WebNeeds {
  readonly localToken: Secret
  readonly ledger: BudgetLedger
  readonly models: Pick<Models, 'adjust'>
}

/** The HTTP server; `localToken` lets this machine's user in as an admin. */
export async function openWeb(
  config: Config,
  { store, observer, metrics, now }: Foundation,
  { localToken, ledger, models }: WebNeeds,
): Promise<Web> {
  const { createWeb } = await import('../adapters/web/server.ts')
  const say = createSay(config.wording)
  return await createWeb({
    ...config.server,
    tenant: config.tenant,
    adminTokens: [localToken, ...(config.adminToken === undefined ? [] : [config.adminToken])],
    cookieKey: await store.secret('visitor-cookie'),
    statusText: (step) => say(`status.${step}`),
    conversations: store.conversations,
    agentOf: (intent) => wireAgentOf(config, intent),
    playground: {
      company: { name: config.company.name, tagline: config.company.tagline, hours: config.company.hours },
      suggestions: config.sample.suggestions,
      people: config.sample.customers.map(({ name, email, postcode, note }) => ({ name, email, postcode, note })),
      version: config.version,
    },
    observer,
    ready: () => store.ping(),
    metrics,
    spend: (period) => readSpend(period, { config, spending: store.spending, ledger, now }),
    models: (days) => readModels(days, { config, store, now }),
    decideTier: async (wish) => {
      const decided = await decideTier(wish, { config, store, now })
      models.adjust(await store.adjustments.approved(config.tenant))
      return decided
    },
    newId: uuidv7,
    now,
  })
}

function wireAgentOf(config: Config, intent: IntentName): AgentName | 'unknown' {
  return config.intents.find((known) => known.name === intent)?.agent ?? 'unknown'
}

/** A chat platform whose tokens are set; its library is loaded when it is opened. */
export interface Platform {
  readonly name: ChannelName
  /** @throws ChannelError when the platform refuses or cannot be reached */
  open(): Promise<Channel>
}

/** The platforms an operator has configured. */
export function platformsOf(config: Config, { store, observer }: Foundation): readonly Platform[] {
  const { slack, discord, tenant } = config
  const isOurs = async (key: ConversationKey): Promise<boolean> => (await store.conversations.load(key)) !== undefined
  const onFailure = (channel: ChannelName) => (error: unknown) =>
    observer.event({ name: 'channel.failed', level: 'error', fields: { channel }, error })
  const platforms: Platform[] = []
  if (slack !== undefined) {
    const options = {
      tenant,
      isOurs,
      onFailure: onFailure('slack'),
      ...(slack.apiUrl === undefined ? {} : { apiUrl: slack.apiUrl }),
    }
    platforms.push({
      name: 'slack',
      open: async () => {
        const { createSlackChannel } = await import('../adapters/slack/slack.ts')
        return await createSlackChannel({
          ...options,
          botToken: slack.botToken.reveal(),
          appToken: slack.appToken.reveal(),
        })
      },
    })
  }
  if (discord !== undefined) {
    const options = {
      tenant,
      onFailure: onFailure('discord'),
      ...(discord.apiUrl === undefined ? {} : { apiUrl: discord.apiUrl }),
    }
    platforms.push({
      name: 'discord',
      open: async () => {
        const { createDiscordChannel } = await import('../adapters/discord/discord.ts')
        return await createDiscordChannel({ ...options, token: discord.token.reveal() })
      },
    })
  }
  return platforms
}
