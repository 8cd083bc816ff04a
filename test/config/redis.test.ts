import { expect, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'

test('the cache uses the Redis of the queue unless it has one of its own', () => {
  const [queue, cache] = ['redis://queue.example.com:6379', 'redis://cache.example.com:6379']

  expect(loadConfig({ REDIS_URL: queue }).redisCacheUrl?.reveal()).toBe(queue)
  expect(loadConfig({ REDIS_URL: queue, REDIS_CACHE_URL: cache }).redisCacheUrl?.reveal()).toBe(cache)
  expect(loadConfig({ REDIS_CACHE_URL: cache }).redisUrl).toBeUndefined()
})
