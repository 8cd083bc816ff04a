import type { REST } from 'discord.js'
import type { IsPlatformAdmin, Now } from '../../src/core/ports.ts'
import { hasCode, toChannelError } from './failure.ts'
import type { Interaction } from './interaction.ts'
import { Recent } from './memory.ts'
import type { Servers } from './servers.ts'
import { bitsAt, isSnowflake, listed, property } from './shape.ts'

/** https://docs.discord.com/developers/topics/permissions: Administrator, Manage Server. */
const administrator = 1n << 3n
const manageServer = 1n << 5n
const rememberedMs = 60_000
const remembered = 1000

interface Known {
  readonly isAdmin: boolean
  readonly at: number
}

/** Who may run a server. */
export interface Admins {
  /** Takes what Discord says of whoever acts at this moment. */
  readonly hear: (member: NonNullable<Interaction['member']>) => void
  readonly isAdmin: IsPlatformAdmin
}

/** What is needed to ask. */
export interface AdminParts {
  readonly rest: REST
  readonly servers: Pick<Servers, 'isOwn'>
  readonly now: Now
  readonly onFailure: (error: unknown) => void
}

/**
 * Asks Discord, and remembers what it said for a minute. Whoever cannot be asked about is none, and who runs somebody else's
 * server is none here.
 */
export function createAdmins({ rest, servers, now, onFailure }: AdminParts): Admins {
  const known = new Recent<Known>(remembered)
  const keep = (key: string, isAdmin: boolean): boolean => {
    known.set(key, { isAdmin, at: now().getTime() })
    return isAdmin
  }
  return {
    hear: ({ guild, user, permissions }) => void keep(`${guild}:${user}`, mayRun(permissions)),
    isAdmin: async (user, { guild }) => {
      if (!isSnowflake(guild) || !isSnowflake(user)) return false
      const key = `${guild}:${user}`
      try {
        if (!(await servers.isOwn(guild))) return 'other-server'
        const last = known.get(key)
        if (last !== undefined && now().getTime() - last.at < rememberedMs) return last.isAdmin
        return keep(key, await ask(rest, guild, user))
      } catch (error) {
        onFailure(toChannelError(`Discord did not say whether ${user} may run the server ${guild}`, error))
        return false
      }
    },
  }
}

async function ask(rest: REST, guild: string, user: string): Promise<boolean> {
  const server = await rest.get(`/guilds/${guild}`)
  if (property(server, 'owner_id') === user) return true
  const member = await rest.get(`/guilds/${guild}/members/${user}`).catch((error: unknown) => {
    if (hasCode(error, 10_007) || hasCode(error, 10_013)) return undefined // left, or never was there
    throw error
  })
  const held: readonly unknown[] = member === undefined ? [] : [guild, ...listed(member, 'roles', 250)]
  const roles = listed(server, 'roles', 250).filter((role) => held.includes(property(role, 'id')))
  return mayRun(roles.reduce<bigint>((bits, role) => bits | bitsAt(role, 'permissions'), 0n))
}

function mayRun(permissions: bigint): boolean {
  return (permissions & (administrator | manageServer)) !== 0n
}
