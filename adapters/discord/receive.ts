import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { Now, Receive } from '../../src/core/ports.ts'
import { readBody } from '../../src/core/read-body.ts'
import { type Answer, onlyToThem, type Sentences } from './answer.ts'
import type { Door } from './respond.ts'
import { property } from './shape.ts'

/** A modal of five full fields is below 100 KB. */
const bodyLimit = { bytes: 1_000_000, withinMs: 3000 }
/** As long as a request may be under way, in either direction of the clocks. */
const longestAgeMs = 300_000

export interface Receiving {
  readonly publicKey: string
  readonly now: Now
  readonly sentences: Pick<Sentences, 'notStored'>
  /** Handles one interaction, and answers it through the door. */
  readonly handle: (data: unknown, door: Door) => Promise<void>
  readonly onFailure: (error: unknown) => void
}

/**
 * Discord's own calls to our address: verified over the body as it came, before anything reads it. The answer to the
 * request is the answer to the interaction.
 */
export function createReceive({ publicKey, now, sentences, handle, onFailure }: Receiving): Receive {
  const key = keyOf(publicKey)
  return async (request) => {
    if (Number(request.headers.get('content-length') ?? 0) > bodyLimit.bytes) return tooLarge()
    const signed = signedWith(request.headers, now())
    if (signed === undefined) return refusal(401, 'not signed by Discord')
    const body = await readBody(request, bodyLimit)
    if (typeof body === 'string') return body === 'too-large' ? tooLarge() : refusal(400, 'incomplete')
    if (!isGenuine(body, signed, key)) return refusal(401, 'not signed by Discord')
    const data = parse(body)
    if (property(data, 'type') === 1) return Response.json({ type: 1 })
    const { promise, resolve } = Promise.withResolvers<Response>()
    const door: Door = {
      takesFiles: false, // Discord takes files only by a call of ours (discord/discord-api-docs#6204)
      say: async (answer) => resolve(toResponse(answer)),
      refuse: async () => resolve(Response.json(toWire(onlyToThem(sentences.notStored)), { status: 503 })),
    }
    handle(data, door).then(
      () => resolve(refusal(400, 'not an interaction')),
      (error: unknown) => {
        onFailure(error)
        resolve(refusal(503, 'could not be handled'))
      },
    )
    return await promise
  }
}

interface Signed {
  readonly timestamp: string
  readonly signature: Buffer
}

/** What a request says of its signature, if it is fresh and may be one. */
function signedWith(headers: Headers, now: Date): Signed | undefined {
  const signature = headers.get('x-signature-ed25519') ?? ''
  const timestamp = headers.get('x-signature-timestamp') ?? ''
  // A header that was sent twice arrives as one with a comma, which fits neither pattern.
  if (!/^[\da-f]{128}$/i.test(signature) || !/^\d{1,12}$/.test(timestamp)) return undefined
  if (Math.abs(now.getTime() - Number(timestamp) * 1000) > longestAgeMs) return undefined
  return { timestamp, signature: Buffer.from(signature, 'hex') }
}

/** Whether the signature is Discord's, over this very body. */
function isGenuine(body: Uint8Array, { timestamp, signature }: Signed, key: KeyObject): boolean {
  return verify(undefined, Buffer.concat([Buffer.from(timestamp), body]), key, signature)
}

/** The 32 bytes of an Ed25519 key as Discord shows them, in the frame that node:crypto reads (RFC 8410). */
function keyOf(publicKey: string): KeyObject {
  const frame = Buffer.from('302a300506032b6570032100', 'hex')
  return createPublicKey({ key: Buffer.concat([frame, Buffer.from(publicKey, 'hex')]), format: 'der', type: 'spki' })
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return undefined
  }
}

function toWire({ type, data }: Answer): object {
  return data === undefined ? { type } : { type, data }
}

function toResponse(answer: Answer): Response {
  return Response.json(toWire(answer))
}

function tooLarge(): Response {
  return refusal(413, 'larger than any interaction')
}

function refusal(status: number, why: string): Response {
  return new Response(`${why}\n`, { status })
}
