import { rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { newDataFolder } from '../data-folder.ts'
import { freePort, startBotProcess, type BotProcess } from '../bot-process.ts'

/** What happened to the messages, read back from the bot after the last restart. */
export interface ChaosReport {
  readonly seed: number
  readonly kills: number
  readonly messages: number
  readonly retries: number
  readonly exactlyOneReply: number
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  /** Conversations whose replies do not stand in the order of their messages. */
  readonly outOfOrder: readonly string[]
}

export interface ChaosPlan {
  readonly seed: number
  readonly kills: number
  readonly messages: number
}

const texts = [
  'Where is my order 1042?',
  'hello',
  'I was charged twice for order 1042',
  'open a ticket please',
  'what are your hours',
  'thanks',
  'asdf qwer',
  'never mind',
  'yes',
  'ada@example.com',
]

/** A customer who sends bursts of messages and repeats each with the same id until it is answered. */
class Sender {
  readonly sent: string[] = []
  retries = 0
  #cookie: string | undefined
  conversation: string | undefined
  readonly #url: string
  readonly #name: string

  constructor(url: string, name: string) {
    this.#url = url
    this.#name = name
  }

  /** Sends the messages of one burst at once; resolves when each has had its 2xx. */
  async burst(count: number, pick: () => string): Promise<void> {
    const burst = Array.from({ length: count }, () => ({ id: `${this.#name}-${this.sent.length + 1}`, text: pick() }))
    burst.forEach((message, index) => (message.id = `${this.#name}-${this.sent.length + index + 1}`))
    this.sent.push(...burst.map(({ id }) => id))
    if (this.conversation === undefined) for (const message of burst) await this.#until2xx(message)
    else await Promise.all(burst.map((message) => this.#until2xx(message)))
  }

  async #until2xx(message: { id: string; text: string }): Promise<void> {
    for (;;) {
      const response = await this.request('POST', '/api/chat', {
        ...message,
        ...(this.conversation === undefined ? {} : { conversation: this.conversation }),
      })
      if (response?.ok === true) {
        const answer: unknown = await response.json().catch(() => undefined)
        if (typeof answer === 'object' && answer !== null && 'conversation' in answer) {
          this.conversation ??= String(answer.conversation)
          return
        }
      } else if (response !== undefined && response.status < 500)
        throw new Error(`refused: ${response.status} ${await response.text()}`)
      this.retries += 1
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async request(method: string, path: string, body?: object): Promise<Response | undefined> {
    const headers = {
      'content-type': 'application/json',
      ...(this.#cookie === undefined ? {} : { cookie: this.#cookie }),
    }
    const response = await fetch(this.#url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => undefined)
    this.#cookie ??= response?.headers.get('set-cookie')?.split(';')[0]
    return response
  }
}

/** Kills the bot at random moments while customers write, then counts what each of them was answered. */
export async function runChaos(plan: ChaosPlan, log: (line: string) => void = () => {}): Promise<ChaosReport> {
  const random = seeded(plan.seed)
  const folder = newDataFolder()
  const port = String(await freePort())
  let bot: BotProcess = await startBotProcess(folder, { PORT: port })
  const senders = await openSenders(bot.url, 8)
  const state = { done: false }
  const sending = Promise.all(
    senders.map((sender, index) =>
      sendAll(sender, shareOf(plan.messages, senders.length, index), seeded(plan.seed + index + 1)),
    ),
  ).finally(() => {
    state.done = true
  })
  let kills = 0
  try {
    while (kills < plan.kills) {
      await new Promise((resolve) => setTimeout(resolve, 20 + random() * 400))
      await bot.end('SIGKILL')
      kills += 1
      log(`kill ${kills} of ${plan.kills}${state.done ? ' (all messages were answered)' : ''}`)
      bot = await startBotProcess(folder, { PORT: port })
    }
    await sending
    return { seed: plan.seed, kills, ...(await readBack(senders)) }
  } finally {
    await bot.end('SIGKILL')
    await rm(folder, { recursive: true, force: true })
  }
}

/** Each customer has a cookie before the first kill, as a browser that has loaded the page. */
async function openSenders(url: string, count: number): Promise<Sender[]> {
  const senders = Array.from({ length: count }, (_, index) => new Sender(url, `c${index}`))
  for (const sender of senders) await sender.request('GET', '/api/playground')
  return senders
}

async function sendAll(sender: Sender, count: number, random: () => number): Promise<void> {
  while (sender.sent.length < count) {
    const size = Math.min(count - sender.sent.length, 1 + Math.floor(random() * 4))
    await sender.burst(size, () => texts[Math.floor(random() * texts.length)] ?? '')
    await new Promise((resolve) => setTimeout(resolve, random() * 1500))
  }
}

async function readBack(senders: readonly Sender[]): Promise<Omit<ChaosReport, 'seed' | 'kills'>> {
  const lost: string[] = []
  const doubled: string[] = []
  const outOfOrder: string[] = []
  for (const sender of senders) {
    const { turns, replies } = await readConversation(sender)
    const answered = Map.groupBy(replies, (message) => message)
    for (const id of sender.sent) {
      const count = answered.get(id)?.length ?? 0
      if (count === 0) lost.push(id)
      if (count > 1) doubled.push(id)
    }
    if (turns.join() !== replies.join()) outOfOrder.push(sender.conversation ?? '')
  }
  const messages = senders.flatMap((sender) => sender.sent).length
  const retries = senders.reduce((sum, sender) => sum + sender.retries, 0)
  return { messages, retries, exactlyOneReply: messages - lost.length - doubled.length, lost, doubled, outOfOrder }
}

/** The ids of the messages, and of the messages the replies answer, in the order the bot gives them. */
async function readConversation(sender: Sender): Promise<{ turns: string[]; replies: string[] }> {
  const response = await sender.request('GET', `/api/chat/${sender.conversation ?? ''}`)
  const body = (await response?.json()) as { turns: { message: string }[]; replies: { message: string }[] }
  return { turns: body.turns.map((turn) => turn.message), replies: body.replies.map((reply) => reply.message) }
}

function shareOf(total: number, parts: number, index: number): number {
  return Math.floor(total / parts) + (index < total % parts ? 1 : 0)
}

/** Mulberry32: the same seed gives the same run of numbers, 0 up to 1. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** `node bin/run.mjs test/chaos/kill-and-restart.ts [--kills 30] [--messages 300] [--seed N]` prints the report as JSON. */
export default async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      kills: { type: 'string', default: '30' },
      messages: { type: 'string', default: '300' },
      seed: { type: 'string' },
    },
  })
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9))
  const report = await runChaos({ seed, kills: Number(values.kills), messages: Number(values.messages) }, (line) =>
    process.stderr.write(`${line}\n`),
  )
  process.stdout.write(`${JSON.stringify(report)}\n`)
  return report.lost.length + report.doubled.length + report.outOfOrder.length === 0 ? 0 : 1
}
