import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { field, type Fields, fields, numberOf, textOf } from './fields.ts'
import { applicationId, discordBot, mentions, type World } from './world.ts'

interface Session {
  readonly id: string
  readonly intents: number
  readonly sent: string[]
  socket: WebSocket | undefined
}

/** https://docs.discord.com/developers/events/gateway, "Gateway Intents". */
const guildMessages = 1 << 9
const directMessages = 1 << 12
const messageContent = 1 << 15

/** The gateway: hello, identify, heartbeats, dispatches, resume, and the ways a session ends. */
export class Gateway {
  readonly identified: Fields[] = []
  resumes = 0
  /** The next identify, and each after it, is answered by closing with this code. */
  refuseWith: number | undefined
  /** Whether the application may have the message content intent; without it an identify that asks is closed with 4014. */
  mayReadContent = true
  token = 'example-token'
  readonly #world: World
  readonly #url: () => string
  readonly #server = new WebSocketServer({ noServer: true })
  readonly #sessions = new Map<string, Session>()
  #count = 0

  constructor(world: World, url: () => string) {
    this.#world = world
    this.#url = url
  }

  get connections(): number {
    return [...this.#sessions.values()].filter(({ socket }) => socket !== undefined).length
  }

  accept(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, stream, head, (socket) => {
      socket.on('error', () => socket.terminate())
      socket.on('close', () => this.#left(socket))
      socket.on('message', (data: Buffer) => this.#heard(socket, fields(JSON.parse(String(data)))))
      tell(socket, { op: 10, d: { heartbeat_interval: 45_000 } })
    })
  }

  /** Sends a dispatch to every session; whoever is away gets it on resuming. */
  dispatch(type: string, data: unknown): void {
    for (const session of this.#sessions.values()) this.#send(session, type, data)
  }

  /** 4000 lets the client resume; 1000, 4007 and 4009 end its session. */
  cut(code: number): void {
    const isEnd = code === 1000 || code === 4007 || code === 4009 || code === 4004 || code === 4014
    for (const session of this.#sessions.values()) {
      session.socket?.close(code)
      if (isEnd) this.#sessions.delete(session.id)
    }
  }

  /** A reconnect was asked for (7), or the session declared invalid (9). */
  order(op: 7 | 9, mayResume = false): void {
    for (const session of this.#sessions.values()) {
      if (session.socket !== undefined) tell(session.socket, { op, d: op === 9 ? mayResume : null })
      if (op === 9 && !mayResume) this.#sessions.delete(session.id)
    }
  }

  /** Forgets every session: whoever resumes is told that it is invalid. */
  forget(): void {
    this.#sessions.clear()
  }

  close(): void {
    for (const socket of this.#server.clients) socket.terminate()
    this.#server.close()
  }

  #left(socket: WebSocket): void {
    for (const session of this.#sessions.values()) if (session.socket === socket) session.socket = undefined
  }

  #heard(socket: WebSocket, frame: Fields): void {
    switch (frame['op']) {
      case 1:
        return tell(socket, { op: 11, d: null })
      case 2:
        return this.#identify(socket, fields(frame['d']))
      case 6:
        return this.#resume(socket, fields(frame['d']))
      default:
        return socket.close(4001)
    }
  }

  #identify(socket: WebSocket, given: Fields): void {
    this.identified.push(given)
    const intents = numberOf(given, 'intents')
    if (this.refuseWith !== undefined) return socket.close(this.refuseWith)
    if (given['token'] !== this.token) return socket.close(4004)
    if ((intents & messageContent) !== 0 && !this.mayReadContent) return socket.close(4014)
    this.#count += 1
    const session: Session = { id: `session-${this.#count}`, intents, sent: [], socket }
    this.#sessions.set(session.id, session)
    const guilds = [...this.#world.guilds.values()]
    this.#send(session, 'READY', {
      v: 10,
      user: discordBot,
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: this.#url(),
      shard: [0, 1],
      application: { id: applicationId, flags: 0 },
    })
    for (const guild of guilds) this.#send(session, 'GUILD_CREATE', this.#world.shapeGuild(guild))
  }

  #resume(socket: WebSocket, given: Fields): void {
    const session = this.#sessions.get(textOf(given, 'session_id'))
    if (session === undefined || given['token'] !== this.token) return tell(socket, { op: 9, d: false })
    this.resumes += 1
    session.socket = socket
    for (const missed of session.sent.slice(numberOf(given, 'seq'))) socket.send(missed)
    this.#send(session, 'RESUMED', {})
  }

  #send(session: Session, type: string, data: unknown): void {
    const seen = seenWith(session.intents, type, data)
    if (seen === undefined) return
    session.sent.push(JSON.stringify({ op: 0, s: session.sent.length + 1, t: type, d: seen.data }))
    session.socket?.send(session.sent.at(-1) ?? '')
  }
}

/** What a session with these intents is told; without the content one, the words of others to others are blank. */
function seenWith(intents: number, type: string, data: unknown): { readonly data: unknown } | undefined {
  if (!type.startsWith('MESSAGE_')) return { data }
  const isPrivate = field(data, 'guild_id') == null
  if ((intents & (isPrivate ? directMessages : guildMessages)) === 0) return undefined
  return { data: isPrivate ? data : withoutContent(data, (intents & messageContent) !== 0) }
}

/** https://docs.discord.com/developers/events/gateway, "Message Content Intent". */
export function withoutContent(data: unknown, mayRead: boolean): unknown {
  const isTheirs = textOf(field(data, 'author'), 'id') === discordBot.id || mentions(data, discordBot.id)
  if (mayRead || isTheirs || textOf(data, 'content') === '') return data
  return { ...fields(data), content: '', attachments: [], embeds: [], components: [] }
}

function tell(socket: WebSocket, frame: Fields): void {
  socket.send(JSON.stringify({ s: null, t: null, ...frame }))
}
