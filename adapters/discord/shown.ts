import { createHash } from 'node:crypto'
import { Recent } from './memory.ts'

/** Discord knows a repeated nonce for a few minutes and answers with the first message; 25 characters at most. */
export function nonceOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 25)
}

/** The key of a further part of a reply; the first part has the reply's own. */
export function keyOfPart(key: string, index: number): string {
  return index === 0 ? key : `${key}.${index + 1}`
}

const remembered = 10_000

/** What this process has shown and where, from Discord's answers and from their echo on the gateway. */
export class Shown {
  readonly #ids = new Recent<string>(remembered)
  readonly #nonces = new Recent<string>(remembered)
  readonly #channels = new Recent<string>(remembered)
  readonly #parts = new Recent<readonly string[]>(remembered)

  add(nonce: string, id: string, channel: string): void {
    if (this.#ids.get(nonce) === undefined) this.#ids.set(nonce, id)
    this.#nonces.set(id, nonce)
    this.#channels.set(id, channel)
  }

  /** The message sent with this key. */
  idOf(key: string): string | undefined {
    return this.#ids.get(nonceOf(key))
  }

  /** Whether a message is known to be of another key. */
  isOther(id: string, key: string): boolean {
    const nonce = this.#nonces.get(id)
    return nonce !== undefined && nonce !== nonceOf(key)
  }

  /** Whether a message is known to be of this key. */
  isSame(id: string, key: string): boolean {
    return this.#nonces.get(id) === nonceOf(key)
  }

  channelOf(id: string): string | undefined {
    return this.#channels.get(id)
  }

  /** All messages of a reply by its first. */
  partsOf(first: string): readonly string[] | undefined {
    return this.#parts.get(first)
  }

  keepParts(ids: readonly [string, ...string[]], channel: string): void {
    this.#parts.set(ids[0], ids)
    for (const id of ids) this.#channels.set(id, channel)
  }
}
