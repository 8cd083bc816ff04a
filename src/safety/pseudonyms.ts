import { createHmac } from 'node:crypto'

/** The same parts in the same order have the same name, and nobody learns the parts from it. 43 letters of base64url. */
export type Pseudonym = (...parts: readonly string[]) => string

/**
 * Names for what must not stand in clear where others may read it, such as a person's id in Redis. Ids can be guessed one
 * after the other, so a plain hash would hide nothing.
 *
 * @param secret the installation's own
 */
export function createPseudonym(secret: string): Pseudonym {
  return (...parts) => createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64url')
}
