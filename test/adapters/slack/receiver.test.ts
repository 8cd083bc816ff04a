import { expect, test } from 'vitest'
import { ChannelError } from '../../../src/core/errors.ts'
import type { ChannelEvent } from '../../../src/core/ports.ts'
import { storeInto } from '../../contracts/channel.ts'
import { managed, payloads } from './stand.ts'

const limit = { timeout: 10_000, interval: 5 }
const { startServer, open } = managed()

test('a mention is acknowledged only after the inbox has it', async () => {
  const server = await startServer()
  const channel = await open(server)
  const { promise: storing, resolve: stored } = Promise.withResolvers<void>()
  let storedAt = 0
  let asked = 0
  await channel.start(async () => {
    asked += 1
    await storing
    storedAt = Date.now()
    return { kind: 'new' }
  })

  const envelope = server.deliver(payloads.mention)
  await expect.poll(() => asked, limit).toBe(1)
  const early = server.acknowledged.has(envelope)
  stored()

  await expect.poll(() => server.acknowledged.get(envelope), limit).toBeGreaterThanOrEqual(storedAt)
  expect([early, storedAt > 0]).toEqual([false, true])
})

test('a mention that could not be stored is not acknowledged, told of, and stored when Slack delivers it again', async () => {
  const server = await startServer()
  const failures: unknown[] = []
  const channel = await open(server, { onFailure: (error) => failures.push(error) })
  const fault = new Error('the database is away')
  const events: ChannelEvent[] = []
  const store = storeInto(events)
  await channel.start(async (event) => {
    if (failures.length === 0) throw fault
    return store(event)
  })

  const first = server.deliver(payloads.mention)
  await expect.poll(() => failures.length, limit).toBe(1)
  const second = server.deliver(payloads.mention, 'events_api', 1)

  await expect.poll(() => server.acknowledged.has(second), limit).toBe(true)
  expect(server.acknowledged.has(first)).toBe(false)
  expect(failures).toEqual([fault])
  expect(events).toHaveLength(1)
})

test.each(['askToReconnect', 'cutConnections'] as const)('after %s the channel listens again', async (happening) => {
  const server = await startServer()
  const events: ChannelEvent[] = []
  const channel = await open(server)
  await channel.start(storeInto(events))

  server[happening]()
  await expect.poll(() => server.called('apps.connections.open').length, limit).toBe(2)
  await expect.poll(() => server.connections, limit).toBe(1)
  await expect.poll(() => (server.deliver(payloads.mention), events.length), limit).toBe(1)
})

test('while Slack refuses connections the channel keeps trying, and listens when it is back', async () => {
  const server = await startServer()
  const failures: unknown[] = []
  const events: ChannelEvent[] = []
  const channel = await open(server, { onFailure: (error) => failures.push(error) })
  await channel.start(storeInto(events))

  server.down.add('apps.connections.open')
  server.cutConnections()
  await expect.poll(() => failures.length, limit).toBeGreaterThanOrEqual(2)
  server.down.clear()

  await expect.poll(() => server.connections, limit).toBe(1)
  await expect.poll(() => (server.deliver(payloads.mention), events.length), limit).toBe(1)
})

test.each(['not JSON', 'null', '[]', '"text"', '{}', '{"type":"hello"}', '{"envelope_id":7,"type":"events_api"}'])(
  'the frame %s hurts nobody, and the next message is handled',
  async (frame) => {
    const server = await startServer()
    const events: ChannelEvent[] = []
    const channel = await open(server)
    await channel.start(storeInto(events))

    server.deliverRaw(frame)
    server.deliver(payloads.mention)

    await expect.poll(() => events.length, limit).toBe(1)
  },
)

test.each([
  ['events_api', undefined],
  ['events_api', {}],
  ['events_api', { type: 'event_callback', event: null }],
  ['events_api', { type: 'event_callback', event: { type: 'error' } }],
  ['close', {}],
  ['interactive', { type: 'block_actions', actions: 'none' }],
])('an envelope of type %s with %j is acknowledged, so that it does not come again', async (type, payload) => {
  const server = await startServer()
  const events: ChannelEvent[] = []
  const channel = await open(server)
  await channel.start(storeInto(events))

  const envelope = server.deliver(payload, type)
  server.deliver(payloads.mention)

  await expect.poll(() => server.acknowledged.has(envelope), limit).toBe(true)
  await expect.poll(() => events.length, limit).toBe(1)
})

test('a wrong app token is named at the start', async () => {
  const server = await startServer()
  const channel = await open(server)
  server.failNext('apps.connections.open', { kind: 'refused', error: 'not_allowed_token_type' })

  const starting = channel.start(storeInto([]))

  await expect(starting).rejects.toBeInstanceOf(ChannelError)
  await expect(starting).rejects.toThrow(/SLACK_APP_TOKEN.*xapp-/)
})
