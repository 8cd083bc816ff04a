import { pino } from 'pino'
import type { BotEvent } from '../../src/core/ports.ts'

/** Writes events to standard output as JSON lines, one a message at `info`. */
export function createLog(level: string): (event: BotEvent) => void {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime })
  return ({ name, level: at, fields, error }) => {
    const line = { event: name, ...fields, ...(error === undefined ? {} : { error: describe(error) }) }
    logger[at](line, name.replace('.', ' '))
  }
}

/** Type, code, message and place of a fault; never what a customer wrote, which no message of ours repeats. */
function describe(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  const cause = error.cause === undefined ? {} : { cause: describe(error.cause) }
  return {
    type: error.name,
    ...code,
    message: error.message,
    stack: error.stack?.split('\n').slice(1, 6).join('\n'),
    ...cause,
  }
}
