import type * as discord from 'discord.js'
import { ChannelError, PackageMissingError } from '../../src/core/errors.ts'
import { toChannelError } from './failure.ts'
import { property } from './shape.ts'

type Library = Pick<typeof discord, 'Client' | 'GatewayIntentBits' | 'Partials' | 'REST'>

const callLimitMs = 10_000
/** So long the answer to an interaction may wait for a limit. */
const longestWaitMs = 2000

export interface ClientOptions {
  readonly apiUrl?: string | undefined
  readonly messageContent: boolean
}

/**
 * A connection to Discord: discord.js identifies, keeps the heart beating, resumes, and holds the limits. Calls are tried
 * once and never wait for a limit: both are the outbox's business. Only answers to interactions, which Discord counts
 * apart, wait the moment it takes.
 */
export function createClient(
  { Client, GatewayIntentBits, Partials }: Library,
  { apiUrl, messageContent }: ClientOptions,
): discord.Client {
  const { Guilds, GuildMessages, DirectMessages, MessageContent } = GatewayIntentBits
  return new Client({
    intents: [Guilds, GuildMessages, DirectMessages, ...(messageContent ? [MessageContent] : [])],
    partials: [Partials.Channel],
    shards: 'auto',
    allowedMentions: { parse: [] },
    rest: restOptions(apiUrl),
  })
}

/** How every call of Discord's is made. */
export function restOptions(apiUrl: string | undefined): Partial<discord.RESTOptions> {
  return {
    ...(apiUrl === undefined ? {} : { api: apiUrl }),
    retries: 0,
    timeout: callLimitMs,
    rejectOnRateLimit: ({ route, retryAfter, timeToReset }) =>
      !/^\/(?:interactions|webhooks)\//.test(route) || Math.max(retryAfter, timeToReset) > longestWaitMs,
    invalidRequestWarningInterval: 1000,
  }
}

/**
 * Keeps discord.js from building its own objects of anything but READY: everything else is read here from the raw
 * dispatch, needs no memory, and cannot end the process by being malformed ("Cannot use 'in' operator to search for
 * 'guild_id'"). The method is private; without it, discord.js works as ever.
 */
export function readOnlyReady(client: discord.Client, onFailure: (error: unknown) => void): void {
  const original: unknown = Reflect.get(client.ws, 'handlePacket')
  if (typeof original !== 'function') return
  Reflect.set(client.ws, 'handlePacket', (packet: unknown, shard: unknown): unknown => {
    if (property(packet, 't') !== 'READY') return true
    try {
      const isHandled: unknown = Reflect.apply(original, client.ws, [packet, shard])
      return isHandled
    } catch (error) {
      onFailure(error)
      return true
    }
  })
}

/**
 * Keeps the token after Discord has refused it: it may be right again in a moment, and discord.js would forget it at the
 * first refusal and make no call any more.
 */
export function keepToken({ rest }: discord.Client): void {
  const setToken = rest.setToken.bind(rest)
  Reflect.set(rest, 'setToken', (token: string | null) => (token === null ? rest : setToken(token)))
}

/** Tells of what ends or troubles the connection. discord.js connects again by itself where that can help. */
export function tellOfFailures(client: discord.Client, onFailure: (error: unknown) => void): void {
  client.on('error', onFailure)
  client.on('shardError', (error) => onFailure(toChannelError('The connection to Discord failed', error)))
  client.rest.on('invalidRequestWarning', ({ count }) => onFailure(tooManyRefusals(count)))
  client.on('shardDisconnect', ({ code }) => onFailure(closedForGood(code)))
}

/** https://docs.discord.com/developers/topics/rate-limits, "Invalid Request Limit". */
function tooManyRefusals(count: number): ChannelError {
  const problem = `Discord refused ${count} calls within 10 minutes (401, 403 or 429); at 10,000 it shuts this address out for a while.`
  return new ChannelError(problem, { retryable: false })
}

/**
 * Why Discord closed a connection and will not open it again
 * (https://docs.discord.com/developers/topics/opcodes-and-status-codes, "Gateway Close Event Codes").
 */
function closedForGood(code: number): ChannelError {
  const what = `Discord closed the connection for good (code ${code})`
  if (code === 4014) return toChannelError(what, new Error('Used disallowed intents'))
  if (code === 4004) return toChannelError(what, { code: 'TokenInvalid' })
  return new ChannelError(`${what}. Start the bot again; if that does not help, look at the application's pages.`, {
    retryable: false,
  })
}

/** @throws PackageMissingError without `discord.js` */
export async function loadDiscord(): Promise<Library> {
  try {
    return await import('discord.js')
  } catch (error) {
    throw new PackageMissingError('DISCORD_TOKEN is set, and Discord needs a package: npm install discord.js', error)
  }
}
