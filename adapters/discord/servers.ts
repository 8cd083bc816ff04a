import type { Places } from './places.ts'
import { isSnowflake, listed, property, snowflake } from './shape.ts'

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

  constructor(own: OwnServers, places: Pick<Places, 'find'>) {
    this.#own = own
    this.#places = places
  }

  /** Takes a dispatch of the gateway: in which servers the bot is. */
  learn(type: unknown, data: unknown): void {
    const id = snowflake(data, 'id')
    if (type === 'READY') this.#begin(data)
    if (type === 'GUILD_CREATE' && id !== undefined) this.#present.add(id)
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
