import type { Channel, ChannelEvent, Delivery, IsPlatformAdmin, Now, OpenPlatform } from '../../src/core/ports.ts'
import type { Secret } from '../../src/core/secret.ts'
import { clientOptionsFor, loadBolt, silentLogger } from './bolt.ts'
import { deliver, findByKey } from './delivery.ts'
import { readSlackEvent, type SlackReader } from './event.ts'
import { toChannelError } from './failure.ts'
import { InboxFirstReceiver } from './receiver.ts'
import { openWorkspaces } from './workspaces.ts'

export interface SlackOptions {
  readonly tenant: string
  readonly now: Now
  /** Where links may lead. */
  readonly linkHosts: ReadonlySet<string>
  /** What customers may ask for, offered to them when they open the bot's messages. */
  readonly suggestions: readonly string[]
  /** Told of a lost connection and of an event that could not be stored. Slack delivers that one again. */
  readonly onFailure: (error: unknown) => void
  /** `xoxb-…`, from "OAuth & Permissions": one for each workspace. */
  readonly botTokens: readonly Secret[]
  /** `xapp-…` with the scope `connections:write`, from "Basic Information": the bot connects to Slack. */
  readonly appToken?: Secret | undefined
  /** From "Basic Information": Slack calls the bot. */
  readonly signingSecret?: Secret | undefined
  /** Where Slack is; a test has its own. */
  readonly apiUrl?: string | undefined
  /** Apps made before 30 June 2026 may still have flat direct messages: `false` makes each one conversation. */
  readonly agentView: boolean
}

/**
 * Slack over Socket Mode. An envelope is acknowledged only after `onEvent` has resolved.
 *
 * @throws PackageMissingError without `@slack/bolt`; ChannelError when Slack refuses the bot token or cannot be reached
 */
export async function openSlack(options: SlackOptions): Promise<OpenPlatform> {
  const bolt = await loadBolt()
  const logger = silentLogger(bolt)
  const { appToken, tenant, onFailure, agentView, apiUrl, now } = options
  const workspaces = await openWorkspaces(bolt, options)
  const [first] = workspaces.all()
  const clientOptions = clientOptionsFor(apiUrl)
  const socketSettings = {
    appToken: appToken?.reveal() ?? '',
    logger,
    autoReconnectEnabled: false,
    installerOptions: { clientOptions },
  }
  const { client: socket } = new bolt.SocketModeReceiver(socketSettings)
  const reader = { tenant, botUserId: first?.botUserId ?? '', agentView }
  const receiver = new InboxFirstReceiver({
    socket,
    read: async (payload) => readWanted(payload, reader, now),
    onFailure,
  })
  const appSettings = { logger, ignoreSelf: false, convoStore: false, attachFunctionToken: false } as const
  const identity = {
    token: first?.botToken.reveal() ?? '',
    botUserId: first?.botUserId ?? '',
    botId: first?.botId ?? '',
  }
  const app = new bolt.App({ ...identity, receiver, clientOptions, ...appSettings })

  const channel: Channel = {
    name: 'slack',
    async start(onEvent) {
      receiver.storeWith(onEvent)
      try {
        await app.start()
      } catch (error) {
        throw toChannelError('Slack could not be listened to (SLACK_APP_TOKEN)', error)
      }
    },
    send: async (delivery) => await deliver(workspaces.clientFor(teamOf(delivery)), delivery),
    find: async (key, address) => await findByKey(workspaces.clientFor(address['team']), key, address),
    async stop() {
      await app.stop()
    },
  }
  const isAdmin: IsPlatformAdmin = async () => false
  return { channel, isAdmin }
}

/** A home page has no address; our author is `team:user`. */
function teamOf(delivery: Delivery): string | undefined {
  return delivery.kind === 'home' ? delivery.author.id.split(':')[0] : delivery.address['team']
}

/** The event of a payload, when it is one for the bot. */
function readWanted(payload: object, reader: Omit<SlackReader, 'receivedAt'>, now: Now): ChannelEvent | undefined {
  const reading = readSlackEvent(payload, { ...reader, receivedAt: now() })
  return reading.kind === 'ignored' ? undefined : reading.event
}
