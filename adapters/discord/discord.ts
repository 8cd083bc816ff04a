import type * as discord from 'discord.js'
import { ChannelError, PackageMissingError } from '../../src/core/errors.ts'
import type { Channel, NewestMessage, Now, OpenPlatform } from '../../src/core/ports.ts'
import type { Secret } from '../../src/core/secret.ts'
import { deliver, findByNonce, nonceOf } from './delivery.ts'
import { property, readDispatches } from './event.ts'
import { isDone, toChannelError } from './failure.ts'
import { DiscordListener } from './listener.ts'

export interface DiscordOptions {
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
  /** The hosts to which links may lead. */
  readonly linkHosts: ReadonlySet<string>
  /** Told of a lost connection and of an event that could not be stored. */
  readonly onFailure: (error: unknown) => void
  /** The newest message that is stored, and where customers have written. */
  readonly newest: () => Promise<NewestMessage | undefined>
}

const callLimitMs = 10_000

/**
 * Discord over its gateway: mentions in servers, and direct messages. Neither needs the privileged message content intent.
 *
 * Discord does not repeat a message that was not stored, so it is kept here and stored as soon as that succeeds. A pressed
 * button is confirmed only after it was stored; otherwise its presser reads "This interaction failed" and presses again.
 *
 * @throws PackageMissingError without `discord.js`
 */
export async function openDiscord(options: DiscordOptions): Promise<OpenPlatform> {
  const { tenant, onFailure } = options
  const client = createClient(await loadDiscord(), options.apiUrl)
  readOnlyRaw(client, onFailure)
  const listener = new DiscordListener({ rest: client.rest, tenant, onFailure })

  const find: Channel['find'] = async (key, address) => {
    const nonce = nonceOf(key)
    return listener.shown.get(nonce) ?? (await findByNonce(client.rest, nonce, address))
  }
  const channel: Channel = {
    name: 'discord',
    async start(onEvent) {
      client.on('error', onFailure)
      client.on('shardError', onFailure)
      client.on('shardDisconnect', ({ code }) => {
        const problem = `Discord closed the connection for good (code ${code}). Check DISCORD_TOKEN and start the bot again.`
        onFailure(new ChannelError(problem, { retryable: false }))
      })
      client.on('raw', (packet: unknown) => listener.hear(packet, onEvent))
      try {
        await client.login(options.token.reveal())
      } catch (error) {
        throw toChannelError('Discord could not be listened to (DISCORD_TOKEN)', error)
      }
    },
    async send(delivery) {
      try {
        const shown =
          delivery.kind === 'post' && delivery.mayExist ? await find(delivery.key, delivery.address) : undefined
        if (shown !== undefined) return shown
        const id = await deliver(client.rest, delivery)
        if (delivery.kind === 'post') listener.shown.set(nonceOf(delivery.key), id)
        return id
      } catch (error) {
        if (delivery.kind === 'remove' && isDone(error)) return delivery.platformId
        throw toChannelError(`Discord did not ${delivery.kind} reply ${delivery.key}`, error)
      }
    },
    find,
    async stop() {
      await listener.stop()
      await client.destroy()
    },
  }
  return { channel, isAdmin: async () => false }
}

type Library = Pick<typeof discord, 'Client' | 'GatewayIntentBits' | 'Options' | 'Partials'>

/** Calls are tried once and never wait for a limit: both are the outbox's business. */
function createClient(
  { Client, GatewayIntentBits, Options, Partials }: Library,
  apiUrl: string | undefined,
): discord.Client {
  return new Client({
    intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.DirectMessages],
    partials: [Partials.Channel],
    allowedMentions: { parse: [] },
    makeCache: Options.cacheWithLimits({ ...Options.DefaultMakeCacheSettings, MessageManager: 0 }),
    rest: {
      ...(apiUrl === undefined ? {} : { api: apiUrl }),
      retries: 0,
      timeout: callLimitMs,
      rejectOnRateLimit: () => true,
      invalidRequestWarningInterval: 1000,
    },
  })
}

/**
 * Keeps discord.js from building its own objects of what is read here from the raw dispatch: it would end the process on
 * one that is malformed ("Cannot use 'in' operator to search for 'guild_id'"). The method is private; without it, discord.js
 * works as ever.
 */
function readOnlyRaw(client: discord.Client, onFailure: (error: unknown) => void): void {
  const original: unknown = Reflect.get(client.ws, 'handlePacket')
  if (typeof original !== 'function') return
  Reflect.set(client.ws, 'handlePacket', (packet: unknown, shard: unknown): unknown => {
    if (readDispatches.includes(property(packet, 't'))) return true
    try {
      const isHandled: unknown = Reflect.apply(original, client.ws, [packet, shard])
      return isHandled
    } catch (error) {
      onFailure(error)
      return true
    }
  })
}

async function loadDiscord(): Promise<Library> {
  try {
    return await import('discord.js')
  } catch (error) {
    throw new PackageMissingError('DISCORD_TOKEN is set, and Discord needs a package: npm install discord.js', error)
  }
}
