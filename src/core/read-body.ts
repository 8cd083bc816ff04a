import { pause } from './pause.ts'

/** How much of a request is read, and how long it may take; a whole request arrives at once. */
export interface BodyLimit {
  readonly bytes: number
  readonly withinMs: number
}

type Body = Uint8Array | 'too-large' | 'incomplete'

/**
 * The bytes of a request's body as they came. `incomplete`: it came too slowly, or the connection broke. Whoever sends too
 * much or too slowly is not listened to any longer. It never throws.
 */
export async function readBody(request: Request, { bytes, withinMs }: BodyLimit): Promise<Body> {
  const limit = new AbortController()
  const late = pause(withinMs, limit.signal).then(() => 'incomplete' as const)
  // A server hands on no more than was declared, and reads that at once instead of piece by piece.
  const declared = Number(request.headers.get('content-length') ?? NaN)
  try {
    return await Promise.race([declared <= bytes ? whole(request, bytes) : pieces(request, bytes, limit.signal), late])
  } catch {
    return 'incomplete' // the connection broke, so nobody waits for an answer
  } finally {
    limit.abort('ended')
  }
}

async function whole(request: Request, bytes: number): Promise<Body> {
  const body = new Uint8Array(await request.arrayBuffer())
  return body.byteLength > bytes ? 'too-large' : body
}

async function pieces({ body }: Request, bytes: number, signal: AbortSignal): Promise<Body> {
  if (body === null) return new Uint8Array()
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader()
  const end = (): void => void reader.cancel().catch(() => undefined) // after the end this does nothing
  signal.addEventListener('abort', end)
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks)
    chunks.push(value)
    size += value.byteLength
    if (size > bytes) return 'too-large'
  }
}
