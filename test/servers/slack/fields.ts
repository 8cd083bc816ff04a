/** What Slack is sent: anything at all. */
export type Fields = Readonly<Record<string, unknown>>

/** A value as an object; empty when it is something else. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

/** One field of a value that may be anything. */
export function field(value: unknown, name: string): unknown {
  return fields(value)[name]
}

/** A field that is text; empty when it is something else. */
export function textOf(value: unknown, name: string): string {
  const found = field(value, name)
  return typeof found === 'string' ? found : ''
}

/** A field that is a list; empty when it is something else. */
export function listOf(value: unknown, name: string): readonly unknown[] {
  const found = field(value, name)
  return Array.isArray(found) ? found : []
}

/** A block or an element of one. */
export interface SlackBlock {
  readonly type: string
}

/** A field that is a list of blocks. */
export function blocksOf(value: unknown, name: string): readonly SlackBlock[] {
  return listOf(value, name).filter(isBlock)
}

function isBlock(value: unknown): value is SlackBlock {
  return typeof field(value, 'type') === 'string'
}

/** One of the answers Slack gives with status 200: a refusal in its own word. */
export function refused(error: string, more: object = {}): Fields {
  return { ok: false, error, ...more }
}
