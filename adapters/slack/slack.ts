import type * as bolt from '@slack/bolt'
import { ChannelError, PackageMissingError } from '../../src/core/errors.ts'
import type { Address } from '../../src/core/message.ts'
import type { Channel, ChannelEvent, ConversationKey, Delivery, Intake } from '../../src/core/ports.ts'
import { toBlocks } from './blocks.ts'
import { readSlackEvent, type SlackReading } from './event.ts'
import { toChannelError } from './failure.ts'
import { createInboxFirstReceiver } from './receiver.ts'

export interface SlackOptions {
  /** `xoxb-…`, from "OAuth & Permissions". */
  readonly botToken: string
  /** `xapp-…` with the scope `connections:write`, from "Basic Information". */
  readonly appToken: string
  /** Where Slack is; a test has its own. */
  readonly apiUrl?: string
  readonly tenant: string
  /** Told of a lost connection and of an event that could not be stored. Slack delivers that one again. */
  readonly onFailure?: (error: unknown) => void
  /**
   * Whether the bot already takes part in a thread, so that messages there need no mention. Without it the threads of
   * this process's own life are known.
   */
  readonly isOurs?: (conversation: ConversationKey) => Promise<boolean>
  /** Apps made before 30 June 2026 may still have flat direct messages: `false` makes each one conversation. */
  readonly agentView?: boolean
}

/** One call may take this long; retries are the outbox's business. */
const callLimitMs = 10_000
const rememberedThreads = 10_000
/** Searching goes back 10 pages of 200 messages. */
const pageSize = 200
const mostPages = 10
const eventType = 'tuppence_reply'

/**
 * Slack over Socket Mode. An envelope is acknowledged only after `onEvent` has resolved.
 *
 * @throws PackageMissingError without `@slack/bolt`; ChannelError when Slack refuses the bot token or cannot be reached
 */
export async function createSlackChannel(options: SlackOptions): Promise<Channel> {
  const { App, SocketModeReceiver, webApi } = await loadBolt()
  const { tenant, onFailure = () => {}, isOurs = async () => false, agentView = true } = options
  const clientOptions = {
    ...(options.apiUrl === undefined ? {} : { slackApiUrl: options.apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: callLimitMs,
  }
  const client = new webApi.WebClient(options.botToken, { ...clientOptions, logger: silent })
  const { botUserId, botId } = await identify(client)
  const socket = new SocketModeReceiver({ appToken: options.appToken, logger: silent, autoReconnectEnabled: false, installerOptions: { clientOptions } }).client
  const taken = new WeakMap<object, SlackReading>()
  const stored = new WeakSet<object>()
  const threads = new Set<string>()

  const receiver = createInboxFirstReceiver({
    socket,
    isWanted(payload) {
      const reading = readSlackEvent(payload, { tenant, botUserId, agentView, receivedAt: new Date() })
      taken.set(payload, reading)
      return reading.kind === 'event'
    },
    wasStored: (payload) => stored.has(payload),
    onFailure,
  })
  const app = new App({
    token: options.botToken,
    botUserId,
    botId,
    receiver,
    clientOptions,
    logger: silent,
    ignoreSelf: false,
    convoStore: false,
    attachFunctionToken: false,
  })

  async function concernsUs(reading: SlackReading & { kind: 'event' }): Promise<boolean> {
    if (!('message' in reading.event) || typeof reading.event.message === 'string') return true
    const { tenant, conversation } = reading.event.message
    if (reading.isAddressed) remember(threads, conversation)
    return reading.isAddressed || threads.has(conversation) || (await isOurs({ tenant, conversation }))
  }

  return {
    name: 'slack',
    async start(onEvent: (event: ChannelEvent) => Promise<Intake>) {
      app.use(async ({ body }) => {
        const reading = taken.get(body)
        if (reading?.kind === 'event' && (await concernsUs(reading))) await onEvent(reading.event)
        stored.add(body)
      })
      try {
        await app.start()
      } catch (error) {
        throw toChannelError('Slack could not be listened to (SLACK_APP_TOKEN)', error)
      }
    },
    async send(delivery) {
      const id = await deliver(client, delivery)
      if (delivery.kind === 'post') remember(threads, conversationOf(delivery.address))
      return id
    },
    find: (key, address) => search(client, key, address),
    async stop() {
      await app.stop()
    },
  }
}

type Client = InstanceType<typeof bolt.webApi.WebClient>

/** Who the bot is: a wrong token shows at the start and not at the first message. */
async function identify(client: Client): Promise<{ botUserId: string; botId: string }> {
  try {
    const { user_id: botUserId, bot_id: botId } = await client.auth.test()
    if (botUserId !== undefined && botId !== undefined) return { botUserId, botId }
  } catch (error) {
    throw toChannelError('Slack did not accept the bot (SLACK_BOT_TOKEN)', error)
  }
  throw new ChannelError('SLACK_BOT_TOKEN belongs to a person, not to a bot: take the token that begins with xoxb-.', { retryable: false })
}

/** Never read by Slack as anything but the text it is: no names, no links, no previews. */
const asWritten = { parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false } as const

async function deliver({ chat, views }: Client, delivery: Delivery): Promise<string> {
  try {
    switch (delivery.kind) {
      case 'post': {
        const metadata = { event_type: eventType, event_payload: { key: delivery.key } }
        const posted = await chat.postMessage({ ...place(delivery.address), ...toBlocks(delivery.reply), ...asWritten, metadata })
        return posted.ts ?? ''
      }
      case 'edit': {
        const metadata = { event_type: eventType, event_payload: { key: delivery.key } }
        const { channel } = place(delivery.address)
        const updated = await chat.update({ channel, ts: delivery.platformId, ...toBlocks(delivery.reply), parse: 'none', link_names: false, metadata })
        return updated.ts ?? delivery.platformId
      }
      case 'remove':
        await chat.delete({ channel: place(delivery.address).channel, ts: delivery.platformId })
        return delivery.platformId
      case 'ephemeral': {
        const shown = await chat.postEphemeral({ ...place(delivery.address), user: userOf(delivery.author.id), ...toBlocks(delivery.reply), parse: 'none', link_names: false })
        return shown.message_ts ?? ''
      }
      case 'home': {
        const view = { type: 'home' as const, blocks: toBlocks(delivery.reply).blocks }
        const published = await views.publish({ user_id: userOf(delivery.author.id), view })
        return published.view?.id ?? ''
      }
    }
  } catch (error) {
    const failure = toChannelError(`Slack did not ${delivery.kind} reply ${delivery.key}`, error)
    if (delivery.kind === 'remove' && failure.message.includes('message_not_found')) return delivery.platformId
    throw failure
  }
}

/** The oldest message that carries our key, in the thread or, where there is none, in the whole direct message. */
async function search({ conversations }: Client, key: string, address: Address): Promise<string | undefined> {
  const { channel, thread_ts: thread } = place(address)
  let cursor: string | undefined
  try {
    for (let page = 0; page < mostPages; page += 1) {
      const range = { channel, limit: pageSize, include_all_metadata: true, ...(cursor === undefined ? {} : { cursor }) }
      const found = thread === undefined ? await conversations.history(range) : await conversations.replies({ ...range, ts: thread })
      const ours = found.messages?.filter((message) => keyOf(message) === key).map(({ ts }) => ts ?? '') ?? []
      if (ours.length > 0) return ours.toSorted()[0]
      cursor = found.response_metadata?.next_cursor
      if (cursor === undefined || cursor === '') return undefined
    }
    return undefined
  } catch (error) {
    throw toChannelError(`Slack could not be searched for reply ${key}`, error)
  }
}

function keyOf(message: { metadata?: { event_type?: string; event_payload?: unknown } }): unknown {
  const payload = message.metadata?.event_type === eventType ? message.metadata.event_payload : undefined
  return typeof payload === 'object' && payload !== null && 'key' in payload ? payload.key : undefined
}

function place(address: Address): { channel: string; thread_ts?: string } {
  const { channel = '', thread } = address
  return thread === undefined ? { channel } : { channel, thread_ts: thread }
}

/** Our author is `team:user`; Slack wants the user. */
function userOf(author: string): string {
  return author.split(':').at(-1) ?? author
}

function conversationOf({ team = '', channel = '', thread }: Address): string {
  return ['slack', team, channel, ...(thread === undefined ? [] : [thread])].join(':')
}

/** Keeps the newest names. */
function remember(names: Set<string>, name: string): void {
  names.delete(name)
  names.add(name)
  const [oldest] = names
  if (names.size > rememberedThreads && oldest !== undefined) names.delete(oldest)
}

/** Slack's libraries write texts of customers and parts of tokens to the console; what matters reaches `onFailure`. */
const silent = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: (): bolt.LogLevel => 'error' as bolt.LogLevel,
}

async function loadBolt(): Promise<Pick<typeof bolt, 'App' | 'SocketModeReceiver' | 'webApi'>> {
  try {
    return await import('@slack/bolt')
  } catch (error) {
    throw new PackageMissingError('SLACK_BOT_TOKEN is set, and Slack needs a package: npm install @slack/bolt', error)
  }
}
