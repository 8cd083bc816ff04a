import { checkMessage } from './checks.ts'
import type { Commands } from './commands.ts'
import { type Answer, field, fields, invalid, numberOf, Refusal, textOf } from './fields.ts'
import { withoutContent } from './gateway.ts'
import type { Interactions } from './interactions.ts'
import {
  activeThreads,
  changeChannel,
  checkReference,
  checkWritable,
  type Telling,
  threadBelow,
  threadIn,
} from './threads.ts'
import { applicationId, discordBot, type DiscordFile, type World } from './world.ts'

/** One call, as it came. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: unknown
  readonly files: readonly DiscordFile[]
}

export interface RestParts {
  readonly world: World
  readonly commands: Commands
  readonly interactions: Interactions
  readonly tell: Telling
  readonly gatewayUrl: () => string
  /** https://docs.discord.com/developers/resources/application, "Application Flags". */
  readonly flags: () => number
  readonly publicKey: string
  readonly interactionsAddress: () => string | null
  readonly mayReadContent: () => boolean
}

type Route = (parts: RestParts, call: Call, found: readonly string[]) => Answer

/** What the REST interface does, by method and path. */
const routes: readonly (readonly [string, Route])[] = [
  ['GET /gateway/bot', gateway],
  ['GET /users/@me', () => ({ status: 200, body: discordBot })],
  ['GET /applications/@me', application],
  ['GET /applications/:id/commands', ({ commands }) => commands.list()],
  ['PUT /applications/:id/commands', ({ commands }, { body }) => commands.put(body)],
  ['POST /users/@me/channels', openDirectMessages],
  ['GET /guilds/:id', (parts, _call, [id]) => ({ status: 200, body: parts.world.shapeGuild(guildOf(parts, id)) })],
  ['GET /guilds/:id/roles', (parts, _call, [id]) => ({ status: 200, body: guildOf(parts, id).roles })],
  ['GET /guilds/:id/members/:id', member],
  ['GET /guilds/:id/threads/active', ({ world }, _call, [id = '']) => activeThreads(world, id)],
  [
    'GET /channels/:id',
    ({ world }, _call, [id = '']) => ({ status: 200, body: world.shapeChannel(world.channel(id)) }),
  ],
  [
    'PATCH /channels/:id',
    ({ world, tell }, { body }, [id = '']) => changeChannel(world, { channel: id, body: fields(body) }, tell),
  ],
  ['POST /channels/:id/typing', type],
  ['POST /channels/:id/messages', post],
  ['GET /channels/:id/messages', history],
  [
    'GET /channels/:id/messages/:id',
    ({ world }, _call, [channel = '', id = '']) => ({
      status: 200,
      body: world.shape((world.channel(channel), world.message(channel, id))),
    }),
  ],
  ['PATCH /channels/:id/messages/:id', edit],
  ['DELETE /channels/:id/messages/:id', remove],
  [
    'POST /channels/:id/messages/:id/threads',
    ({ world, tell }, { body }, [channel = '', id = '']) =>
      threadBelow(world, { channel, message: id, body: fields(body) }, tell),
  ],
  [
    'POST /channels/:id/threads',
    ({ world, tell }, { body }, [id = '']) => threadIn(world, { channel: id, body: fields(body) }, tell),
  ],
]

const compiled = routes.map(([name, route]) => {
  const [method = '', path = ''] = name.split(' ')
  return { method, pattern: new RegExp(`^${path.replaceAll(':id', '(\\d+)')}$`), route }
})

/** @throws Refusal */
export function perform(parts: RestParts, call: Call): Answer {
  const { method, path, body, files } = call
  const first = /^\/interactions\/(\d+)\/([^/]+)\/callback$/.exec(path)
  if (first !== null) return parts.interactions.callback(first[1] ?? '', first[2] ?? '', { body: fields(body), files })
  if (path.startsWith('/webhooks/')) return parts.interactions.webhook(method, path, { body: fields(body), files })
  for (const { method: wanted, pattern, route } of compiled) {
    const found = wanted === method ? pattern.exec(path) : null
    if (found !== null) return route(parts, call, found.slice(1))
  }
  return { status: 404, body: { message: '404: Not Found', code: 0 } }
}

function gateway({ gatewayUrl }: RestParts): Answer {
  const limit = { total: 1000, remaining: 999, reset_after: 0, max_concurrency: 1 }
  return { status: 200, body: { url: gatewayUrl(), shards: 1, session_start_limit: limit } }
}

function application({ flags, publicKey, interactionsAddress }: RestParts): Answer {
  const shared = { id: applicationId, name: 'Tuppence', bot: discordBot, flags: flags() }
  return {
    status: 200,
    body: { ...shared, verify_key: publicKey, interactions_endpoint_url: interactionsAddress() },
  }
}

function guildOf({ world }: RestParts, id = ''): Parameters<World['shapeGuild']>[0] {
  const guild = world.guilds.get(id)
  if (guild === undefined) throw new Refusal(404, 10_004)
  return guild
}

function member(parts: RestParts, _call: Call, [guild, user = '']: readonly string[]): Answer {
  const roles = guildOf(parts, guild).members.get(user)
  if (roles === undefined) throw new Refusal(404, 10_007)
  return { status: 200, body: { user: { id: user }, roles, joined_at: '2026-01-01T00:00:00.000000+00:00' } }
}

/** One channel for each person, with an id that follows from theirs. */
function openDirectMessages({ world }: RestParts, { body }: Call): Answer {
  const user = textOf(body, 'recipient_id')
  if (!/^\d+$/.test(user)) throw new Refusal(400, 50_033)
  const id = directMessagesOf(user)
  const channel = world.channels.get(id) ?? world.addChannel(id, { type: 1, name: '' })
  return { status: 200, body: { ...world.shapeChannel(channel), recipients: [{ id: user }] } }
}

/** The channel of somebody's direct messages with the bot. */
export function directMessagesOf(user: string): string {
  return `6${user.slice(1)}`
}

function type({ world }: RestParts, _call: Call, [id = '']: readonly string[]): Answer {
  world.channel(id)
  return { status: 204 }
}

function post({ world, tell }: RestParts, { body, files }: Call, [id = '']: readonly string[]): Answer {
  const channel = world.channel(id)
  checkWritable(channel)
  const given = fields(body)
  checkMessage(given, files.length)
  checkReference(world, id, given)
  if (channel.isArchived) throw new Refusal(400, 50_083)
  const { post: found, isNew } = world.post({
    channel: id,
    author: discordBot,
    nonce: given['nonce'],
    body: given,
    files,
  })
  if (isNew) tell.post('MESSAGE_CREATE', found)
  return { status: 200, body: { ...world.shape(found), nonce: found.nonce } }
}

function history({ world, mayReadContent }: RestParts, { query }: Call, [id = '']: readonly string[]): Answer {
  const channel = world.channel(id)
  const limit = Number(query.get('limit') ?? 50)
  if (!(limit >= 1 && limit <= 100)) throw invalid('limit', 'int value should be between 1 and 100.')
  const found = world.history(id, query)
  const isPrivate = channel.guild === undefined
  return { status: 200, body: isPrivate ? found : found.map((message) => withoutContent(message, mayReadContent())) }
}

function edit({ world, tell }: RestParts, { body, files }: Call, [channel = '', id = '']: readonly string[]): Answer {
  if (world.channel(channel).isArchived) throw new Refusal(400, 50_083)
  const found = world.message(channel, id)
  if (field(found.author, 'id') !== discordBot.id) throw new Refusal(403, 50_005)
  const given = fields(body)
  if (((numberOf(given, 'flags') ^ numberOf(found.body, 'flags')) & (1 << 15)) !== 0)
    throw invalid('flags', 'the components v2 flag stays as it is')
  checkMessage({ ...found.body, ...given }, files.length)
  found.body = {
    ...found.body,
    ...given,
    flags: numberOf(given, 'flags') | (numberOf(found.body, 'flags') & (1 << 12)),
  }
  found.editedAt = world.now()
  tell.post('MESSAGE_UPDATE', found)
  return { status: 200, body: world.shape(found) }
}

function remove({ world, tell }: RestParts, _call: Call, [channel = '', id = '']: readonly string[]): Answer {
  if (world.channel(channel).isArchived) throw new Refusal(400, 50_083)
  const found = world.message(channel, id)
  world.remove(found)
  tell.post('MESSAGE_DELETE', found)
  return { status: 204 }
}
