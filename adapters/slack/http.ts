import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Now, Receive } from '../../src/core/ports.ts'
import { readBody } from '../../src/core/read-body.ts'
import type { Secret } from '../../src/core/secret.ts'
import { field } from './payload.ts'
import type { Take } from './socket.ts'

/** An envelope of Slack's is far smaller. */
const bodyLimit = { bytes: 1024 * 1024, withinMs: 3000 }
/** Older or younger requests are somebody's recording (https://docs.slack.dev/authentication/verifying-requests-from-slack, read 2026-11-27). */
const mostAgeSeconds = 300

/** What receiving signed requests needs. */
export interface SignedHttpOptions {
  readonly signingSecret: Secret
  readonly now: Now
  readonly take: Take
}

/**
 * Receives what Slack posts to our own address: events, what was pressed or filled in, and commands. Nothing is parsed
 * before the signature over the raw body fits. 200 says that it is stored, 503 makes Slack send it again.
 */
export function createReceive({ signingSecret, now, take }: SignedHttpOptions): Receive {
  return async (request) => {
    const declared = Number(request.headers.get('content-length') ?? 0)
    if (declared > bodyLimit.bytes) return say(413, 'too large')
    const signed = signatureOf(request.headers, now())
    if (signed === undefined) return say(401, 'not signed by Slack, or too long ago')
    const body = await readBody(request, bodyLimit)
    if (typeof body === 'string') return body === 'too-large' ? say(413, 'too large') : say(400, 'incomplete')
    if (!isSigned(body, signed, signingSecret)) return say(401, 'not signed by Slack')
    const payload = parseBody(body)
    if (payload === undefined) return say(400, 'neither JSON nor a form of Slack')
    if (field(payload, 'type') === 'url_verification') return challenge(payload)
    if (field(payload, 'ssl_check') !== undefined) return new Response(null, { status: 200 })
    return await taken(payload, take)
  }
}

interface Signed {
  readonly timestamp: string
  readonly signature: Buffer
}

/** Two headers of a name arrive joined by a comma, which is no signature. */
function signatureOf(headers: Headers, now: Date): Signed | undefined {
  const timestamp = headers.get('x-slack-request-timestamp') ?? ''
  const signature = headers.get('x-slack-signature') ?? ''
  if (!/^\d{1,12}$/.test(timestamp) || !/^v0=[0-9a-f]{64}$/.test(signature)) return undefined
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > mostAgeSeconds) return undefined
  return { timestamp, signature: Buffer.from(signature.slice(3), 'hex') }
}

function isSigned(body: Uint8Array, { timestamp, signature }: Signed, secret: Secret): boolean {
  const expected = createHmac('sha256', secret.reveal()).update(`v0:${timestamp}:`).update(body).digest()
  return timingSafeEqual(expected, signature)
}

/** Events are JSON; what was pressed is JSON in the field `payload` of a form; a command is a form. */
function parseBody(body: Uint8Array): object | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    if (text.startsWith('{')) return asPlain(JSON.parse(text))
    const form = new URLSearchParams(text)
    const names = [...form.keys()]
    if (names.length !== new Set(names).size) return undefined
    const payload = form.get('payload')
    if (payload !== null) return asPlain(JSON.parse(payload))
    return form.has('command') || form.has('ssl_check') ? Object.fromEntries(form) : undefined
  } catch {
    return undefined // not UTF-8 or not JSON
  }
}

function asPlain(value: unknown): object | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
}

function challenge(payload: object): Response {
  const found = field(payload, 'challenge')
  if (typeof found !== 'string' || found.length > 1000) return say(400, 'no challenge')
  return new Response(found, { headers: { 'content-type': 'text/plain; charset=utf-8' } })
}

async function taken(payload: object, take: Take): Promise<Response> {
  const { promise, resolve } = Promise.withResolvers<Response>()
  const acknowledge = async (body?: object): Promise<void> => {
    resolve(body === undefined ? new Response(null, { status: 200 }) : Response.json(body))
  }
  take(payload, acknowledge).then(
    // A response is given once: this one only where nothing was acknowledged.
    () => resolve(say(503, 'not stored, send it again')),
    () => resolve(say(503, 'not stored, send it again')),
  )
  return await promise
}

function say(status: number, why: string): Response {
  return new Response(`${why}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}
