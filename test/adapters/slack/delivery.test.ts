import { expect, test } from 'vitest'
import { ChannelError } from '../../../src/core/errors.ts'
import { channelContract, postOf, replyOf } from '../../contracts/channel.ts'
import { makeStand } from './shown.ts'
import { address, instantClock, managed } from './stand.ts'

channelContract('slack', makeStand)

const { startServer, open } = managed()

test('a reply goes into the thread of its question and tells Slack our key', async () => {
  const server = await startServer()
  const channel = await open(server)

  await channel.send({ kind: 'post', key: 'reply-1', address, reply: replyOf('reply-1', 'Hello.'), mayExist: false })

  expect(server.called('chat.postMessage')[0]?.body).toMatchObject({
    channel: 'C0HELP',
    thread_ts: '1763700001.000100',
    parse: 'none',
    unfurl_links: false,
    unfurl_media: false,
    link_names: false,
    metadata: { event_type: 'tuppence_reply', event_payload: { key: 'reply-1' } },
  })
})

test('a failed call is never repeated by the SDK', async () => {
  const server = await startServer()
  const channel = await open(server)
  server.failNext('chat.postMessage', { kind: 'drop' })

  await channel
    .send({ kind: 'post', key: 'reply-1', address, reply: replyOf('reply-1', 'Hello.'), mayExist: false })
    .catch(() => {})

  expect(server.called('chat.postMessage')).toHaveLength(1)
})

test.each([
  ['token_revoked', true],
  ['invalid_auth', true],
  ['channel_not_found', false],
  ['is_archived', false],
  ['not_in_channel', false],
  ['missing_scope', false],
  ['msg_too_long', false],
  ['internal_error', true],
  ['service_unavailable', true],
  ['ratelimited', true],
])('Slack refusing with %s: retryable is %s', async (error, retryable) => {
  const server = await startServer()
  const channel = await open(server)
  server.failNext('chat.postMessage', { kind: 'refused', error })

  const sending = channel.send({
    kind: 'post',
    key: 'reply-1',
    address,
    reply: replyOf('reply-1', 'Hello.'),
    mayExist: false,
  })

  await expect(sending).rejects.toMatchObject({ code: 'channel', retryable, message: expect.stringContaining(error) })
})

test('an answer that is not Slack’s is retryable', async () => {
  const server = await startServer()
  const channel = await open(server)
  server.failNext('chat.postMessage', { kind: 'garbage' })

  await expect(
    channel.send({ kind: 'post', key: 'r', address, reply: replyOf('r', 'Hello.'), mayExist: false }),
  ).rejects.toMatchObject({
    retryable: true,
  })
})

test('a reply far back in a long thread is found', async () => {
  const server = await startServer()
  const channel = await open(server)
  for (let index = 0; index < 450; index += 1) {
    const metadata = { event_type: 'tuppence_reply', event_payload: { key: `reply-${index}` } }
    server.posts.push({
      channel: 'C0HELP',
      ts: `1763700009.${String(index).padStart(6, '0')}`,
      thread_ts: address.thread,
      text: '',
      blocks: [],
      metadata,
    })
  }

  expect(await channel.find('reply-449', address)).toBe('1763700009.000449')
  expect(await channel.find('reply-450', address)).toBeUndefined()
})

test('of two messages with one key the oldest is found', async () => {
  const server = await startServer()
  const channel = await open(server)
  const flat = { team: 'T0EXAMPLE', channel: 'D0CUSTOMER' }
  for (let times = 0; times < 2; times += 1)
    await channel.send({ kind: 'post', key: 'twin', address: flat, reply: replyOf('twin', 'Hello.'), mayExist: false })

  expect(await channel.find('twin', flat)).toBe(server.posts[0]?.ts)
})

test('a staff note only one person sees, and a home page, go to that person', async () => {
  const server = await startServer()
  const channel = await open(server)
  const author = { id: 'T0EXAMPLE:U0OWNER' }

  await channel.send({
    kind: 'ephemeral',
    key: 'r1',
    address: { team: 'T0EXAMPLE', channel: 'C0STAFF' },
    author,
    reply: replyOf('r1', 'Today: $0.12'),
  })
  await channel.send({ kind: 'home', key: 'r2', author, reply: replyOf('r2', 'Today: $0.12') })

  expect(server.called('chat.postEphemeral')[0]?.body).toMatchObject({ user: 'U0OWNER', channel: 'C0STAFF' })
  expect(server.called('views.publish')[0]?.body).toMatchObject({ user_id: 'U0OWNER', view: { type: 'home' } })
})

test.each([
  [{ kind: 'drop' }, true],
  [{ kind: 'garbage' }, true],
  [{ kind: 'status', status: 500 }, true],
  [{ kind: 'status', status: 204 }, true],
  [{ kind: 'status', status: 404 }, false],
  [{ kind: 'status', status: 429 }, false],
  [{ kind: 'refused', error: 'internal_error' }, true],
  [{ kind: 'refused', error: 'ratelimited' }, false],
  [{ kind: 'refused', error: 'no_text' }, false],
  [{ kind: 'refused', error: 'x'.repeat(101) }, true],
  [{ kind: 'rate-limited', seconds: 30 }, false],
] as const)('after %j Slack may have shown the reply: %s', async (fault, isAmbiguous) => {
  const server = await startServer()
  const channel = await open(server)
  server.failNext('chat.postMessage', fault)

  await expect(channel.send(postOf({ address }, 'reply-1'))).rejects.toMatchObject({ code: 'channel', isAmbiguous })
})

test('where nothing listens, nothing can have been shown', async () => {
  const server = await startServer()
  const channel = await open(server)
  await server.close()

  const failure = await channel.send(postOf({ address }, 'reply-1')).catch((error: unknown) => error)

  expect(failure).toBeInstanceOf(ChannelError)
  expect(failure).toMatchObject({ retryable: true, isAmbiguous: false })
})

test('an answer is never shown to one person only', async () => {
  const server = await startServer()
  const channel = await open(server)

  await channel.send(postOf({ address }, 'reply-1'))

  expect(server.called('chat.postEphemeral')).toEqual([])
})

test('where the bot may not read, a reply that may exist is sent all the same', async () => {
  const server = await startServer()
  const channel = await open(server)
  server.scopes.delete('channels:history')

  await channel.send(postOf({ address }, 'reply-1', { mayExist: true }))

  expect(server.posts).toHaveLength(1)
})

test('a change in another process finds the messages it changes, although the reply has a new key', async () => {
  const server = await startServer()
  const text = 'word '.repeat(4000)
  const first = await open(server, { clock: instantClock() })
  const platformId = await first.send(postOf({ address }, 'reply-1', { text }))
  const shown = server.posts.length
  const second = await open(server, { clock: instantClock() })
  const edit = { kind: 'edit', address, platformId } as const

  await second.send({ ...edit, key: 'reply-2', reply: replyOf('reply-2', text) })
  const changed = server.posts.map(({ metadata }) => metadata)
  await (await open(server)).send({ ...edit, key: 'reply-3', reply: replyOf('reply-3', 'Done.') })

  expect(shown).toBeGreaterThan(1)
  expect(changed).toEqual(
    Array.from({ length: shown }, (_unused, index) => ({
      event_type: 'tuppence_reply',
      event_payload: index === 0 ? { key: 'reply-2', was: 'reply-1' } : { key: `reply-2.${index + 1}` },
    })),
  )
  expect(server.posts.map(({ ts, text: now }) => [ts, now])).toEqual([[platformId, 'Done.']])
})

test('a change that broke off is finished by another process', async () => {
  const server = await startServer()
  const first = await open(server, { clock: instantClock() })
  const platformId = await first.send(postOf({ address }, 'reply-1', { text: 'word '.repeat(4000) }))
  const edit = {
    kind: 'edit',
    key: 'reply-2',
    address,
    platformId,
    reply: replyOf('reply-2', 'other '.repeat(4000)),
  } as const
  const second = await open(server, { clock: instantClock() })
  server.failNext('chat.update', { kind: 'act-then-drop' })
  await second.send(edit).catch(() => {})
  const halfway = server.posts.map(({ text }) => text.slice(0, 5))

  await (await open(server, { clock: instantClock() })).send(edit)

  expect(halfway.slice(0, 2)).toEqual(['other', 'word '])
  expect(server.posts.map(({ text }) => text.slice(0, 5))).toEqual(server.posts.map(() => 'other'))
  expect(server.posts[0]?.ts).toBe(platformId)
})

test('a message that is gone cannot be changed, and nothing else of its reply is', async () => {
  const server = await startServer()
  const channel = await open(server, { clock: instantClock() })
  const platformId = await channel.send(postOf({ address }, 'reply-1', { text: 'word '.repeat(4000) }))
  server.posts.shift()
  const before = server.posts.map(({ blocks }) => blocks)

  const edit = { kind: 'edit', key: 'reply-1', address, platformId, reply: replyOf('reply-1', 'Done.') } as const

  await expect(channel.send(edit)).rejects.toMatchObject({ code: 'channel', retryable: false })
  expect(server.posts.map(({ blocks }) => blocks)).toEqual(before)
})

test('a short wait that Slack asks for is waited out, a longer one is told', async () => {
  const server = await startServer()
  const clock = instantClock()
  const channel = await open(server, { clock })
  server.failNext('chat.postMessage', { kind: 'rate-limited', seconds: 2 })

  await channel.send(postOf({ address }, 'reply-1'))
  server.failNext('chat.postMessage', { kind: 'rate-limited', seconds: 3 })
  const failure = await channel.send(postOf({ address }, 'reply-2')).catch((error: unknown) => error)
  const held = await channel.send(postOf({ address }, 'reply-3')).catch((error: unknown) => error)
  await channel.send(postOf({ address: { ...address, channel: 'C0OTHER' } }, 'reply-4'))

  expect(clock.waited).toEqual([2000])
  expect(failure).toMatchObject({ retryable: true, retryAfterMs: 3000, isAmbiguous: false })
  expect(held).toMatchObject({ retryable: true, retryAfterMs: 3000, isAmbiguous: false })
  expect(server.posts.map(({ channel: place }) => place)).toEqual(['C0HELP', 'C0OTHER'])
})

test('a word about the whole workspace holds all of its channels', async () => {
  const server = await startServer()
  const channel = await open(server, { clock: instantClock() })
  server.failNext('chat.postMessage', { kind: 'refused', error: 'rate_limited' })

  await channel.send(postOf({ address }, 'reply-1')).catch(() => {})
  const elsewhere = channel.send(postOf({ address: { ...address, channel: 'C0OTHER' } }, 'reply-2'))

  await expect(elsewhere).rejects.toMatchObject({ retryable: true, retryAfterMs: 10_000 })
})

test('twenty messages to one channel never meet Slack’s limit, and take as long as it wants', async () => {
  const server = await startServer()
  const clock = instantClock()
  const channel = await open(server, { clock })
  server.limitRates({ burst: 3, now: clock.now })

  for (let count = 0; count < 20; count += 1) await channel.send(postOf({ address }, `reply-${count}`))

  expect(server.posts).toHaveLength(20)
  expect(server.called('chat.postMessage')).toHaveLength(20)
  expect(clock.now()).toBe(17_000) // three at once, and seventeen more a second apart
})
