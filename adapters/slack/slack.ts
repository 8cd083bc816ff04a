import type * as bolt from '@slack/bolt'
import { ChannelError, PackageMissingError } from '../../src/core/errors.ts'
import type { Channel, ChannelEvent, ConversationKey } from '../../src/core/ports.ts'
import { conversationOf, deliver, findByKey, type SlackClient } from './delivery.ts'
import { readSlackEvent, type SlackReader } from './event.ts'
import { toChannelError } from './failure.ts'
import { InboxFirstReceiver } from './receiver.ts'

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

/**
 * Slack over Socket Mode. An envelope is acknowledged only after `onEvent` has resolved.
 *
 * @throws PackageMissingError without `@slack/bolt`; ChannelError when Slack refuses the bot token or cannot be reached
 */
export async function createSlackChannel(options: SlackOptions): Promise<Channel> {
  const { App, LogLevel, SocketModeReceiver, webApi } = await loadBolt()
  const logger = silentLogger(LogLevel.ERROR)
  const { botToken, appToken, tenant, onFailure = () => {}, agentView = true } = options
  const clientOptions = {
    ...(options.apiUrl === undefined ? {} : { slackApiUrl: options.apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: callLimitMs,
  }
  const client: SlackClient = new webApi.WebClient(botToken, { ...clientOptions, logger })
  const identity = await identify(client)
  const socketSettings = { appToken, logger, autoReconnectEnabled: false, installerOptions: { clientOptions } }
  const { client: socket } = new SocketModeReceiver(socketSettings)
  const threads = createThreads(options.isOurs)
  const reader = { tenant, botUserId: identity.botUserId, agentView }
  const receiver = new InboxFirstReceiver({
    socket,
    read: (payload) => readWanted(payload, reader, threads),
    onFailure,
  })
  const appSettings = { logger, ignoreSelf: false, convoStore: false, attachFunctionToken: false } as const
  const app = new App({ token: botToken, ...identity, receiver, clientOptions, ...appSettings })

  return {
    name: 'slack',
    async start(onEvent) {
      receiver.storeWith(onEvent)
      try {
        await app.start()
      } catch (error) {
        throw toChannelError('Slack could not be listened to (SLACK_APP_TOKEN)', error)
      }
    },
    async send(delivery) {
      const id = await deliver(client, delivery)
      if (delivery.kind === 'post') threads.add(conversationOf(delivery.address))
      return id
    },
    find: (key, address) => findByKey(client, key, address),
    async stop() {
      await app.stop()
    },
  }
}

/** The event of a payload, when it is one for the bot. */
async function readWanted(
  payload: object,
  reader: Omit<SlackReader, 'receivedAt'>,
  threads: Threads,
): Promise<ChannelEvent | undefined> {
  const reading = readSlackEvent(payload, { ...reader, receivedAt: new Date() })
  if (reading.kind === 'ignored') return undefined
  const { event, isAddressed } = reading
  if (event.kind !== 'message') return event
  const { tenant, conversation } = event.message
  if (isAddressed) threads.add(conversation)
  return isAddressed || (await threads.isOurs({ tenant, conversation })) ? event : undefined
}

/** The threads the bot takes part in. */
interface Threads {
  add(conversation: string): void
  isOurs(key: ConversationKey): Promise<boolean>
}

/** Remembers the newest and asks for the others. */
function createThreads(ask: SlackOptions['isOurs'] = async () => false): Threads {
  const names = new Set<string>()
  return {
    add(conversation) {
      names.delete(conversation)
      names.add(conversation)
      const [oldest] = names
      if (names.size > rememberedThreads && oldest !== undefined) names.delete(oldest)
    },
    isOurs: async (key) => names.has(key.conversation) || (await ask(key)),
  }
}

/** Who the bot is: a wrong token shows at the start and not at the first message. */
async function identify(client: SlackClient): Promise<{ botUserId: string; botId: string }> {
  try {
    const { user_id: botUserId, bot_id: botId } = await client.auth.test()
    if (botUserId !== undefined && botId !== undefined) return { botUserId, botId }
  } catch (error) {
    throw toChannelError('Slack did not accept the bot (SLACK_BOT_TOKEN)', error)
  }
  throw new ChannelError('SLACK_BOT_TOKEN belongs to a person, not to a bot: take the token that begins with xoxb-.', {
    retryable: false,
  })
}

/** Slack's libraries write texts of customers and parts of tokens to the console; what matters reaches `onFailure`. */
function silentLogger(level: bolt.LogLevel): bolt.Logger & { setName(): void } {
  return { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, setName() {}, getLevel: () => level }
}

async function loadBolt(): Promise<Pick<typeof bolt, 'App' | 'LogLevel' | 'SocketModeReceiver' | 'webApi'>> {
  try {
    return await import('@slack/bolt')
  } catch (error) {
    throw new PackageMissingError('SLACK_BOT_TOKEN is set, and Slack needs a package: npm install @slack/bolt', error)
  }
}
