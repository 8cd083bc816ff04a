import { pino, type DestinationStream } from 'pino'
import { TuppenceError } from '../../src/core/errors.ts'
import type { BotEvent } from '../../src/core/ports.ts'

/** Writes events as JSON lines, one a message at `info`. @param output left out, standard output */
export function createLog(level: string, output?: DestinationStream): (event: BotEvent) => void {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, output)
  return ({ name, level: at, fields, error }) => {
    const line = { event: name, ...fields, ...(error === undefined ? {} : { error: describe(error) }) }
    logger[at](line, name.replace('.', ' '))
  }
}

/**
 * Type, code and place of a fault, and what it says where that is ours: no message of ours repeats what a customer wrote. One
 * of a library or of the language may quote it.
 */
function describe(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  const cause = error.cause === undefined ? {} : { cause: describe(error.cause) }
  return {
    type: error.name,
    ...code,
    ...(error instanceof TuppenceError ? { message: error.message } : {}),
    stack: placeOf(error),
    ...cause,
  }
}

const mostFrames = 5

/** Where it was made. A stack begins with what the error said when it was made, in as many lines as that had. */
function placeOf({ message, stack = '' }: Error): string {
  const said = stack.indexOf(message)
  const rest = said < 0 ? stack : stack.slice(said + message.length)
  const frames = rest.split('\n').filter((line) => /^ {4}at .+:\d+:\d+\)?$/.test(line))
  return frames.slice(0, mostFrames).join('\n')
}
