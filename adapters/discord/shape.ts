/** A field of an object from outside; anything that is not its own field is absent. */
export function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined
}

/** The first so many entries of a field that is a list; none of anything else. */
export function listed(value: unknown, name: string, most = 100): readonly unknown[] {
  const list = property(value, name)
  return Array.isArray(list) ? list.slice(0, most) : []
}

/** An id of Discord's. Anything else would let a payload name another conversation. */
export function snowflake(value: unknown, name: string): string | undefined {
  const found = property(value, name)
  return isSnowflake(found) ? found : undefined
}

export function isSnowflake(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,20}$/.test(value)
}

/** A field that is a text, at most so many characters of it; empty when it is none. */
export function textAt(value: unknown, name: string, most = 40_000): string {
  const found = property(value, name)
  return typeof found === 'string' ? found.slice(0, most) : ''
}

/** Bits of a permission number as Discord writes it; none of anything else. */
export function bitsAt(value: unknown, name: string): bigint {
  const found = property(value, name)
  return isSnowflake(found) ? BigInt(found) : 0n
}

/** Whether a payload came from a server; direct messages name none. */
export function isInGuild(data: unknown): boolean {
  return property(data, 'guild_id') != null
}

const discordEpochMs = 1_420_070_400_000

/** The smallest id that Discord can have given at an instant (https://docs.discord.com/developers/reference, "Snowflakes"). */
export function firstIdAt(instantMs: number): bigint {
  return BigInt(Math.max(0, Math.floor(instantMs) - discordEpochMs)) << 22n
}

/** When an id was given, in milliseconds. */
export function instantOf(id: string): number {
  return Number(BigInt(id) >> 22n) + discordEpochMs
}

/** The fields of an object from outside; none of anything else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
