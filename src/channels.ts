import type { Terminal } from '../adapters/terminal/terminal.ts'
import { createTerminal } from '../adapters/terminal/terminal.ts'
import type { Web } from '../adapters/web/server.ts'
import { toWireReceipt } from '../adapters/web/wire.ts'
import { uuidv7 } from 'uuidv7'
import type { Config } from '../config/config.ts'
import type { Store } from '../adapters/store/store.ts'
import type { AgentName, IntentName } from './core/intent.ts'
import type { ChannelName } from './core/message.ts'
import type { Channel, ConversationKey, Now, Observer } from './core/ports.ts'
import type { Secret } from './core/secret.ts'

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

/** The HTTP server; `localToken` lets this machine's user in as an admin. */
export async function openWeb(
  config: Config,
  { store, observer, metrics, now }: Foundation,
  localToken: Secret,
): Promise<Web> {
  const { createWeb } = await import('../adapters/web/server.ts')
  return await createWeb({
    ...config.server,
    tenant: config.tenant,
    adminTokens: [localToken, ...(config.adminToken === undefined ? [] : [config.adminToken])],
    cookieKey: await store.secret('visitor-cookie'),
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
    newId: uuidv7,
    now,
  })
}

function wireAgentOf(config: Config, intent: IntentName): AgentName | 'unknown' {
  return config.intents.find((known) => known.name === intent)?.agent ?? 'unknown'
}

/** Each platform's library is loaded only when its tokens are set. */
export async function openPlatforms(config: Config, { store, observer }: Foundation): Promise<readonly Channel[]> {
  const { slack, discord, tenant } = config
  const platforms: Channel[] = []
  const isOurs = async (key: ConversationKey): Promise<boolean> => (await store.conversations.load(key)) !== undefined
  const onFailure = (channel: ChannelName) => (error: unknown) =>
    observer.event({ name: 'channel.failed', level: 'error', fields: { channel }, error })
  if (slack !== undefined) {
    const { createSlackChannel } = await import('../adapters/slack/slack.ts')
    const address = slack.apiUrl === undefined ? {} : { apiUrl: slack.apiUrl }
    platforms.push(
      await createSlackChannel({
        botToken: slack.botToken.reveal(),
        appToken: slack.appToken.reveal(),
        tenant,
        onFailure: onFailure('slack'),
        isOurs,
        ...address,
      }),
    )
  }
  if (discord !== undefined) {
    const { createDiscordChannel } = await import('../adapters/discord/discord.ts')
    const address = discord.apiUrl === undefined ? {} : { apiUrl: discord.apiUrl }
    platforms.push(
      await createDiscordChannel({
        token: discord.token.reveal(),
        tenant,
        onFailure: onFailure('discord'),
        ...address,
      }),
    )
  }
  return platforms
}
