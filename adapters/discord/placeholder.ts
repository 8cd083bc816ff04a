import type { REST } from 'discord.js'
import type { Address } from '../../src/core/message.ts'
import type { Now } from '../../src/core/ports.ts'
import type { Body } from './body.ts'
import { hasCode, toChannelError } from './failure.ts'
import { fingerprint, idOf } from './history.ts'
import type { Interaction } from './interaction.ts'
import { insist, webhookOf } from './respond.ts'
import type { Sending } from './send.ts'
import { property } from './shape.ts'

/** The token of an interaction lives 15 minutes; the last one is left for the way there. */
const lifeMs = 14 * 60_000
/** https://docs.discord.com/developers/resources/message, "Message Flags": shown as "is thinking". */
const loading = 1 << 7

/** Before its token ends, "is thinking" is taken away where no answer came, such as while a person answers. */
const emptyAfterMs = lifeMs - 30_000

/** What watching stands on. */
export interface PlaceholderParts {
  readonly rest: REST
  readonly now: Now
  readonly onFailure: (error: unknown) => void
}

/** Takes "is thinking" away where it would outlive its token: Discord would write there that the bot has failed. */
export class Placeholders {
  readonly #parts: PlaceholderParts
  /** By the token of the interaction. */
  readonly #timers = new Map<string, NodeJS.Timeout>()

  constructor(parts: PlaceholderParts) {
    this.#parts = parts
  }

  /** A question was asked at this instant. */
  watch({ application, token }: Pick<Interaction, 'application' | 'token'>, askedAtMs: number): void {
    if (this.#timers.has(token)) return
    const leftMs = askedAtMs + emptyAfterMs - this.#parts.now().getTime()
    const timer = setTimeout(
      () => {
        this.#timers.delete(token)
        this.#empty(`${webhookOf({ application, token })}/messages/@original`).catch(this.#parts.onFailure)
      },
      Math.max(0, leftMs),
    )
    timer.unref()
    this.#timers.set(token, timer)
  }

  /** A question that was asked before the bot was started: what watched its place has ended with the last run. */
  watchAgain(address: Address): void {
    const { interaction: token, interactionAt, application } = address
    if (token === undefined || application === undefined || !isAlive(address, this.#parts.now())) return
    this.watch({ application, token }, Number(interactionAt))
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  async #empty(path: `/${string}`): Promise<void> {
    try {
      const { rest } = this.#parts
      if (isWaiting(await rest.get(path, { auth: false }))) await rest.delete(path, { auth: false })
    } catch (error) {
      if (!isGone(error)) throw toChannelError('Discord still shows that the bot is thinking', error)
    }
  }
}

/** Whether the question's own place, where Discord shows "is thinking", can still be written. */
export function isAlive(address: Address, now: Date): boolean {
  const { interaction, interactionAt, application } = address
  return interaction !== undefined && application !== undefined && now.getTime() - Number(interactionAt) < lifeMs
}

/**
 * Whether something can be shown to whoever typed the command alone. While "is thinking" stands there it cannot: the first
 * message that follows takes its place, for everybody.
 */
export async function canWhisper(address: Address, { rest, now }: Pick<Sending, 'rest' | 'now'>): Promise<boolean> {
  if (!isAlive(address, now())) return false
  try {
    return !isWaiting(await insist(() => rest.get(originalOf(address), { auth: false })))
  } catch {
    return false // a direct message is left
  }
}

function isWaiting(original: unknown): boolean {
  const flags = property(original, 'flags')
  return typeof flags === 'number' && (flags & loading) !== 0
}

function originalOf({ interaction: token = '', application = '' }: Address): `/${string}` {
  return `${webhookOf({ application, token })}/messages/@original`
}

/**
 * Writes the first message of an answer where Discord shows "is thinking"; undefined when something else stands there, or
 * the place is gone: then the answer is a message of its own.
 */
export async function postInPlaceholder(
  address: Address,
  body: Body,
  { rest, shown }: Sending,
): Promise<string | undefined> {
  const { channel = '' } = address
  const path = originalOf(address)
  try {
    const present = await insist(() => rest.get(path, { auth: false }))
    const isFree = isWaiting(present)
    if (!isFree && fingerprint(present) !== fingerprint(body)) return undefined
    const id = idOf(isFree ? await rest.patch(path, { body, auth: false }) : present)
    shown.keepParts([id], channel)
    return id
  } catch (error) {
    if (isGone(error)) return undefined
    throw toChannelError('Discord did not take the answer to a command', error)
  }
}

/** The interaction or its first answer does not exist any more. */
function isGone(error: unknown): boolean {
  return [10_008, 10_015, 10_062, 50_027].some((code) => hasCode(error, code))
}
