import { expect, onTestFinished, test, vi } from 'vitest'
import type { ChannelEvent } from '../../../src/core/ports.ts'
import { storeInto } from '../../contracts/channel.ts'
import { managed } from './stand.ts'

const { startServer, open } = managed()
const named = '<@900000000000000001>'
const minute = 60_000

test('what the store could not take for longer than is tried is handed in when it answers again', async () => {
  const server = await startServer()
  const [events, failures]: [ChannelEvent[], unknown[]] = [[], []]
  const store = storeInto(events)
  let isAway = false
  const reach = (): void => {
    if (isAway) throw new Error('the database is away')
  }
  const channel = await open(server, {
    newest: async () => (reach(), undefined),
    onFailure: (error) => failures.push(error),
  })
  await channel.start(async (event) => (reach(), await store(event)))
  const taken = server.people.say(`${named} one`)
  await vi.waitFor(() => expect(events).toHaveLength(1), { timeout: 10_000 })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  onTestFinished(() => void vi.useRealTimers())

  isAway = true
  server.people.say(`${named} two`)
  server.people.say('talk among people')
  await expect.poll(() => failures.length, { timeout: 10_000 }).toBeGreaterThan(0)
  await vi.advanceTimersByTimeAsync(11 * minute)
  const whileAway = events.length
  isAway = false
  await vi.advanceTimersByTimeAsync(minute)

  await expect.poll(() => events.length, { timeout: 10_000 }).toBe(2)
  expect(whileAway).toBe(1)
  expect(events).toMatchObject([{ message: { id: `discord:${taken}` } }, { message: { text: 'two' } }])
})

test('an edit that could not be stored in time is kept as well', async () => {
  const server = await startServer()
  const events: ChannelEvent[] = []
  const failures: unknown[] = []
  let isAway = true
  const channel = await open(server, {
    newest: async () => {
      if (isAway) throw new Error('the database is away')
      return undefined
    },
    onFailure: (error) => failures.push(error),
  })
  await channel.start(async (event) => {
    if (isAway) throw new Error('the database is away')
    events.push(event)
    return { kind: 'new' }
  })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  onTestFinished(() => void vi.useRealTimers())

  const message = { id: '1300000000000000001', channel_id: '600000000000000001', content: 'order 2', mentions: [] }
  const author = { id: '700000000000000001', username: 'ann' }
  const before = failures.length
  server.dispatch('MESSAGE_UPDATE', { ...message, author, edited_timestamp: '2026-11-27T10:00:00Z' })
  await expect.poll(() => failures.length, { timeout: 10_000 }).toBeGreaterThan(before)
  await vi.advanceTimersByTimeAsync(11 * minute)
  isAway = false
  await vi.advanceTimersByTimeAsync(minute)

  await expect.poll(() => events, { timeout: 10_000 }).toMatchObject([{ kind: 'edit', text: 'order 2' }])
})
