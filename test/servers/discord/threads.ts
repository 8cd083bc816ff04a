import { checkMessage } from './checks.ts'
import { type Answer, field, type Fields, fields, invalid, listOf, numberOf, Refusal, textOf } from './fields.ts'
import { discordBot, type DiscordChannel, type DiscordPost, type World } from './world.ts'

/** Told of what changed, as the gateway names it. */
export interface Telling {
  readonly post: (type: string, post: DiscordPost) => void
  readonly channel: (type: string, channel: DiscordChannel) => void
}

const archiveDurations: readonly unknown[] = [undefined, 60, 1440, 4320, 10_080]

interface Below {
  readonly channel: string
  readonly message: string
  readonly body: Fields
}

/** A thread below a message. It gets the message's id. */
export function threadBelow(world: World, { channel, message, body }: Below, tell: Telling): Answer {
  const parent = world.channel(channel)
  world.message(channel, message)
  if (world.channels.has(message)) throw new Refusal(400, 160_004)
  return { status: 201, body: begin(world, { parent, id: message, type: 11, body }, tell) }
}

/** A thread without a message above it, or a post of a forum with its first message. */
export function threadIn(world: World, { channel, body }: Omit<Below, 'message'>, tell: Telling): Answer {
  const parent = world.channel(channel)
  if (parent.type !== 15) {
    const type = numberOf(body, 'type')
    if (type !== 11 && type !== 12) throw invalid('type', 'not a thread')
    return { status: 201, body: begin(world, { parent, id: world.newId(), type, body }, tell) }
  }
  const message = fields(body['message'])
  if ('nonce' in message) throw invalid('message.nonce', 'not taken here')
  checkMessage(message)
  const tags = listOf(body, 'applied_tags').map(String)
  if (tags.some((tag) => !parent.tags.some(({ id }) => id === tag))) throw invalid('applied_tags', 'unknown tag')
  const id = world.newId()
  const thread = begin(world, { parent, id, type: 11, body, tags }, tell)
  const { post } = world.post({ id, channel: id, author: discordBot, body: message })
  tell.post('MESSAGE_CREATE', post)
  return { status: 201, body: { ...thread, message: world.shape(post) } }
}

interface NewThread {
  readonly parent: DiscordChannel
  readonly id: string
  readonly type: number
  readonly body: Fields
  readonly tags?: readonly string[]
}

function begin(world: World, { parent, id, type, body, tags = [] }: NewThread, tell: Telling): Fields {
  const name = textOf(body, 'name')
  if (name === '' || Array.from(name).length > 100) throw invalid('name', 'Must be between 1 and 100 in length.')
  if (!archiveDurations.includes(body['auto_archive_duration'])) throw invalid('auto_archive_duration', 'unknown')
  const place = { type, name, guild: parent.guild, parent: parent.id, owner: discordBot.id, applied: tags }
  const thread = world.addChannel(id, place)
  tell.channel('THREAD_CREATE', thread)
  return world.shapeChannel(thread)
}

/** An archived thread is opened by whoever changes it; a locked one stays as it is for those who may not manage threads. */
export function changeChannel(world: World, { channel: id, body }: Omit<Below, 'message'>, tell: Telling): Answer {
  const channel = world.channel(id)
  if (channel.isLocked) throw new Refusal(403, 50_013)
  const isOpening = body['archived'] === false
  if (channel.isArchived && !isOpening) throw new Refusal(400, 50_083)
  if (typeof body['archived'] === 'boolean') channel.isArchived = body['archived']
  if (Array.isArray(body['applied_tags'])) {
    const forum = channel.parent === undefined ? undefined : world.channels.get(channel.parent)
    const tags = listOf(body, 'applied_tags').map(String)
    if (tags.length > 5 || tags.some((tag) => forum?.tags.some(({ id: known }) => known === tag) !== true))
      throw invalid('applied_tags', 'unknown tag')
    channel.applied = tags
  }
  tell.channel('THREAD_UPDATE', channel)
  return { status: 200, body: world.shapeChannel(channel) }
}

/** The threads of a server that are not archived. */
export function activeThreads(world: World, guild: string): Answer {
  if (!world.guilds.has(guild)) throw new Refusal(404, 10_004)
  const threads = [...world.channels.values()].filter(
    (channel) => channel.guild === guild && channel.parent !== undefined && !channel.isArchived,
  )
  return { status: 200, body: { threads: threads.map((thread) => world.shapeChannel(thread)), members: [] } }
}

/** Whether something can be written in a channel. */
export function checkWritable(channel: DiscordChannel): void {
  if (channel.type === 15) throw new Refusal(400, 40_058)
  if (channel.type === 4) throw new Refusal(400, 50_008)
  if (channel.isLocked) throw new Refusal(403, 160_005)
}

/** The message a message answers, if it has to exist. */
export function checkReference(world: World, channel: string, body: Fields): void {
  const reference = field(body, 'message_reference')
  if (reference === undefined || field(reference, 'fail_if_not_exists') === false) return
  const id = textOf(reference, 'message_id')
  if (!world.messages.some((message) => message.channel === channel && message.id === id))
    throw invalid('message_reference', 'Unknown message')
}
