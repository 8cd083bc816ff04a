import { createHash } from 'node:crypto'
import { RedisError } from '../../src/core/errors.ts'
import type { Counted, MessageLimits, Place } from '../../src/core/ports.ts'
import { openConnection, orRedisError } from './connection.ts'

// In: for each limit two keys, the places taken, each a message with its instant, and the message whose author was told;
// ARGV[1] the message, then for each limit the most messages, the window in milliseconds and the verdict after which no
// further limit is asked.
// Out: for each limit that was asked 0 within, 1 first over, 2 over; and the milliseconds to wait.
// Invariant: any window holds at most so many places, and one more where somebody was told; a message has one place; both
// keys go with the last place. The clock is that of Redis, so that all processes have the same one.
const takeScript = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local message = ARGV[1]
local function take(places, toldAt, most, window)
  redis.call('ZREMRANGEBYSCORE', places, '-inf', now - window)
  local told = redis.call('GET', toldAt)
  local known = redis.call('ZSCORE', places, message)
  if known and tonumber(known) > now then return 2, tonumber(known) - now end
  if known then return told == message and 1 or 0, 0 end
  local taken = redis.call('ZCARD', places)
  local at, verdict = now, 0
  if taken >= most then
    verdict = told and 2 or 1
    if told then at = tonumber(redis.call('ZRANGE', places, taken - most, taken - most, 'WITHSCORES')[2]) + window end
  end
  redis.call('ZADD', places, at, message)
  redis.call('PEXPIRE', places, math.max(at - now + window, redis.call('PTTL', places)))
  if verdict == 1 then redis.call('SET', toldAt, message, 'PX', window) end
  if verdict == 2 then redis.call('PEXPIRE', toldAt, math.max(at - now + window, redis.call('PTTL', toldAt))) end
  return verdict, at - now
end
local answers = {}
for index = 1, #KEYS / 2 do
  local given = 3 * index - 1
  local verdict, wait = take(KEYS[2 * index - 1], KEYS[2 * index], tonumber(ARGV[given]), tonumber(ARGV[given + 1]))
  answers[2 * index - 1], answers[2 * index] = verdict, wait
  if verdict == tonumber(ARGV[given + 2]) then break end
end
return answers`

const verdicts = { within: 0, over: 2 } as const

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
    async take(message, asked) {
      const keys = asked.flatMap(({ key }) => [key, `${key}:told`])
      const rules = asked.flatMap(({ limit, endsWith }) => [limit.most, limit.windowMs, verdicts[endsWith]])
      const given = [keys.length, ...keys, message, ...rules] as const
      const taken = connection.evalsha(takeScriptName, ...given).catch((error: unknown) => {
        // A Redis that started anew, or was emptied, has to be told the whole script once.
        if (error instanceof Error && error.message.startsWith('NOSCRIPT')) return connection.eval(takeScript, ...given)
        throw error
      })
      return toPlaces(await orRedisError('count a message', taken), asked)
    },
    async stop() {
      connection.disconnect()
    },
  }
}

function toPlaces(given: unknown, asked: readonly Counted[]): readonly Place[] {
  const parts: readonly unknown[] = Array.isArray(given) ? given : []
  const places = asked.slice(0, parts.length / 2).map((_, index) => toPlace(parts[2 * index], parts[2 * index + 1]))
  const isEnded = places.length > 0 && places.at(-1)?.kind === asked[places.length - 1]?.endsWith
  const isWhole = places.length === asked.length || isEnded
  if (!isWhole || parts.length !== 2 * places.length) throw notOurs(given)
  return places
}

function toPlace(verdict: unknown, waitMs: unknown): Place {
  if (verdict === 0) return { kind: 'within' }
  if (verdict === 1) return { kind: 'first-over' }
  if (verdict === 2 && typeof waitMs === 'number') return { kind: 'over', waitMs: Math.max(1, waitMs) }
  throw notOurs([verdict, waitMs])
}

function notOurs(answer: unknown): RedisError {
  return new RedisError(`Redis answered ${JSON.stringify(answer)} to the script that counts messages. Is it a Redis?`)
}
