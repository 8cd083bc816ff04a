import type { ChannelName } from '../src/core/message.ts'
import type { IsPlatformAdmin } from '../src/core/ports.ts'
import type { Actor, TeamRoles, TeamSettings } from '../src/core/team.ts'

/**
 * Who may do what. A list alone is not enough for an admin: somebody who lost the role on the platform has lost it here.
 * @param platforms those that run, at the moment of asking
 */
export function createRoles(
  { admins, support, channels }: Pick<TeamSettings, 'admins' | 'support' | 'channels'>,
  platforms: ReadonlyMap<ChannelName, IsPlatformAdmin>,
): TeamRoles {
  const named = ({ channel, author }: Actor): string => `${channel}:${author}`
  return {
    isAdmin: async (actor) => {
      if (!admins.has(named(actor))) return false
      return (await platforms.get(actor.channel)?.(actor.author, actor.address)) ?? false
    },
    isSupport: (actor) => {
      if (admins.has(named(actor)) || support.has(named(actor))) return true
      const team = actor.channel === 'slack' || actor.channel === 'discord' ? channels[actor.channel] : undefined
      return team !== undefined && (actor.address['channel'] === team || actor.address['parent'] === team)
    },
  }
}
