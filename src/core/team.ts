import type { Address, Author, ChannelName } from './message.ts'

/** Which conversations have a card in the team's channel: each one the bot answers, or those handed to a person. */
export const teamCards = ['every-conversation', 'hand-overs'] as const
export type TeamCards = (typeof teamCards)[number]

/** Platforms with a channel of the team. */
export type TeamPlatform = 'slack' | 'discord'

/** Who runs the bot and who helps customers. People are `slack:TEAM:USER` or `discord:USER`. */
export interface TeamSettings {
  readonly admins: ReadonlySet<string>
  readonly support: ReadonlySet<string>
  /** The platform's id of the team's channel. */
  readonly channels: { readonly [platform in TeamPlatform]?: string | undefined }
  readonly cards: TeamCards
}

/** Somebody who acts, and where. */
export interface Actor {
  readonly channel: ChannelName
  readonly author: Author['id']
  readonly address: Address
}

/** What somebody may do. Asked anew for every act. */
export interface TeamRoles {
  /** On the list of admins, and an admin of the platform at this moment. */
  isAdmin(actor: Actor): Promise<boolean>
  /** Of the team: on a list, or of the company and acting inside the team's channel. */
  isSupport(actor: Actor): boolean
}

/**
 * Whether somebody is an admin at this moment, or what is missing. `no-server`: only a server of Discord knows its admins, and
 * this was said outside of any; `other-server`: in one that is not the company's. `unknown`: the platform could not be asked.
 */
export type AdminStanding = 'admin' | 'not-listed' | 'not-on-platform' | 'no-server' | 'other-server' | 'unknown'

/** Asked anew for every act. */
export type StandingOf = (actor: Actor) => Promise<AdminStanding>
