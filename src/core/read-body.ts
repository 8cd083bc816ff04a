import { pause } from './pause.ts'

/** How much of a request is read, and how long it may take; a whole request arrives at once. */
export interface BodyLimit {
  readonly bytes: number
  readonly withinMs: number
}

/**
 * The bytes of a request's body as they came. `incomplete`: it came too slowly, or the connection broke. Whoever sends too
 * much or too slowly is not listened to any longer. It never throws.
 */
export async function readBody(
  { body }: Request,
  { bytes, withinMs }: BodyLimit,
): Promise<Uint8Array | 'too-large' | 'incomplete'> {
  if (body === null) return new Uint8Array()
  const limit = new AbortController()
  const late = pause(withinMs, limit.signal).then(() => 'late' as const)
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      const next = await Promise.race([reader.read(), late])
      if (next === 'late') return 'incomplete'
      if (next.done) return Buffer.concat(chunks)
      chunks.push(next.value)
      size += next.value.byteLength
      if (size > bytes) return 'too-large'
    }
  } catch {
    return 'incomplete' // the connection broke, so nobody waits for an answer
  } finally {
    limit.abort()
    reader.cancel().catch(() => undefined) // after the end this does nothing
  }
}
