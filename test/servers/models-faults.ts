import type { ServerResponse } from 'node:http'
import { type RefusalName, refusalNames, type UsageFault } from './models-dialect.ts'

/** What goes wrong with one request. */
export type ModelServerFault =
  /** Refused in the provider's own words; `retryAfter` is sent as the header `Retry-After`, other headers as they are. */
  | {
      readonly kind: RefusalName
      readonly retryAfter?: string
      readonly headers?: Readonly<Record<string, string>>
    }
  /** Any status with any body. */
  | { readonly kind: 'status'; readonly status: number; readonly body?: unknown }
  /** `drop` before the headers, `cut` in the middle: the socket is destroyed. `end-early`: closed politely without the end mark. */
  | { readonly kind: 'drop' | 'cut' | 'end-early' }
  /** Closed politely after everything but the very last piece: OpenAI's usage, Anthropic's `message_stop`, Ollama's `done`. */
  | { readonly kind: 'end-unmarked' }
  /** Accepted, and then silence: before the headers, or in the middle of the answer. */
  | { readonly kind: 'hang' | 'hang-midway' }
  /** A proxy's page with status 200; half of a JSON; an answer without a word; ten megabytes; JSON of another shape than asked for. */
  | { readonly kind: 'html' | 'bad-json' | 'empty' | 'huge' | 'wrong-shape' }
  /** A stream that tells of an error in its middle; an answer that is not streamed is closed there. */
  | { readonly kind: 'error-midway' }
  | { readonly kind: 'redirect'; readonly to?: string }
  | { readonly kind: 'usage'; readonly usage: UsageFault }

/** Whether the request is refused before any work: then nothing is charged. */
export function isRefusal(fault: ModelServerFault): fault is Extract<ModelServerFault, { kind: RefusalName }> {
  return refusalNames.some((name) => name === fault.kind)
}

/** An answer on its way: one JSON object, or the events of a stream. */
export interface Wire {
  readonly type: string
  readonly pieces: readonly string[]
  /** How many of the last pieces belong to the end. */
  readonly endPieces: number
  /** How the protocol tells of an error in the middle of a stream. */
  readonly interruption: string
}

/** Sends an answer as far as its fault lets it. */
export function sendAnswer(response: ServerResponse, wire: Wire, fault: ModelServerFault | undefined): void {
  const begun = wire.pieces.slice(0, -wire.endPieces)
  switch (fault?.kind) {
    case 'drop':
      response.destroy()
      return
    case 'hang':
      return
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>')
      return
    case 'bad-json':
      response.writeHead(200, { 'content-type': wire.type }).end(brokenOf(wire))
      return
    case 'hang-midway':
      response.writeHead(200, { 'content-type': wire.type }).write(begun.join(''))
      return
    case 'end-early':
      response.writeHead(200, { 'content-type': wire.type }).end(begun.join(''))
      return
    case 'error-midway':
      response.writeHead(200, { 'content-type': wire.type }).end(begun.join('') + wire.interruption)
      return
    case 'end-unmarked':
      response.writeHead(200, { 'content-type': wire.type }).end(wire.pieces.slice(0, -1).join(''))
      return
    case 'cut':
      response.writeHead(200, { 'content-type': wire.type })
      response.write(begun.join(''), () => response.destroy())
      return
    default:
      response.writeHead(200, { 'content-type': wire.type })
      for (const piece of wire.pieces) response.write(piece)
      response.end()
  }
}

/** Something that began like an answer and is none. */
function brokenOf(wire: Wire): string {
  if (wire.type === 'application/json') return '{"choices": [{"message": '
  return wire.type.startsWith('text/event-stream')
    ? 'event: message_start\ndata: {"choices": [\n\n'
    : '{"message": {"content": \n'
}
