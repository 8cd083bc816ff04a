import type { App } from '@slack/bolt'
import { ChannelError } from '../../src/core/errors.ts'
import type { Address } from '../../src/core/message.ts'
import type { Channel, Delivery, Now, OpenPlatform } from '../../src/core/ports.ts'
import type { Secret } from '../../src/core/secret.ts'
import { createIsAdmin } from './admins.ts'
import type { SlackSentences } from './answers.ts'
import { type Bolt, clientOptionsFor, loadBolt, silentLogger, type SlackClient } from './bolt.ts'
import { Sending } from './delivery.ts'
import { readSlackEvent } from './event.ts'
import { toChannelError } from './failure.ts'
import { createReceive } from './http.ts'
import { createTeamOfChannel } from './locate.ts'
import type { PaceClock } from './pace.ts'
import { createNamed } from './names.ts'
import { InboxFirstReceiver } from './receiver.ts'
import { createRespond } from './respond.ts'
import { SocketConnection } from './socket.ts'
import { openWorkspaces, type Workspaces } from './workspaces.ts'

/** How Slack is reached, and what it is told. */
export interface SlackOptions {
  readonly tenant: string
  readonly now: Now
  /** Where links may lead. */
  readonly linkHosts: ReadonlySet<string>
  /** What customers may ask for, offered to them when they open the bot's messages. */
  readonly suggestions: readonly string[]
  /** What people read where nobody else has words for it. */
  readonly sentences: SlackSentences
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
  /** Time for the pace of sending; left out, the real one. */
  readonly clock?: PaceClock
}

/**
 * Slack in several workspaces, over Socket Mode where there is an app token and over signed HTTP where there is a signing
 * secret. Whatever comes is acknowledged only after `onEvent` has resolved.
 *
 * @throws PackageMissingError without `@slack/bolt`; ChannelError when Slack refuses the bot tokens or cannot be reached
 */
export async function openSlack(options: SlackOptions): Promise<OpenPlatform> {
  const { appToken, signingSecret, now, onFailure } = options
  if (appToken === undefined && signingSecret === undefined)
    throw new ChannelError('Slack needs SLACK_APP_TOKEN or SLACK_SIGNING_SECRET.', { retryable: false })
  const bolt = await loadBolt()
  const workspaces = await openWorkspaces(bolt, options)
  const receiver = createReceiver(workspaces, options)
  const app = createApp(bolt, { receiver, workspaces, options })
  const take = receiver.take.bind(receiver)
  const sending = new Sending(options)
  const teamOfChannel = createTeamOfChannel(workspaces)
  const clientAt = async ({ team, channel = '' }: Address): Promise<SlackClient> =>
    workspaces.clientFor(team ?? (await teamOfChannel(channel)))

  const channel: Channel = {
    name: 'slack',
    async start(onEvent) {
      if (onEvent === undefined) return
      receiver.listen(onEvent, appToken === undefined ? undefined : connect(bolt, { appToken, receiver, options }))
      try {
        await app.start()
      } catch (error) {
        throw toChannelError('Slack could not be listened to (SLACK_APP_TOKEN)', error)
      }
    },
    send: async (delivery) => await sending.send(await clientAt(addressOf(delivery)), delivery),
    find: async (key, address) => await sending.find(await clientAt(address), key, address),
    async stop() {
      await app.stop()
    },
  }
  const isAdmin = createIsAdmin({ workspaces, now, onFailure })
  return {
    channel,
    isAdmin,
    ...(signingSecret === undefined ? {} : { receive: createReceive({ signingSecret, now, take }) }),
  }
}

function createReceiver(workspaces: Workspaces, options: SlackOptions): InboxFirstReceiver {
  const { tenant, agentView, now, linkHosts, suggestions, sentences, apiUrl, onFailure } = options
  const respond = createRespond(apiUrl)
  return new InboxFirstReceiver({
    read: (payload) => readSlackEvent(payload, { tenant, agentView, receivedAt: now(), find: workspaces.find }),
    named: createNamed({ workspaces, now }),
    answers: { clientFor: workspaces.clientFor, respond, linkHosts, suggestions, sentences },
    onFailure,
  })
}

interface AppNeeds {
  readonly receiver: InboxFirstReceiver
  readonly workspaces: Workspaces
  readonly options: SlackOptions
}

/** Bolt wants a token for each payload and offers a client with it; ours are chosen by `workspaces.clientFor`. */
function createApp(bolt: Bolt, { receiver, workspaces, options }: AppNeeds): App {
  return new bolt.App({
    receiver,
    authorize: async ({ teamId, enterpriseId }) => {
      const [first] = workspaces.all()
      const one = workspaces.find(known(teamId), known(enterpriseId)) ?? first
      return one === undefined ? {} : { botToken: one.botToken.reveal(), botId: one.botId, botUserId: one.botUserId }
    },
    clientOptions: clientOptionsFor(bolt, options.apiUrl),
    logger: silentLogger(bolt),
    ignoreSelf: false,
    convoStore: false,
    attachFunctionToken: false,
  })
}

function known(name: string | undefined): readonly string[] {
  return name === undefined ? [] : [name]
}

function connect(
  bolt: Bolt,
  { appToken, receiver, options }: { appToken: Secret; receiver: InboxFirstReceiver; options: SlackOptions },
): SocketConnection {
  const { client: socket } = new bolt.SocketModeReceiver({
    appToken: appToken.reveal(),
    logger: silentLogger(bolt),
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: clientOptionsFor(bolt, options.apiUrl) },
  })
  return new SocketConnection({ socket, take: receiver.take.bind(receiver), onFailure: options.onFailure })
}

/** A home page has no address; our author is `team:user`. */
function addressOf(delivery: Delivery): Address {
  return delivery.kind === 'home' ? { team: delivery.author.id.split(':')[0] ?? '' } : delivery.address
}
