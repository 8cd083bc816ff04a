import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { field, textOf } from './fields.ts'

const mostConnections = 10

/** Socket Mode: envelopes out to one of the connections, acknowledgements in. */
export class SocketMode {
  /** When each envelope was acknowledged. */
  readonly acknowledged = new Map<string, number>()
  /** What came with an acknowledgement, by envelope. */
  readonly responses = new Map<string, unknown>()
  readonly #sockets = new Set<WebSocket>()
  readonly #tickets = new Set<string>()
  readonly #webSockets = new WebSocketServer({ noServer: true })
  readonly #heard = new Set<(envelope: string) => void>()
  #count = 0
  #next = 0

  get connections(): number {
    return this.#sockets.size
  }

  /** A ticket for one connection. */
  ticket(): string {
    this.#count += 1
    const ticket = `ticket-${this.#count}`
    this.#tickets.add(ticket)
    return ticket
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticket = new URL(request.url ?? '', 'http://slack').searchParams.get('ticket') ?? ''
    if (!this.#tickets.delete(ticket)) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => this.#welcome(webSocket))
  }

  #welcome(webSocket: WebSocket): void {
    webSocket.on('error', () => webSocket.terminate())
    if (this.#sockets.size >= mostConnections) {
      webSocket.send(JSON.stringify({ type: 'disconnect', reason: 'too_many_websockets', debug_info: {} }))
      return webSocket.close()
    }
    this.#sockets.add(webSocket)
    webSocket.on('close', () => this.#sockets.delete(webSocket))
    webSocket.on('message', (data: Buffer) => this.#hear(String(data)))
    const hello = { num_connections: this.#sockets.size, connection_info: { app_id: 'A0EXAMPLE' } }
    webSocket.send(JSON.stringify({ type: 'hello', ...hello, debug_info: { approximate_connection_time: 18_060 } }))
  }

  /** Sends an envelope to one connection; gives its id. */
  send(payload: unknown, type: string, retry: number): string {
    this.#count += 1
    const envelope = `envelope-${this.#count}`
    const frame = JSON.stringify({
      envelope_id: envelope,
      type,
      payload,
      accepts_response_payload: type !== 'events_api',
      retry_attempt: retry,
      retry_reason: retry > 0 ? 'timeout' : '',
    })
    const sockets = [...this.#sockets]
    this.#next += 1
    sockets[this.#next % sockets.length]?.send(frame)
    return envelope
  }

  /** To every connection. */
  sendRaw(frame: string): void {
    for (const socket of this.#sockets) socket.send(frame)
  }

  /** Calls back with every envelope that is acknowledged, until the result is called. */
  onHeard(listener: (envelope: string) => void): () => void {
    this.#heard.add(listener)
    return () => this.#heard.delete(listener)
  }

  cut(): void {
    for (const socket of this.#sockets) socket.terminate()
  }

  close(): void {
    this.cut()
    this.#webSockets.close()
  }

  #hear(text: string): void {
    const frame: unknown = JSON.parse(text)
    const envelope = textOf(frame, 'envelope_id')
    if (envelope === '') return
    if (!this.acknowledged.has(envelope)) {
      this.acknowledged.set(envelope, Date.now())
      this.responses.set(envelope, field(frame, 'payload'))
    }
    for (const listener of this.#heard) listener(envelope)
  }
}
