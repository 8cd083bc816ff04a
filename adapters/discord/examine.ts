import type { REST } from 'discord.js'
import type { Secret } from '../../src/core/secret.ts'
import { loadDiscord, restOptions } from './client.ts'
import { hasCode, toChannelError } from './failure.ts'
import { inviteLink, permissions, scopes } from './invite.ts'
import { isForum } from './places.ts'
import { bitsAt, listed, property, snowflake, textAt } from './shape.ts'

export interface DiscordExamination {
  readonly token: Secret
  readonly publicKey?: string | undefined
  readonly apiUrl?: string | undefined
  readonly messageContent: boolean
  /** The id of the team's channel, if there is one. */
  readonly teamChannel?: string | undefined
}

/** One part of the connection to Discord: what was seen, or the click that mends it. */
export interface DiscordFinding {
  readonly part: string
  readonly state: 'ok' | 'missing' | 'failed'
  readonly detail: string
}

/** https://docs.discord.com/developers/resources/application, "Application Flags": the intent as reviewed, and as switched on. */
const contentFlags = (1 << 18) | (1 << 19)
const administrator = 1n << 3n

/**
 * What `doctor` tells of Discord: the token, the intents, the permissions in the team's channel, and how to invite the bot.
 * Nothing is changed, and it never throws.
 */
export async function examineDiscord(options: DiscordExamination): Promise<readonly DiscordFinding[]> {
  try {
    const { REST } = await loadDiscord()
    const rest = new REST(restOptions(options.apiUrl)).setToken(options.token.reveal())
    const bot = await rest.get('/users/@me')
    const application = await rest.get('/applications/@me')
    return [
      { part: 'discord', state: 'ok', detail: `the token is that of ${textAt(bot, 'username', 100)}` },
      examineIntent(application, options.messageContent),
      examineKey(application, options.publicKey),
      ...(await examineTeamChannel(rest, snowflake(bot, 'id') ?? '', options.teamChannel)),
      { part: 'discord invitation', state: 'ok', detail: invitation(snowflake(application, 'id') ?? '') },
    ]
  } catch (error) {
    return [{ part: 'discord', state: 'failed', detail: toChannelError('Discord (DISCORD_TOKEN)', error).message }]
  }
}

function examineIntent(application: unknown, isWanted: boolean): DiscordFinding {
  const part = 'discord message content'
  const flags = property(application, 'flags')
  const isOn = typeof flags === 'number' && (flags & contentFlags) !== 0
  const page = `https://discord.com/developers/applications/${snowflake(application, 'id')}/bot`
  const click = `switch "Message Content Intent" on under "Privileged Gateway Intents" at ${page}`
  if (!isWanted) {
    const lost = 'in threads only messages that mention the bot or reply to it are read'
    const how = `${isOn ? '' : `${click}, and `}set discord.messageContent to true in bot.yaml`
    return { part, state: 'ok', detail: `not asked for: ${lost}. To have all of them read, ${how}` }
  }
  if (isOn) return { part, state: 'ok', detail: 'switched on: threads go on without a mention' }
  // Discord closes the connection of whoever asks for it all the same, with 4014.
  return { part, state: 'failed', detail: `${click}, or set discord.messageContent to false in bot.yaml` }
}

/** Which way commands and buttons come, and whether their signature can be checked. */
function examineKey(application: unknown, publicKey: string | undefined): DiscordFinding {
  const part = 'discord interactions'
  const page = `https://discord.com/developers/applications/${snowflake(application, 'id')}/information`
  const address = textAt(application, 'interactions_endpoint_url', 500)
  if (publicKey === undefined && address !== '') {
    const detail = `Discord sends commands and buttons to ${address}, so set DISCORD_PUBLIC_KEY, or empty "Interactions Endpoint URL" at ${page}`
    return { part, state: 'failed', detail }
  }
  if (publicKey === undefined)
    return { part, state: 'ok', detail: 'commands and buttons come over the gateway; no public address is needed' }
  if (textAt(application, 'verify_key').toLowerCase() !== publicKey.toLowerCase()) {
    const detail = `DISCORD_PUBLIC_KEY is another application's: copy "Public Key" from ${page}`
    return { part, state: 'failed', detail }
  }
  const way =
    address === ''
      ? `they come over the gateway until "Interactions Endpoint URL" at ${page} is your address with /discord/interactions`
      : `Discord sends commands and buttons to ${address}`
  return { part, state: 'ok', detail: `DISCORD_PUBLIC_KEY is that of the application; ${way}` }
}

async function examineTeamChannel(rest: REST, bot: string, channel: string | undefined): Promise<DiscordFinding[]> {
  const part = 'discord team'
  if (channel === undefined) {
    const how = 'set team.channels.discord in bot.yaml to the id of a channel only your team sees ("Copy Channel ID")'
    return [{ part, state: 'missing', detail: how }]
  }
  try {
    const found = await rest.get(`/channels/${channel}`)
    const held = await permissionsIn(rest, found, bot)
    const name = `#${textAt(found, 'name', 100)}`
    const lacking = permissions.filter(({ bit }) => (held & bit) === 0n)
    if (lacking.length > 0) return [{ part, state: 'failed', detail: `${name}: ${asked(lacking)}` }]
    const kind = isForum({ type: Number(property(found, 'type')) }) ? 'each card is a post' : 'cards appear here'
    return [{ part, state: 'ok', detail: `${name}: ${kind}, and the bot may do all it needs` }]
  } catch (error) {
    const isUnseen = hasCode(error, 50_001) || hasCode(error, 10_003)
    const detail = isUnseen
      ? `the bot does not see the channel ${channel}: open it in Discord, "Edit Channel" → "Permissions" → "Add members or roles", choose the bot and allow "View Channel"`
      : toChannelError(`the channel ${channel}`, error).message
    return [{ part, state: 'failed', detail }]
  }
}

/** https://docs.discord.com/developers/topics/permissions, "Permission Overwrites": everybody, then roles, then the member. */
async function permissionsIn(rest: REST, channel: unknown, user: string): Promise<bigint> {
  const guild = snowflake(channel, 'guild_id') ?? ''
  const answer = await rest.get(`/guilds/${guild}/roles`)
  const all: readonly unknown[] = Array.isArray(answer) ? answer : []
  const member = await rest.get(`/guilds/${guild}/members/${user}`)
  const held: readonly unknown[] = listed(member, 'roles', 250)
  const base = all
    .filter((role) => property(role, 'id') === guild || held.includes(property(role, 'id')))
    .reduce<bigint>((bits, role) => bits | bitsAt(role, 'permissions'), 0n)
  if ((base & administrator) !== 0n) return (1n << 53n) - 1n
  const overwrites = listed(channel, 'permission_overwrites', 1000)
  const ofRoles = overwrites.filter((one) => held.includes(property(one, 'id')))
  const steps = [
    overwrites.filter((one) => property(one, 'id') === guild),
    ofRoles,
    overwrites.filter((one) => property(one, 'id') === user),
  ]
  return steps.reduce((bits, step) => {
    const denied = step.reduce<bigint>((sum, one) => sum | bitsAt(one, 'deny'), 0n)
    const allowed = step.reduce<bigint>((sum, one) => sum | bitsAt(one, 'allow'), 0n)
    return (bits & ~denied) | allowed
  }, base)
}

/** Which permissions to give, why, and where. */
function asked(lacking: readonly (typeof permissions)[number][]): string {
  const each = lacking.map(({ name, why }) => `"${name}" ${why}`).join('; ')
  return `"Edit Channel" → "Permissions" → the bot's role: allow ${each}`
}

function invitation(application: string): string {
  const each = [...scopes, ...permissions].map(({ name, why }) => `${name}: ${why}`).join('; ')
  return `${inviteLink(application)} (${each})`
}
