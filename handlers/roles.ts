import { ChannelError } from '../src/core/errors.ts'
import type { ChannelName } from '../src/core/message.ts'
import type { IsPlatformAdmin } from '../src/core/ports.ts'
import type { Actor, AdminStanding, StandingOf, TeamRoles, TeamSettings } from '../src/core/team.ts'

/** Roles, and for those who are refused what is missing. */
export interface Roles extends TeamRoles {
  readonly standingOf: StandingOf
}

/**
 * Who may do what. A list alone is not enough for an admin: somebody who lost the role on the platform has lost it here.
 * @param platforms those that run, at the moment of asking
 */
export function createRoles(
  { admins, support, channels }: Pick<TeamSettings, 'admins' | 'support' | 'channels'>,
  platforms: ReadonlyMap<ChannelName, IsPlatformAdmin>,
): Roles {
  const standingOf: StandingOf = async (actor) => {
    if (!admins.has(personOf(actor))) return 'not-listed'
    if (actor.channel === 'discord' && actor.address['guild'] === undefined) return 'no-server'
    return await askPlatform(platforms.get(actor.channel), actor)
  }
  return {
    standingOf,
    isAdmin: async (actor) => (await standingOf(actor)) === 'admin',
    isSupport: (actor) => {
      if (admins.has(personOf(actor)) || support.has(personOf(actor))) return true
      const team = actor.channel === 'slack' || actor.channel === 'discord' ? channels[actor.channel] : undefined
      const isThere = team !== undefined && (actor.address['channel'] === team || actor.address['parent'] === team)
      return isThere && isOwn(actor)
    },
  }
}

/** Somebody as the lists of bot.yaml and the records name them. */
export function personOf({ channel, author }: Pick<Actor, 'channel' | 'author'>): string {
  return `${channel}:${author}`
}

/** A channel of Slack may be shared with another company, whose people are not of the team. */
function isOwn({ channel, author, address }: Actor): boolean {
  if (channel !== 'slack') return true
  const [home] = author.split(':')
  return home === address['team'] || home === address['enterprise']
}

/** Whoever cannot be asked about is no admin. */
async function askPlatform(isAdmin: IsPlatformAdmin | undefined, actor: Actor): Promise<AdminStanding> {
  if (isAdmin === undefined) return 'unknown'
  try {
    const answer = await isAdmin(actor.author, actor.address)
    if (answer === 'other-server') return answer
    return answer ? 'admin' : 'not-on-platform'
  } catch (error) {
    if (error instanceof ChannelError) return 'unknown'
    throw error
  }
}
