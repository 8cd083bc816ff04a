import { createHash } from 'node:crypto'
import { RedisError } from '../../src/core/errors.ts'
import type { MessageLimits, Place } from '../../src/core/ports.ts'
import { openConnection, orRedisError } from './connection.ts'

// In: KEYS[1] the places taken, each a message with its instant; KEYS[2] the message whose author was told; ARGV[1] the
// message, ARGV[2] the most messages, ARGV[3] the window in milliseconds.
// Out: 0 within, 1 first over, 2 over; and the milliseconds to wait.
// Invariant: any window holds at most so many places, and one more where somebody was told; a message has one place; both
// keys go with the last place. The clock is that of Redis, so that all processes have the same one.
const takeScript = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local most, window = tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
local told = redis.call('GET', KEYS[2])
local known = redis.call('ZSCORE', KEYS[1], ARGV[1])
if known and tonumber(known) > now then return { 2, tonumber(known) - now } end
if known then return { told == ARGV[1] and 1 or 0, 0 } end
local taken = redis.call('ZCARD', KEYS[1])
local at, verdict = now, 0
if taken >= most then
  verdict = told and 2 or 1
  if told then at = tonumber(redis.call('ZRANGE', KEYS[1], taken - most, taken - most, 'WITHSCORES')[2]) + window end
end
redis.call('ZADD', KEYS[1], at, ARGV[1])
redis.call('PEXPIRE', KEYS[1], math.max(at - now + window, redis.call('PTTL', KEYS[1])))
if verdict == 1 then redis.call('SET', KEYS[2], ARGV[1], 'PX', window) end
if verdict == 2 then redis.call('PEXPIRE', KEYS[2], math.max(at - now + window, redis.call('PTTL', KEYS[2]))) end
return { verdict, at - now }`

/** What Redis calls a script it knows. */
const takeScriptName = createHash('sha1').update(takeScript).digest('hex')

/**
 * Limits that several processes share. Every failure is a RedisError within 250 ms.
 *
 * @param options.prefix first part of every key
 * @throws PackageMissingError without `ioredis`
 */
export async function createRedisLimits(options: {
  readonly url: string
  readonly prefix?: string
}): Promise<MessageLimits> {
  const { url, prefix = 'tuppence:limit:' } = options
  const connection = await openConnection({ url, prefix })
  return {
    async take(key, message, { most, windowMs }) {
      const given = [2, key, `${key}:told`, message, most, windowMs] as const
      const asked = connection.evalsha(takeScriptName, ...given).catch((error: unknown) => {
        // A Redis that started anew, or was emptied, has to be told the whole script once.
        if (error instanceof Error && error.message.startsWith('NOSCRIPT')) return connection.eval(takeScript, ...given)
        throw error
      })
      return toPlace(await orRedisError('count a message', asked))
    },
    async stop() {
      connection.disconnect()
    },
  }
}

function toPlace(given: unknown): Place {
  const parts: readonly unknown[] = Array.isArray(given) ? given : []
  const [verdict, waitMs] = parts
  if (verdict === 0) return { kind: 'within' }
  if (verdict === 1) return { kind: 'first-over' }
  if (verdict === 2 && typeof waitMs === 'number') return { kind: 'over', waitMs: Math.max(1, waitMs) }
  throw new RedisError(`Redis answered ${JSON.stringify(given)} to the script that counts messages. Is it a Redis?`)
}
