/** Where Redis is, and how it is entered. */
export interface RedisAddress {
  /** One server, or some nodes of a cluster, which know the others. */
  readonly nodes: readonly [string, ...string[]]
  /** What every node of a cluster is entered with: what stands in the address of the first. */
  readonly entry: { readonly username?: string; readonly password?: string; readonly tls?: object }
}

/** Several addresses with commas between are nodes of one cluster. @throws TypeError for what is no address */
export function readRedisAddress(address: string): RedisAddress {
  const [first = '', ...others] = address.split(',').map((node) => node.trim())
  const { username, password, protocol } = new URL(first)
  return {
    nodes: [first, ...others],
    entry: {
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' ? { tls: {} } : {}),
    },
  }
}
