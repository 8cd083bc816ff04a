import type { DeskAct, DeskCard, TicketDraft } from '../desk.ts'
import type { Message, MessageId, TenantId } from '../message.ts'
import type { TeamPlatform } from '../team.ts'
import type { ConversationKey } from './channel.ts'

/** The team's cards. */
export interface Desk {
  find(tenant: TenantId, card: string): Promise<DeskCard | undefined>
  /** The conversation's card of answers, and its hand-over as long as it is not resolved. */
  of(key: ConversationKey): Promise<readonly DeskCard[]>
  /** The card whose message the platform knows by this id. */
  shownAs(tenant: TenantId, platform: TeamPlatform, platformId: string): Promise<DeskCard | undefined>
  /** `seen`: the event was carried out before. `changed`: a card, or who has the conversation, is not as it was read. */
  act(act: DeskAct): Promise<'done' | 'seen' | 'changed'>
  /** Hand-overs that wait or are claimed, the oldest first, at most 100. */
  queue(tenant: TenantId): Promise<readonly DeskCard[]>
}

/** Messages written below a card whose own message may be shown without our knowing its id yet. */
export interface Strays {
  /** Keeps the message as long as such a card is there on its platform; `none`: there is none. */
  keep(message: Message, thread: string): Promise<'kept' | 'none'>
  /** Those below a message, in the order they came. */
  of(tenant: TenantId, platform: TeamPlatform, thread: string): Promise<readonly Message[]>
  forget(message: Pick<Message, 'tenant' | 'id'>): Promise<void>
}

/** What the menu of a message is about. */
export interface Pointed {
  /** The customer's message that one of ours answers, by the platform's id of ours at an address. */
  answeredBy(
    message: Pick<Message, 'tenant' | 'channel' | 'address'>,
    platformId: string,
  ): Promise<(ConversationKey & { readonly message: MessageId }) | undefined>
  keepDraft(draft: TicketDraft): Promise<void>
  draft(tenant: TenantId, id: string): Promise<TicketDraft | undefined>
  /** Stores the conversation of a message nobody has answered, unless it is there. The bot is quiet in it until it is named. */
  openConversation(message: Message): Promise<void>
}
