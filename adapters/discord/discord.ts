import type { Client } from 'discord.js'
import type { MessageId } from '../../src/core/message.ts'
import type { Channel, NewestMessage, Now, OpenPlatform } from '../../src/core/ports.ts'
import type { Secret } from '../../src/core/secret.ts'
import { type Admins, createAdmins } from './admin.ts'
import type { Answering } from './answer.ts'
import { createClient, keepToken, loadDiscord, readOnlyReady, tellOfFailures } from './client.ts'
import { keepRegistering } from './commands.ts'
import { deliver } from './delivery.ts'
import { toChannelError, toSendingError } from './failure.ts'
import { findByKey } from './history.ts'
import { DiscordListener } from './listener.ts'
import { Missed } from './missed.ts'
import { isAlive, Placeholders } from './placeholder.ts'
import { Places } from './places.ts'
import { createReceive } from './receive.ts'
import type { Sending } from './send.ts'
import { property, snowflake, textAt } from './shape.ts'
import { type OwnServers, Servers } from './servers.ts'
import { Shown } from './shown.ts'
import { Typing } from './typing.ts'

export interface DiscordOptions extends OwnServers, Answering {
  /** From the application's page "Bot". */
  readonly token: Secret
  /** From its page "General Information"; with it Discord may send commands and buttons to our own address. */
  readonly publicKey?: string | undefined
  /** Where Discord is; a test has its own. */
  readonly apiUrl?: string | undefined
  /** Whether the privileged message content intent is asked for, so that threads go on without a mention. */
  readonly messageContent: boolean
  readonly tenant: string
  readonly now: Now
  /** Told of a lost connection, of an event that could not be stored, and of what cannot be read. */
  readonly onFailure: (error: unknown) => void
  /** The newest message that is stored, and where customers have written. */
  readonly newest: () => Promise<NewestMessage | undefined>
  /** The conversation in which a message is stored. */
  readonly conversationOf: (message: MessageId) => Promise<string | undefined>
}

/**
 * Discord over its gateway and, with a public key, over signed requests: mentions in servers, threads, direct messages,
 * commands, buttons and forms.
 *
 * Discord does not repeat a message that was not stored, so it is kept here and stored as soon as that succeeds; what was
 * written while the connection was away is read afterwards. A command or button is confirmed only after it was stored.
 *
 * @throws PackageMissingError without `discord.js`
 */
export async function openDiscord(options: DiscordOptions): Promise<OpenPlatform> {
  const client = createClient(await loadDiscord(), options)
  readOnlyReady(client, options.onFailure)
  keepToken(client)
  const parts = makeParts(client, options)
  const { publicKey } = options
  const handle: DiscordListener['handle'] = (data, door) => parts.listener.handle(data, door)
  const receive = publicKey === undefined ? {} : { receive: createReceive({ ...options, publicKey, handle }) }
  return { channel: toChannel(parts), isAdmin: parts.admins.isAdmin, ...receive }
}

interface Parts {
  readonly client: Client
  readonly options: DiscordOptions
  readonly admins: Admins
  readonly servers: Servers
  readonly listener: DiscordListener
  readonly missed: Missed
  readonly placeholders: Placeholders
  readonly sending: Sending
  readonly typing: Typing
  /** Ended when the channel stops. */
  readonly ending: AbortController
}

function makeParts(client: Client, options: DiscordOptions): Parts {
  const { rest } = client
  const [places, shown] = [new Places(rest), new Shown()]
  const servers = new Servers(options, places)
  const admins = createAdmins({ ...options, rest, servers })
  const placeholders = new Placeholders({ ...options, rest })
  const sending: Sending = { ...options, rest, places, shown, botId: () => listener.botId }
  const listener: DiscordListener = new DiscordListener({
    ...options,
    rest,
    places,
    servers,
    onEcho: (nonce, message) => shown.add(nonce, textAt(message, 'id'), textAt(message, 'channel_id')),
    onAsked: (interaction) => placeholders.watch(interaction, options.now().getTime()),
    onMember: admins.hear,
    onLost: (dispatch) => missed.lose(dispatch),
    // What somebody wrote cannot be answered for their eyes alone, so it stands below.
    onShown: async ({ id, address }, reply) => {
      const stored = { ...reply, id: `shown:${id}`, at: options.now() }
      await deliver({ kind: 'post', key: stored.id, address, reply: stored, mayExist: false }, sending)
    },
  })
  const missed: Missed = new Missed({
    ...options,
    rest,
    places,
    listener,
    onAddress: (address) => placeholders.watchAgain(address),
  })
  return {
    client,
    options,
    admins,
    servers,
    listener,
    missed,
    placeholders,
    sending,
    typing: new Typing(rest),
    ending: new AbortController(),
  }
}

function toChannel(parts: Parts): Channel {
  const { client, options, listener, missed, placeholders, sending, typing, ending } = parts
  return {
    name: 'discord',
    async start(onEvent) {
      tellOfFailures(client, options.onFailure)
      if (onEvent === undefined) return await beginSending(parts)
      listener.storeWith(onEvent)
      client.on('raw', createHearing(parts))
      try {
        await client.login(options.token.reveal())
      } catch (error) {
        throw toChannelError('Discord could not be listened to (DISCORD_TOKEN)', error)
      }
    },
    async send(delivery) {
      const { kind, key } = delivery
      try {
        if (kind !== 'status') return await deliver(delivery, sending)
        if (delivery.text === '') typing.end(delivery.address)
        else if (!isAlive(delivery.address, options.now())) await typing.begin(delivery.address)
        return key
      } catch (error) {
        throw toSendingError(`Discord did not take the ${kind} of ${key}`, error)
      } finally {
        if (kind === 'post') typing.end(delivery.address)
      }
    },
    find: (key, address) => findByKey(key, address, sending),
    async stop() {
      ending.abort()
      missed.stop()
      placeholders.stop()
      typing.stop()
      await listener.stop()
      await client.destroy()
    },
  }
}

/** Without the gateway, which tells it otherwise, Discord is asked who the bot is: its own messages are found by that. */
async function beginSending({ client, options, listener }: Parts): Promise<void> {
  client.rest.setToken(options.token.reveal())
  try {
    listener.botId = textAt(await client.rest.get('/users/@me'), 'id')
  } catch (error) {
    throw toChannelError('Discord could not be reached (DISCORD_TOKEN)', error)
  }
}

/** Takes each packet of the gateway, as it came. */
function createHearing({ client, servers, listener, missed, sending, ending, options }: Parts) {
  const registering = { signal: ending.signal, onFailure: options.onFailure }
  let isFirst = true
  const begin = (ready: unknown): void => {
    listener.botId = textAt(property(ready, 'user'), 'id')
    missed.begin()
    const application = snowflake(property(ready, 'application'), 'id')
    if (isFirst && application !== undefined) listener.keep(keepRegistering(client.rest, application, registering))
    isFirst = false
  }
  return (packet: unknown): void => {
    const [type, data] = [property(packet, 't'), property(packet, 'd')]
    sending.places.learn(type, data)
    servers.learn(type, data)
    if (type === 'READY') begin(data)
    if (type === 'GUILD_CREATE') missed.see(data)
    listener.hear(type, data)
  }
}
