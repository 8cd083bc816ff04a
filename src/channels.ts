import type { DiscordOptions } from '../adapters/discord/discord.ts'
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
import type { BudgetLedger, Now, Observer, OpenPlatform, Queue, Receive } from './core/ports.ts'
import type { Secret } from './core/secret.ts'
import { decideTier, readModels } from './open-model-reports.ts'
import type { Models } from './open-models.ts'
import type { Observing } from './observe.ts'
import { readLabels } from './open-labels.ts'
import { webParked } from './open-parked.ts'
import { readSpend } from './open-spending.ts'

/** What every channel stands on. */
export interface Foundation {
  readonly store: Store
  readonly observer: Observer
  readonly metrics: Observing['metrics']
  readonly now: Now
}

/** The terminal, for one conversation. */
export function openTerminal(config: Config, { store, now }: Foundation): Terminal {
  return createTerminal({
    tenant: config.tenant,
    conversations: store.conversations,
    toWireReceipt: (receipt) => ({ ...toWireReceipt(receipt, (intent) => wireAgentOf(config, intent)) }),
    linkHosts: linkHostsOf(config),
    newId: uuidv7,
    now,
  })
}

/** What the web needs besides. */
export interface WebNeeds {
  readonly localToken: Secret
  readonly ledger: BudgetLedger
  readonly queue: Pick<Queue, 'wake'>
  readonly models: Pick<Models, 'adjust' | 'circuits'>
  readonly platformPaths: readonly string[]
  readonly receivers: ReadonlyMap<string, Receive>
}

/** The HTTP server; `localToken` lets this machine's user in as an admin. */
export async function openWeb(
  config: Config,
  { store, observer, metrics, now }: Foundation,
  { localToken, ledger, queue, models, platformPaths, receivers }: WebNeeds,
): Promise<Web> {
  const { createWeb } = await import('../adapters/web/server.ts')
  const say = createSay(config.wording)
  const { backlog } = store
  metrics.watch({ backlog, budget: () => ledger.on(), circuits: () => models.circuits() })
  return await createWeb({
    ...config.server,
    tenant: config.tenant,
    adminTokens: [localToken, ...(config.adminToken === undefined ? [] : [config.adminToken])],
    cookieKey: await store.secret('visitor-cookie'),
    statusText: (step) => say(`status.${step}`),
    conversations: store.conversations,
    agentOf: (intent) => wireAgentOf(config, intent),
    linkHosts: linkHostsOf(config),
    playground: {
      company: { name: config.company.name, tagline: config.company.tagline, hours: config.company.hours },
      suggestions: config.sample.suggestions,
      people: config.sample.customers.map(({ name, email, postcode, note }) => ({ name, email, postcode, note })),
      version: config.version,
    },
    observer,
    platformPaths,
    receivers,
    ready: () => store.ping(),
    metrics: () => metrics.text(),
    spend: (period) => readSpend(period, { config, spending: store.spending, ledger, now }),
    labels: (period, after) => readLabels({ period, after }, { config, store, now }),
    models: (days) => readModels(days, { config, store, now }),
    decideTier: async (wish) => {
      const decided = await decideTier(wish, { config, store, now })
      models.adjust(await store.adjustments.approved(config.tenant))
      return decided
    },
    parked: webParked(config, { store, queue, observer, now }),
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
  /** Where the platform calls the bot, as the path of a URL; undefined when only the bot calls. */
  readonly path: string | undefined
  /** @throws ChannelError when the platform refuses or cannot be reached */
  open(): Promise<OpenPlatform>
}

/** The platforms an operator has configured. */
export function platformsOf(config: Config, { store, observer, now }: Foundation): readonly Platform[] {
  const { slack, discord, tenant } = config
  const onFailure = (channel: ChannelName) => (error: unknown) =>
    observer.event({ name: 'channel.failed', level: 'error', fields: { channel }, error })
  const shared = { tenant, now, linkHosts: linkHostsOf(config), suggestions: config.sample.suggestions }
  const say = createSay(config.wording)
  const platforms: Platform[] = []
  if (slack !== undefined)
    platforms.push({
      name: 'slack',
      path: slack.signingSecret === undefined ? undefined : '/slack/events',
      open: async () => {
        const { openSlack } = await import('../adapters/slack/slack.ts')
        const [suggestions, formFailed] = [say('slack.suggestions'), say('slack.form-failed')]
        const sentences = { suggestions, formFailed, cancel: say('slack.cancel') }
        return await openSlack({ ...shared, ...slack, sentences, onFailure: onFailure('slack') })
      },
    })
  if (discord !== undefined)
    platforms.push({
      name: 'discord',
      path: discord.publicKey === undefined ? undefined : '/discord/interactions',
      open: async () => {
        const { openDiscord } = await import('../adapters/discord/discord.ts')
        const sentences = discordSentences(say)
        return await openDiscord({
          ...shared,
          ...discord,
          sentences,
          onFailure: onFailure('discord'),
          teamChannel: config.team.channels.discord,
          newest: () => store.newest(tenant, 'discord'),
          conversationOf: (message) => store.revisions.conversationOf(tenant, message),
        })
      },
    })
  return platforms
}

/** What Discord shows where the reply is the adapter's own. */
function discordSentences(say: ReturnType<typeof createSay>): DiscordOptions['sentences'] {
  return {
    notStored: say('discord.not-stored'),
    tooSlow: say('discord.too-slow'),
    nothingToDo: say('discord.nothing-to-do'),
    notForThis: say('discord.not-for-this'),
    done: say('discord.done'),
  }
}

/**
 * Where links may lead: the hosts an operator's own articles and sentences name, and those of bot.yaml. What only the desk
 * says names none: customers and models write into its cards.
 */
export function linkHostsOf({
  articles,
  wording,
  linkHosts,
}: Pick<Config, 'articles' | 'wording' | 'linkHosts'>): ReadonlySet<string> {
  const sentences = [...wording].filter(([key]) => !key.startsWith('desk.')).map(([, sentence]) => sentence)
  const texts = [...articles.map(({ text }) => text), ...sentences]
  const found = texts.flatMap((text) =>
    [...text.matchAll(/(?:https?:\/\/|mailto:[\w.+-]+@)([\w.-]*\w)/g)].map(([, host = '']) => host),
  )
  return new Set([...linkHosts, ...found.map((host) => host.toLowerCase())])
}
