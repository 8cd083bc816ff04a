import { setTimeout as pause } from 'node:timers/promises'
import { StoreUnavailableError } from '../../src/core/errors.ts'

/**
 * Lost connections, shutdowns, time limits, dead locks and too many clients pass, and so does an end because a transaction
 * stood still (25P03); a wrong statement does not.
 */
const passing = /^(08|25P03|40|53|57|55P03)/

/** What pg says of a connection that is gone, where it gives no code. */
const lost = /terminat|timeout|closed|ended|not queryable/i

/** @throws StoreUnavailableError for a fault that passes; any other as it is */
export async function translated<Result>(step: () => Promise<Result>): Promise<Result> {
  try {
    return await step()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const code = codeOf(error)
    const isLost = code.startsWith('E') || lost.test(error.message)
    if (passing.test(code) || (isLost && !/^[0-9]/.test(code))) {
      throw new StoreUnavailableError(
        `Postgres did not answer (${code === '' ? error.message : code}). It is tried again.`,
        error,
      )
    }
    throw error
  }
}

/** Postgres's own code of a fault, such as 40P01 for a dead lock; empty where it gave none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** Connections that end, servers that stop, and what says so itself: what was sent last may have been done. */
const unsure = /^(?:E|08|40003|57P|58000)/

/**
 * Whether Postgres says of a transaction without an end of its own that it has undone it.
 * @param error as `translated` throws it
 */
export function isUndone(error: unknown): boolean {
  const code = codeOf(error instanceof StoreUnavailableError ? error.cause : error)
  return /^[0-9A-Z]{5}$/.test(code) && !unsure.test(code)
}

/**
 * Serialization failures and dead locks. Postgres says them only of what it has undone to the last row, a commit among it.
 * A connection that ends is none of these: what was sent on it, above all a commit, may have been done.
 */
const undone = /^40(?:001|P01)$/

/** Whoever is met a fourth time is met for a reason that does not pass by itself. */
const mostRepeats = 3

/** Spreads those who met over many times what a statement takes, and is nothing beside the second a dead lock has taken. */
const longestPauseMs = 50

/**
 * Does a statement or transaction again that others stood in the way of, up to three times, after a random pause of at most
 * 50, 100 and 150 ms.
 * @param step nothing in it reaches beyond the database
 */
export async function repeated<Result>(step: () => Promise<Result>): Promise<Result> {
  for (let repeats = 1; ; repeats += 1) {
    try {
      return await step()
    } catch (error) {
      const mayPass = error instanceof StoreUnavailableError && undone.test(codeOf(error.cause))
      if (!mayPass || repeats > mostRepeats) throw error
    }
    await pause(Math.random() * longestPauseMs * repeats)
  }
}
