import { connect } from 'node:net'
import { loadConfig } from '../../../config/load.ts'
import { startBot } from '../../../src/assemble.ts'
import { newBotFolder } from '../../store.ts'
import { unlimitedFolder } from '../../unlimited.ts'

export const adminToken = 'an-admin-token-of-this-test'

/** The real bot on a port and in a folder of its own. */
export interface WebBot {
  readonly url: string
  readonly port: number
  stop(): Promise<void>
}

export async function startWebBot(environment: Readonly<Record<string, string>> = {}): Promise<WebBot> {
  const folder = newBotFolder()
  const setting = { TUPPENCE_CONFIG_DIR: unlimitedFolder, LOG_LEVEL: 'silent' }
  const own = { ...setting, PORT: '0', TUPPENCE_DATA_DIR: folder.path, TUPPENCE_ADMIN_TOKEN: adminToken }
  const bot = await startBot(loadConfig({ ...own, ...environment }), 'configured', {
    openStore: folder.openStore,
  })
  const port = Number(new URL(bot.url ?? '').port)
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    stop: async () => {
      await bot.stop()
      await folder.remove()
    },
  }
}

export interface WireReply {
  readonly id: string
  readonly message: string
  readonly text: string
  readonly actions: readonly { readonly id: string; readonly label: string }[]
  readonly audience: string
}

/** Every field that some answer of the chat has. */
export interface Answer {
  readonly conversation: string
  readonly message: string
  readonly replies: readonly WireReply[]
  readonly receipt?: Readonly<Record<string, unknown>>
  readonly turns: readonly { readonly message: string; readonly text: string; readonly replies: readonly WireReply[] }[]
  readonly cursor: string | null
  readonly state: string
  readonly error: { readonly code: string; readonly message: string; readonly field?: string }
}

export interface Exchange {
  readonly status: number
  readonly headers: Headers
  readonly body: Answer
}

type HeaderFields = Readonly<Record<string, string>>

/** Sends JSON, or the bytes given as they are. */
export async function post(url: string, body: unknown, headers: HeaderFields = {}): Promise<Exchange> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array
  const content = isRaw ? body : JSON.stringify(body)
  return await toExchange(
    await fetch(url, { method: 'POST', body: content, headers: { 'content-type': 'application/json', ...headers } }),
  )
}

export async function get(url: string, headers: HeaderFields = {}): Promise<Exchange> {
  return await toExchange(await fetch(url, { headers }))
}

async function toExchange(response: Response): Promise<Exchange> {
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer }
}

/** A browser that keeps its cookie. */
export interface Visitor {
  readonly cookie: () => string
  say(text: string, more?: object): Promise<Exchange>
  press(conversation: string, action: string, id?: string): Promise<Exchange>
  read(conversation: string, after?: string): Promise<Exchange>
}

export function createVisitor(url: string, headers: HeaderFields = {}): Visitor {
  let cookie = ''
  const mine = (): HeaderFields => (cookie === '' ? headers : { ...headers, cookie })
  const kept = (exchange: Exchange): Exchange => {
    const given = exchange.headers.get('set-cookie')
    if (given !== null) cookie = given.split(';')[0] ?? ''
    return exchange
  }
  return {
    cookie: () => cookie,
    say: async (text, more = {}) => kept(await post(`${url}/api/chat`, { text, ...more }, mine())),
    press: async (conversation, action, id) =>
      kept(await post(`${url}/api/chat/action`, { conversation, action, ...(id === undefined ? {} : { id }) }, mine())),
    read: async (conversation, after) =>
      await get(
        `${url}/api/chat/${encodeURIComponent(conversation)}${after === undefined ? '' : `?after=${encodeURIComponent(after)}`}`,
        mine(),
      ),
  }
}

/** One event of a stream. */
export interface StreamEvent {
  readonly event: string
  readonly data: Readonly<Record<string, unknown>>
}

export function readEvents(text: string): StreamEvent[] {
  return text
    .split('\n\n')
    .filter((block) => block.trim() !== '')
    .map((block) => {
      const field = (name: string): string => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1] ?? ''
      return { event: field('event'), data: JSON.parse(field('data')) as StreamEvent['data'] }
    })
}

/** Writes bytes to the server as they are and gives everything it answers until it closes the connection. */
export async function sendRaw(port: number, bytes: string | Uint8Array): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let answer = ''
  socket.on('data', (part: Buffer) => {
    answer += part.toString()
  })
  socket.on('close', () => resolve(answer))
  socket.on('error', reject)
  socket.setTimeout(10_000, () => socket.destroy(new Error(`no answer within ten seconds; so far: ${answer}`)))
  socket.write(bytes)
  return await promise
}

/** The button with this label. */
export function buttonOf(answer: Answer, label: string | RegExp): string {
  const actions = answer.replies.flatMap((reply) => reply.actions)
  const found = actions.find((action) =>
    typeof label === 'string' ? action.label === label : label.test(action.label),
  )
  if (found === undefined)
    throw new Error(`no button ${String(label)} among ${actions.map((action) => action.label).join(', ')}`)
  return found.id
}
