import { UsageError } from '../core/errors.ts'
import type { RecordedMessage } from './replay.ts'

const example = '{"text": "where is my refund?", "at": "2026-11-21T09:00:00Z", "user": "U1", "conversation": "C1"}'

/** A line of a file, and where it stands. */
export interface NumberedLine {
  /** Counted from 1. */
  readonly number: number
  readonly text: string
}

/**
 * Reads recorded messages: `{"text", "at"?, "turns"?, "user"?, "conversation"?, "intent"?}`, one a line; blank lines are
 * passed over. Without `turns`, the turns of a conversation are counted; without a conversation a message stands alone.
 * @throws UsageError naming file, line, field and value
 */
export function readRecordedLines(lines: readonly NumberedLine[], path: string): readonly RecordedMessage[] {
  const turns = new Map<string, number>()
  const messages = lines
    .filter(({ text }) => text.trim() !== '')
    .map((line) => {
      const fields = fieldsOf(line, path)
      const conversation = fields.text('conversation')
      const before = conversation === undefined ? 0 : (turns.get(conversation) ?? 0)
      if (conversation !== undefined) turns.set(conversation, before + 1)
      return {
        text: fields.required('text'),
        at: fields.instant('at'),
        turns: fields.whole('turns') ?? before,
        user: fields.text('user'),
        intent: fields.text('intent'),
      }
    })
  if (messages.length === 0) throw new UsageError(`${path}: has no messages; a line looks like ${example}.`)
  return messages
}

interface Fields {
  required(name: string): string
  text(name: string): string | undefined
  whole(name: string): number | undefined
  instant(name: string): Date | undefined
}

function fieldsOf(line: NumberedLine, path: string): Fields {
  const fault = (problem: string): UsageError =>
    new UsageError(`${path}, line ${line.number}: ${problem}; a line looks like ${example}.`)
  const value = parse(line.text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw fault(`not a JSON object: ${line.text.slice(0, 60)}`)
  const read = (name: string): unknown => {
    const found: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
    return found ?? undefined
  }
  const wrong = (name: string, wanted: string): UsageError =>
    fault(`"${name}" must be ${wanted} and is ${(JSON.stringify(read(name)) ?? 'missing').slice(0, 60)}`)
  const text = (name: string): string | undefined => {
    const found = read(name)
    if (found !== undefined && typeof found !== 'string') throw wrong(name, 'a string')
    return found
  }
  return {
    text,
    required: (name) => {
      const found = text(name)
      if (found === undefined) throw wrong(name, 'a string')
      return found
    },
    whole: (name) => {
      const found = read(name)
      if (found === undefined) return undefined
      if (typeof found !== 'number' || !Number.isSafeInteger(found) || found < 0)
        throw wrong(name, 'a whole number from 0 on')
      return found
    },
    instant: (name) => {
      const found = text(name)
      if (found === undefined) return undefined
      const instant = new Date(found)
      if (Number.isNaN(instant.getTime())) throw wrong(name, 'an instant such as "2026-11-21T09:00:00Z"')
      return instant
    },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // told as a line that is no object
  }
}
