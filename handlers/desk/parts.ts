import type { DeskCard } from '../../src/core/desk.ts'
import type { Address, ChannelName, Message, TenantId } from '../../src/core/message.ts'
import type { MicroDollars } from '../../src/core/money.ts'
import type { Desk, Pointed, Strays } from '../../src/core/ports/desk.ts'
import type {
  ConversationKey,
  Conversations,
  Inbox,
  NewId,
  Now,
  Observer,
  Queue,
  Tickets,
} from '../../src/core/ports.ts'
import type { Actor, TeamPlatform, TeamRoles, TeamSettings } from '../../src/core/team.ts'
import type { Say } from '../../src/core/wording.ts'

/** What the team's desk needs; assembled once. */
export interface DeskParts {
  readonly desk: Desk
  readonly pointed: Pointed
  readonly strays: Strays
  readonly conversations: Pick<Conversations, 'load' | 'turn' | 'before'>
  readonly tickets: Pick<Tickets, 'nextId' | 'find'>
  readonly inbox: Pick<Inbox, 'accept'>
  readonly queue: Queue
  /** Ends the work on the bot's own answer at once, when a person takes the conversation. */
  readonly stopTurn?: (key: ConversationKey) => void
  readonly observer: Observer
  readonly roles: Pick<TeamRoles, 'isSupport'>
  readonly team: Pick<TeamSettings, 'channels' | 'cards'>
  /** Whether the bot may read what is written below its cards. Where not, a form takes the answers. */
  readonly readsThreads: (platform: TeamPlatform) => boolean
  /** What one press of "Try advanced AI" may cost at most. */
  readonly advancedLimit: MicroDollars
  /** By whose clocks the team reads. */
  readonly timeZone: string
  readonly say: Say
  readonly newId: NewId
  readonly now: Now
}

/** Who wrote or pressed something, and where. */
export function actorOf({ channel, author, address }: Pick<Message, 'channel' | 'author' | 'address'>): Actor {
  return { channel, author: author.id, address }
}

/** The team's channel on a platform. */
export interface TeamPlace {
  readonly platform: TeamPlatform
  readonly address: Address
}

/** Where the team sees what happens on a channel: on the same platform, or else on the first that has a channel of the team. */
export function placeFor(channel: ChannelName, { channels }: DeskParts['team']): TeamPlace | undefined {
  const order = channel === 'discord' ? (['discord', 'slack'] as const) : (['slack', 'discord'] as const)
  for (const platform of order) {
    const id = channels[platform]
    if (id !== undefined) return { platform, address: { channel: id } }
  }
  return undefined
}

/** The team's channel in which a card stands. */
export function placeOf({ platform }: Pick<DeskCard, 'platform'>, { team }: Pick<DeskParts, 'team'>): Address {
  return { channel: team.channels[platform] ?? '' }
}

/** Something changed in these conversations. Recovery finds what a lost wake-up leaves. */
export async function wakeAll(
  tenant: TenantId,
  conversations: ReadonlySet<string>,
  { queue, observer }: Pick<DeskParts, 'queue' | 'observer'>,
): Promise<void> {
  for (const conversation of conversations) {
    try {
      await queue.wake({ tenant, conversation })
    } catch (error) {
      observer.event({ name: 'queue.failed', level: 'warn', fields: { conversation }, error })
    }
  }
}
