import { field, type Fields, fields, listOf, numberOf, Refusal, textOf } from './fields.ts'

/** A channel, thread or direct message. */
export interface DiscordChannel {
  readonly id: string
  /** https://docs.discord.com/developers/resources/channel, "Channel Types". */
  readonly type: number
  readonly guild: string | undefined
  readonly parent: string | undefined
  readonly name: string
  readonly owner: string | undefined
  readonly tags: readonly { readonly id: string; readonly name: string }[]
  readonly overwrites: readonly Fields[]
  applied: readonly string[]
  lastMessage: string | null
  isArchived: boolean
  isLocked: boolean
}

/** A file that came with a message. */
export interface DiscordFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** A message as the channel shows it. */
export interface DiscordPost {
  readonly id: string
  readonly channel: string
  readonly author: Fields
  readonly nonce: unknown
  readonly sentAt: number
  readonly files: readonly DiscordFile[]
  /** Shown to this person alone. */
  readonly onlyFor: string | undefined
  body: Fields
  /** Shown as "is thinking". */
  isLoading: boolean
  editedAt: number | undefined
}

export interface DiscordGuild {
  readonly id: string
  readonly name: string
  readonly owner: string
  readonly roles: Fields[]
  readonly members: Map<string, readonly string[]>
}

export const discordBot = {
  id: '900000000000000001',
  username: 'tuppence',
  discriminator: '0',
  global_name: null,
  bot: true,
} as const
export const applicationId = '900000000000000002'
export const exampleGuild = '400000000000000001'
export const exampleChannel = '500000000000000001'

/** https://docs.discord.com/developers/topics/permissions: what @everyone of the example server may do. */
const everyone = String((1n << 10n) | (1n << 11n) | (1n << 16n) | (1n << 31n) | (1n << 35n) | (1n << 38n))

/** "The past few minutes", in which Discord compares nonces. */
const nonceMs = 3 * 60_000
const threadTypes = [10, 11, 12]

type NewChannel = Partial<Omit<DiscordChannel, 'id'>>
type NewPost = Partial<DiscordPost> & Pick<DiscordPost, 'channel' | 'author' | 'body'>

/** Everything Discord knows: servers, channels, messages. Ids sort by time. */
export class World {
  readonly guilds = new Map<string, DiscordGuild>()
  readonly channels = new Map<string, DiscordChannel>()
  /** What people call themselves; whoever is not in it has a name made of their id. */
  readonly names = new Map<string, string>()
  readonly messages: DiscordPost[] = []
  /** Channels in which a call of the bot's is refused with this number. */
  readonly refusals = new Map<string, number>()
  offsetMs = 0
  #count = 0n

  constructor() {
    const roles = [{ id: exampleGuild, name: '@everyone', permissions: everyone }]
    const guild = { id: exampleGuild, name: 'Acme', owner: '700000000000000009', roles }
    this.guilds.set(exampleGuild, { ...guild, members: new Map([[discordBot.id, []]]) })
    this.addChannel(exampleChannel, { guild: exampleGuild, name: 'help' })
  }

  now(): number {
    return Date.now() + this.offsetMs
  }

  /** An id of this instant; later ones are larger. */
  newId(): string {
    this.#count += 1n
    return String((BigInt(this.now() - 1_420_070_400_000) << 22n) + (this.#count & 0x3f_ffffn))
  }

  /** Somebody who is not the bot, as a payload shows them. */
  shapePerson(id: string): Fields {
    const number = id.slice(-3)
    const name = this.names.get(id) ?? `User ${number}`
    return { id, username: `user-${number}`, global_name: name, discriminator: '0' }
  }

  addChannel(id: string, given: NewChannel = {}): DiscordChannel {
    const channel: DiscordChannel = {
      type: 0,
      guild: undefined,
      parent: undefined,
      name: 'channel',
      owner: undefined,
      tags: [],
      overwrites: [],
      applied: [],
      lastMessage: null,
      isArchived: false,
      isLocked: false,
      ...given,
      id,
    }
    this.channels.set(id, channel)
    return channel
  }

  /** @throws Refusal when there is none, or the bot may not see it */
  channel(id: string): DiscordChannel {
    const found = this.channels.get(id)
    if (found === undefined) throw new Refusal(404, 10_003)
    const refusal = this.refusals.get(id)
    if (refusal !== undefined) throw new Refusal(refusal === 10_003 ? 404 : 403, refusal)
    return found
  }

  message(channel: string, id: string): DiscordPost {
    const found = this.messages.find((message) => message.channel === channel && message.id === id)
    if (found === undefined || found.onlyFor !== undefined) throw new Refusal(404, 10_008)
    return found
  }

  /** A new message, or the one with the same nonce that is still remembered. */
  post(given: NewPost): { readonly post: DiscordPost; readonly isNew: boolean } {
    const { nonce, body, channel } = given
    const twin = this.messages.find(
      (message) =>
        body['enforce_nonce'] === true &&
        message.channel === channel &&
        message.nonce === nonce &&
        field(message.author, 'id') === field(given.author, 'id') &&
        this.now() - message.sentAt < nonceMs,
    )
    if (twin !== undefined) return { post: twin, isNew: false }
    const missing = { nonce: undefined, files: [], onlyFor: undefined, isLoading: false, editedAt: undefined }
    const post: DiscordPost = { ...missing, id: this.newId(), sentAt: this.now(), ...given }
    this.messages.push(post)
    const place = this.channels.get(channel)
    if (place !== undefined && post.onlyFor === undefined) place.lastMessage = post.id
    return { post, isNew: true }
  }

  remove(post: DiscordPost): void {
    this.messages.splice(this.messages.indexOf(post), 1)
  }

  /** What people wrote, handed over from outside as Discord's own payload; its place is made if it is not known. */
  keep(data: unknown): void {
    const [id, channel] = [textOf(data, 'id'), textOf(data, 'channel_id')]
    if (!/^\d{1,20}$/.test(id) || !/^\d{1,20}$/.test(channel) || textOf(data, 'content') === '') return
    const guild = textOf(data, 'guild_id') === '' ? undefined : textOf(data, 'guild_id')
    if (!this.channels.has(channel))
      this.addChannel(channel, { guild, type: numberOf(data, 'channel_type') || (guild ? 0 : 1) })
    if (this.messages.some((message) => message.id === id)) return
    this.post({ id, channel, author: fields(field(data, 'author')), body: fields(data) })
  }

  /** The newest first, without nonces, as a channel's history is given. */
  history(channel: string, query: URLSearchParams): readonly Fields[] {
    const [after, before] = [query.get('after'), query.get('before')]
    const limit = Number(query.get('limit') ?? 50)
    const found = this.messages
      .filter((post) => post.channel === channel && post.onlyFor === undefined)
      .filter((post) => after === null || BigInt(post.id) > BigInt(after))
      .filter((post) => before === null || BigInt(post.id) < BigInt(before))
      .toSorted((one, other) => (BigInt(one.id) < BigInt(other.id) ? -1 : 1))
    return (after === null ? found.slice(-limit) : found.slice(0, limit)).toReversed().map((post) => this.shape(post))
  }

  /** A message as Discord gives it; its nonce only to whoever sent it and on the gateway. */
  shape(post: DiscordPost): Fields {
    const { body, onlyFor, isLoading, editedAt } = post
    const { content = '', components = [], flags = 0, mentions = [], attachments = [] } = body
    const reference = field(body, 'message_reference')
    const isReply = reference !== undefined && this.messages.some(({ id }) => id === textOf(reference, 'message_id'))
    return {
      id: post.id,
      channel_id: post.channel,
      author: post.author,
      content,
      components,
      flags: Number(flags) | (isLoading ? 128 : 0) | (onlyFor === undefined ? 0 : 64),
      type: isReply ? 19 : 0,
      timestamp: new Date(post.sentAt).toISOString(),
      edited_timestamp: editedAt === undefined ? null : new Date(editedAt).toISOString(),
      mentions,
      mention_roles: [],
      mention_everyone: false,
      attachments:
        post.files.length === 0 ? attachments : post.files.map(({ name }) => ({ id: post.id, filename: name })),
      embeds: [],
      ...(isReply ? { message_reference: { type: 0, channel_id: post.channel, ...fields(reference) } } : {}),
    }
  }

  shapeChannel(channel: DiscordChannel): Fields {
    const { id, type, name, guild, parent, owner, tags, overwrites, applied, lastMessage } = channel
    const isThread = threadTypes.includes(type)
    const metadata = { archived: channel.isArchived, locked: channel.isLocked, auto_archive_duration: 10_080 }
    return {
      id,
      type,
      name,
      last_message_id: lastMessage,
      ...(guild === undefined ? {} : { guild_id: guild }),
      ...(parent === undefined ? {} : { parent_id: parent }),
      ...(isThread
        ? { owner_id: owner, thread_metadata: metadata, applied_tags: applied }
        : { permission_overwrites: overwrites }),
      ...(type === 15 ? { available_tags: tags } : {}),
    }
  }

  /** A server as GUILD_CREATE shows it. */
  shapeGuild(guild: DiscordGuild): Fields {
    const all = [...this.channels.values()].filter((channel) => channel.guild === guild.id)
    const isThread = ({ type }: DiscordChannel): boolean => threadTypes.includes(type)
    return {
      id: guild.id,
      name: guild.name,
      owner_id: guild.owner,
      roles: guild.roles,
      member_count: guild.members.size,
      members: [],
      channels: all.filter((channel) => !isThread(channel)).map((channel) => this.shapeChannel(channel)),
      threads: all
        .filter((channel) => isThread(channel) && !channel.isArchived)
        .map((channel) => this.shapeChannel(channel)),
    }
  }

  /** What somebody may do in a server, without regard to channels; an owner may do everything. */
  permissionsOf(guild: string, user: string): bigint {
    const found = this.guilds.get(guild)
    if (found === undefined) return 0n
    if (found.owner === user) return (1n << 53n) - 1n
    const held = [guild, ...(found.members.get(user) ?? [])]
    return found.roles
      .filter((role) => held.includes(textOf(role, 'id')))
      .reduce((bits, role) => bits | BigInt(textOf(role, 'permissions')), 0n)
  }
}

/** Whether a payload names somebody. */
export function mentions(data: unknown, user: string): boolean {
  return listOf(data, 'mentions').some((mentioned) => textOf(mentioned, 'id') === user)
}
