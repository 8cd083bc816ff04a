/** What Discord is sent: anything at all. */
export type Fields = Readonly<Record<string, unknown>>

/** A value as an object; empty when it is something else. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

export function field(value: unknown, name: string): unknown {
  return fields(value)[name]
}

/** A field that is text; empty when it is something else. */
export function textOf(value: unknown, name: string): string {
  const found = field(value, name)
  return typeof found === 'string' ? found : ''
}

/** A field that is a number; 0 when it is something else. */
export function numberOf(value: unknown, name: string): number {
  const found = field(value, name)
  return typeof found === 'number' ? found : 0
}

/** A field that is a list; empty when it is something else. */
export function listOf(value: unknown, name: string): readonly unknown[] {
  const found = field(value, name)
  return Array.isArray(found) ? found : []
}

/** An answer of the REST interface. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
}

/** A refusal, with Discord's own number for it. */
export class Refusal extends Error {
  readonly status: number
  readonly code: number
  readonly errors: Fields | undefined

  constructor(status: number, code: number, detail: { readonly message?: string; readonly errors?: Fields } = {}) {
    super(detail.message ?? texts[code] ?? 'Refused')
    this.status = status
    this.code = code
    this.errors = detail.errors
  }

  get body(): Fields {
    return { message: this.message, code: this.code, ...(this.errors === undefined ? {} : { errors: this.errors }) }
  }
}

/** A field that breaks a rule: Discord's 50035. */
export function invalid(path: string, problem: string): Refusal {
  return new Refusal(400, 50_035, { message: 'Invalid Form Body', errors: { [path]: problem } })
}

/** https://docs.discord.com/developers/topics/opcodes-and-status-codes, "JSON Error Codes". */
const texts: Readonly<Record<number, string>> = {
  10003: 'Unknown Channel',
  10004: 'Unknown Guild',
  10007: 'Unknown Member',
  10008: 'Unknown Message',
  10013: 'Unknown User',
  10015: 'Unknown Webhook',
  10062: 'Unknown interaction',
  40058: 'Cannot send a message in a forum channel',
  40060: 'Interaction has already been acknowledged.',
  50001: 'Missing Access',
  50005: 'Cannot edit a message authored by another user',
  50006: 'Cannot send an empty message',
  50007: 'Cannot send messages to this user',
  50008: 'Cannot send messages in a non-text channel',
  50013: 'Missing Permissions',
  50027: 'Invalid Webhook Token',
  50083: 'Thread is archived',
  160004: 'A thread has already been created for this message',
  160005: 'Thread is locked',
}
