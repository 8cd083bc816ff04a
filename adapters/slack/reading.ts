import type { Address, Attachment, Author, Message } from '../../src/core/message.ts'
import type { ChannelEvent, ConversationKey } from '../../src/core/ports.ts'
import { asObject, field, id, ts } from './payload.ts'
import type { Installation } from './workspaces.ts'

const mostFiles = 20
const longestFileName = 200

/** For whom payloads are read. */
export interface SlackReader {
  readonly tenant: string
  /** Whether the app has Slack's agent view, where every direct message begins a thread of its own. */
  readonly agentView: boolean
  readonly receivedAt: Date
  /** Which of our workspaces one of these teams or organisations is. */
  readonly find: (teams: readonly string[], enterprises: readonly string[]) => Installation | undefined
}

/** Where a payload came from and how whoever acted can be answered at once. */
export interface Origin {
  /** Whose client answers. */
  readonly team: string
  readonly user?: string | undefined
  readonly channel?: string | undefined
  /** The thread of what was used, where it is in one. */
  readonly thread?: string | undefined
  /** Answers for half an hour, five times at most. */
  readonly responseUrl?: string | undefined
  /** Opens a modal within three seconds. */
  readonly trigger?: string | undefined
  /** The page it happened on, where it is no message. */
  readonly view?: { readonly id: string; readonly kind: 'home' | 'modal'; readonly title: string } | undefined
}

/** What a payload means to us. `because` is one of a few fixed words. */
export type SlackReading =
  | { readonly kind: 'event'; readonly event: ChannelEvent; readonly origin: Origin }
  /** Somebody opened their messages with the bot, where it may say what it can do. */
  | { readonly kind: 'opened'; readonly origin: Origin & { readonly channel: string } }
  /** For whoever runs the bot. */
  | { readonly kind: 'notice'; readonly sentence: string }
  | { readonly kind: 'ignored'; readonly because: string }

/** A workspace of ours and the team that its addresses carry. */
export interface Home {
  readonly team: string
  readonly workspace: Installation
}

/** Which workspace a payload is for. A workspace of an organisation keeps its own name in addresses. */
export function homeOf(
  teams: readonly (string | undefined)[],
  enterprises: readonly (string | undefined)[],
  reader: SlackReader,
): Home | undefined {
  const named = teams.filter((team) => team !== undefined)
  const workspace = reader.find(
    named,
    enterprises.filter((one) => one !== undefined),
  )
  if (workspace === undefined) return undefined
  const own = workspace.isOrganisation ? named.find((team) => team.startsWith('T')) : undefined
  return { team: own ?? workspace.team, workspace }
}

/** A workspace as an address; of an organisation, whose members have its name, that is said too. */
export function addressIn({ team, workspace }: Home): Address {
  return workspace.isOrganisation ? { team, enterprise: workspace.team } : { team }
}

/** A message's place: who it belongs to and where it is. */
export interface Place {
  readonly message: Pick<Message, 'tenant' | 'id' | 'channel' | 'conversation' | 'address'>
  readonly isPrivate: boolean
}

/**
 * Team, channel and timestamp name a message: `app_mention` and `message` deliver the same one under two event ids.
 * A conversation is a thread; without the agent view a direct message channel is one conversation as long as it is flat.
 */
export function placeOf(event: unknown, home: Home, reader: SlackReader): Place | undefined {
  const { team } = home
  const channel = id(event, 'channel')
  const at = ts(event, 'ts')
  if (channel === undefined || at === undefined) return undefined
  const isPrivate = field(event, 'channel_type') === 'im' || channel.startsWith('D')
  const thread = ts(event, 'thread_ts') ?? (isPrivate && !reader.agentView ? undefined : at)
  const address = { ...addressIn(home), channel, ...(thread === undefined ? {} : { thread }) }
  const conversation = ['slack', team, channel, ...(thread === undefined ? [] : [thread])].join(':')
  return {
    message: { tenant: reader.tenant, id: `slack:${team}:${channel}:${at}`, channel: 'slack', conversation, address },
    isPrivate,
  }
}

/**
 * A user with their own team, so that somebody of another company is the same person in every shared channel. Slack
 * calls a member of an organisation by its name in some payloads and by their workspace's in others; here they have one.
 */
export function authorOf(user: string | undefined, team: string | undefined, home: Home): Author | undefined {
  if (user === undefined) return undefined
  const { workspace } = home
  const isOwn = team === undefined || team === home.team || team === workspace.enterprise
  return { id: `${isOwn ? workspace.team : team}:${user}` }
}

/** Files of a message, as far as Slack describes them. */
export function attachmentsOf(message: unknown): readonly Attachment[] {
  const files = field(message, 'files')
  if (!Array.isArray(files)) return []
  return files.slice(0, mostFiles).map((file: unknown) => {
    const name = field(file, 'name')
    const type = field(file, 'mimetype')
    const bytes = field(file, 'size')
    return {
      name: typeof name === 'string' && name.trim() !== '' ? name.slice(0, longestFileName) : 'file',
      ...(typeof type === 'string' && /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/.test(type) ? { type } : {}),
      ...(typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 0 ? { bytes } : {}),
    }
  })
}

/** The conversation of a message. */
export function keyOf(message: Place['message']): ConversationKey {
  return { tenant: message.tenant, conversation: message.conversation }
}

/** A payload that is an event of ours. */
export function happened(event: ChannelEvent, origin: Origin): SlackReading {
  return { kind: 'event', event, origin }
}

/** One that is none. `because` is one of a few fixed words. */
export function ignored(because: string): SlackReading {
  return { kind: 'ignored', because }
}

/** One message out of the fields of two objects; those of the second win. */
export function joined(message: unknown, fields: object): object {
  return { ...asObject(message), ...fields }
}
