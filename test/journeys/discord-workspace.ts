import { rm } from 'node:fs/promises'
import { loadConfig } from '../../config/load.ts'
import { startBot } from '../../src/assemble.ts'
import { freePort } from '../bot-process.ts'
import { writeCatalogue } from '../catalogue.ts'
import { DiscordServer, type DiscordPost, discordBot, exampleChannel, exampleGuild } from '../servers/discord.ts'
import { field, listOf, textOf } from '../servers/discord/fields.ts'
import type { Deed } from '../servers/discord/interactions.ts'
import { directMessagesOf } from '../servers/discord/rest.ts'
import { startModelServer, type ModelServer } from '../servers/models.ts'
import { until } from '../until.ts'
import { newBotFolder } from '../store.ts'

export const discordModes = ['gateway', 'signed HTTP'] as const
export type DiscordMode = (typeof discordModes)[number]

export const staffChannel = '500000000000000002'
export const help = exampleChannel
export const bot = `<@${discordBot.id}>`
export const written = 'If it is unused, you can send it back within 30 days of getting it.'
/** Two who may run the server, and one who could once; all three are on the bot's list. */
export const admins = ['700000000000000101', '700000000000000102', '700000000000000103'] as const
export const [admin, otherAdmin] = admins
export const support = '700000000000000201'

const adminRole = '800000000000000001'
const manageServer = 1n << 5n

/** What a server of Discord is like before the bot comes. */
export interface Surroundings {
  readonly mode: DiscordMode
  /** Whether the team's cards become posts of a forum. */
  readonly isForum?: boolean
  /** Whether the bot may read messages that do not name it. */
  readonly messageContent?: boolean
  /** What people call themselves. */
  readonly names?: ReadonlyMap<string, string>
}

/** A server of Discord with the bot in it, its admins, somebody who is one no more, and a large model. */
export interface DiscordWorkspace {
  readonly discord: DiscordServer
  readonly large: ModelServer
  /** Somebody's direct messages with the bot. */
  readonly privately: (user: string) => string
  /** What the bot shows everybody in a place, oldest first. */
  readonly shown: (channel: string) => readonly DiscordPost[]
  /** Waits until a place shows so many messages of the bot; gives their words. */
  readonly untilShown: (count: number, channel: string) => Promise<readonly string[]>
  /** Waits for a message of the bot that has these words. */
  readonly untilSaid: (words: string, channel: string) => Promise<DiscordPost>
  /** Waits until something somebody did has its answer, and gives it. */
  readonly answered: (deed: Promise<Deed | undefined>) => Promise<Deed>
  /** Stops the bot and starts it again on the same data. */
  readonly restart: () => Promise<void>
  readonly close: () => Promise<void>
}

export async function openDiscordWorkspace(surroundings: Surroundings): Promise<DiscordWorkspace> {
  const discord = await new DiscordServer().start()
  discord.token = 'example-token-of-some-length'
  furnish(discord, surroundings)
  const answer = JSON.stringify({ answer: written, sources: [1], lookUp: 'none', canAnswer: true })
  const large = await startModelServer({ protocol: 'anthropic', answer: () => answer })
  const [config, data] = [writeFolder(large, surroundings), newBotFolder()]
  const folders = [config, data.path] as const
  const port = String(await freePort())
  if (surroundings.mode === 'signed HTTP') discord.endpoint = `http://127.0.0.1:${port}/discord/interactions`
  const start = () =>
    startBot(loadConfig(environmentFor(surroundings, { discord, folders, port })), 'configured', {
      openStore: data.openStore,
    })
  let running = await start()
  return {
    ...looksAt(discord),
    discord,
    large,
    privately: (user) => {
      const channel = directMessagesOf(user)
      if (!discord.world.channels.has(channel)) discord.world.addChannel(channel, { type: 1, name: '' })
      return channel
    },
    restart: async () => {
      await running.stop()
      running = await start()
    },
    close: async () => {
      await running.stop()
      await discord.close()
      await large.close()
      await rm(config, { recursive: true, force: true })
      await data.remove()
    },
  }
}

function furnish({ world, interactions }: DiscordServer, { isForum = false, names = new Map() }: Surroundings): void {
  for (const [user, name] of names) world.names.set(user, name)
  interactions.answerWithinMs = 20_000 // a busy machine is not what is judged here
  const guild = world.guilds.get(exampleGuild)
  guild?.roles.push({ id: adminRole, name: 'Admin', permissions: String(manageServer) })
  for (const user of [admin, otherAdmin]) guild?.members.set(user, [adminRole])
  guild?.members.set(admins[2], [])
  const tags = ['Waiting', 'Claimed', 'Resolved'].map((name, index) => ({ id: `85000000000000000${index}`, name }))
  const kind = isForum ? { type: 15, tags } : {}
  world.addChannel(staffChannel, { guild: exampleGuild, name: 'support-desk', ...kind })
}

type Looking = Pick<DiscordWorkspace, 'shown' | 'untilShown' | 'untilSaid' | 'answered'>

function looksAt(discord: DiscordServer): Looking {
  const shown: Looking['shown'] = (channel) => discord.posts.filter((post) => post.channel === channel)
  return {
    shown,
    untilShown: async (count, channel) => {
      await until(() => shown(channel).length >= count, `${count} messages in ${channel}`)
      return shown(channel).map(wordsOf)
    },
    untilSaid: async (words, channel) => {
      const find = (): DiscordPost | undefined => shown(channel).findLast((post) => wordsOf(post).includes(words))
      await until(() => find() !== undefined, `"${words}" in ${channel}`)
      return present(find(), words)
    },
    answered: async (done) => {
      const deed = present(await done, 'deed')
      const isOver = (): boolean => deed.answer !== undefined && (deed.answer['type'] !== 5 || !isLoading(deed))
      await until(() => isOver() || deed.failure !== undefined, 'an answer to what somebody did')
      if (deed.failure !== undefined) throw new Error(deed.failure)
      return deed
    },
  }
}

function isLoading({ original }: Deed): boolean {
  return original?.isLoading === true
}

function writeFolder(large: ModelServer, { messageContent = true }: Surroundings): string {
  return writeCatalogue(
    [{ alias: 'large', provider: 'anthropic', server: large, tier: 4, price: { input: 2, output: 10 } }],
    {
      team: { admins: admins.map((user) => `discord:${user}`), channels: { discord: staffChannel } },
      discord: { messageContent },
    },
  )
}

interface Place {
  readonly discord: DiscordServer
  readonly folders: readonly [config: string, data: string]
  readonly port: string
}

function environmentFor({ mode }: Surroundings, { discord, folders: [config, data], port }: Place) {
  return {
    TUPPENCE_CONFIG_DIR: config,
    TUPPENCE_DATA_DIR: data,
    PORT: port,
    LOG_LEVEL: 'silent',
    TZ_BUDGET: 'UTC',
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.apiUrl,
    ...(mode === 'signed HTTP' ? { DISCORD_PUBLIC_KEY: discord.publicKey } : {}),
  }
}

/** All words of a message, wherever they stand. */
export function wordsOf({ body }: Pick<DiscordPost, 'body'>): string {
  return [textOf(body, 'content'), ...inside(body).map((component) => textOf(component, 'content'))].join('\n').trim()
}

/** What only whoever did something reads of it; empty when there is nothing. */
export function whisperedTo({ original, user }: Deed): string {
  return original?.onlyFor === user ? wordsOf(original) : ''
}

/** The id of a button that a message shows, by its label. @throws Error when it shows none */
export function buttonOf(post: Pick<DiscordPost, 'body'> | undefined, label: RegExp): string {
  const found = inside(post?.body).find((component) => label.test(textOf(component, 'label')))
  const id = textOf(found, 'custom_id') || textOf(found, 'value')
  if (id === '') throw new Error(`no button ${String(label)} in ${JSON.stringify(post?.body)}`)
  return id
}

/** Everything within, however deep. */
function inside(body: unknown): readonly unknown[] {
  const parts = [...listOf(body, 'components'), ...listOf(body, 'options'), field(body, 'accessory')]
  return parts.flatMap((part) => (part === undefined ? [] : [part, ...inside(part)]))
}

/** @throws Error when it is missing */
export function present<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`no ${what}`)
  return value
}
