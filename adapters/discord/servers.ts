import { Recent } from './memory.ts'
import type { Places } from './places.ts'
import { isSnowflake, listed, property, snowflake } from './shape.ts'

const rememberedRoles = 10_000

/** Which servers are the company's. Everybody can invite the bot into a server of their own, and be an admin there. */
export interface OwnServers {
  /** Ids of servers, beside the one of the team's channel. */
  readonly servers: readonly string[]
  /** The id of the team's channel, if there is one. */
  readonly teamChannel: string | undefined
}

/** Tells the company's servers from those of strangers. */
export class Servers {
  readonly #own: OwnServers
  readonly #places: Pick<Places, 'find'>
  readonly #present = new Set<string>()
  readonly #roles = new Recent<string>(rememberedRoles)

  constructor(own: OwnServers, places: Pick<Places, 'find'>) {
    this.#own = own
    this.#places = places
  }

  /** Takes a dispatch of the gateway: in which servers the bot is, and which role in them is its own. */
  learn(type: unknown, data: unknown): void {
    const id = snowflake(data, 'id')
    if (type === 'READY') this.#begin(data)
    if (type === 'GUILD_CREATE' && id !== undefined) this.#present.add(id)
    if (type === 'GUILD_CREATE') for (const role of listed(data, 'roles', 250)) this.#keepRole(role)
    if (type === 'GUILD_ROLE_CREATE' || type === 'GUILD_ROLE_UPDATE') this.#keepRole(property(data, 'role'))
    // A server that is away for a while is still one the bot is in.
    if (type === 'GUILD_DELETE' && id !== undefined && property(data, 'unavailable') !== true) this.#present.delete(id)
  }

  /**
   * Those named, and that of the team's channel; where there is neither, the only one the bot is in.
   * @throws ChannelError when Discord does not say where the team's channel is
   */
  async isOwn(guild: string): Promise<boolean> {
    const { servers, teamChannel } = this.#own
    if (servers.includes(guild)) return true
    if (teamChannel !== undefined) return (await this.#places.find(teamChannel)).guild === guild
    return servers.length === 0 && this.#present.size === 1 && this.#present.has(guild)
  }

  /** Whether a role is the one Discord made for this bot when it joined. */
  isRoleOf(bot: string, role: unknown): boolean {
    return isSnowflake(role) && this.#roles.get(role) === bot
  }

  /** https://docs.discord.com/developers/topics/permissions, "Role Tags Structure". */
  #keepRole(role: unknown): void {
    const [id, bot] = [snowflake(role, 'id'), snowflake(property(role, 'tags'), 'bot_id')]
    if (id !== undefined && bot !== undefined && property(role, 'managed') === true) this.#roles.set(id, bot)
  }

  /** A session names all servers of its shard (https://docs.discord.com/developers/events/gateway, "Sharding"). */
  #begin(ready: unknown): void {
    const [shard = 0, given = 1] = listed(ready, 'shard', 2).map(Number)
    const shards = Number.isSafeInteger(given) && given > 0 ? given : 1
    for (const id of this.#present) if (Number((BigInt(id) >> 22n) % BigInt(shards)) === shard) this.#present.delete(id)
    for (const guild of listed(ready, 'guilds', 5000)) {
      const id = property(guild, 'id')
      if (isSnowflake(id)) this.#present.add(id)
    }
  }
}
