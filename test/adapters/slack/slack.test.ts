import { readFile } from 'node:fs/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { createSlackChannel, type SlackOptions } from '../../../adapters/slack/slack.ts'
import { ChannelError } from '../../../src/core/errors.ts'
import type { Channel, ChannelEvent } from '../../../src/core/ports.ts'
import { channelContract, type PlatformStand, replyOf, type Shown, storeInto } from '../../contracts/channel.ts'
import { type SlackPost, SlackServer } from '../../servers/slack.ts'

const payloads: Record<string, any> = JSON.parse(
  await readFile(new URL('../../fixtures/slack/payloads.json', import.meta.url), 'utf8'),
)
const limit = { timeout: 10_000, interval: 5 }
const address = { team: 'T0EXAMPLE', channel: 'C0HELP', thread: '1763700001.000100' }

/** Everything of a post that Slack would show, by its published rules and not by ours. */
function toShown(post: SlackPost, call: Readonly<Record<string, unknown>> | undefined): Shown {
  const seen = { text: [] as string[], notifies: [] as string[], links: [] as string[], buttons: [] as string[] }
  readMrkdwn(String(post.text ?? ''), seen)
  for (const block of Array.isArray(post.blocks) ? post.blocks : []) readBlock(block, seen)
  const isQuiet = call?.['parse'] === 'none' && String(call['link_names']) === 'false'
  if (!isQuiet) seen.notifies.push('names are linked')
  if (call?.['unfurl_links'] !== undefined && `${call['unfurl_links']}${call['unfurl_media']}` !== 'falsefalse')
    seen.links.push('previews')
  return { id: post.ts, ...seen, text: seen.text.join('') }
}

type Seen = Record<'text' | 'notifies' | 'links' | 'buttons', string[]>

/** In a message's text, `<…>` is the only way to mention or link (parse: none). */
function readMrkdwn(text: string, seen: Seen): void {
  for (const [, target = ''] of text.matchAll(/<([^>]*)>/g))
    (/^[@#!]/.test(target) ? seen.notifies : seen.links).push(target)
}

function readBlock(block: any, seen: Seen): void {
  switch (block.type) {
    case 'rich_text':
    case 'rich_text_section':
    case 'rich_text_list':
    case 'rich_text_preformatted':
    case 'actions':
      for (const element of block.elements) readBlock(element, seen)
      break
    case 'text':
      seen.text.push(block.text)
      break
    case 'link':
      seen.text.push(block.text)
      seen.links.push(block.url)
      break
    case 'button':
      seen.buttons.push(block.action_id)
      if (block.url !== undefined) seen.links.push(block.url)
      if (block.text.type !== 'plain_text') readMrkdwn(block.text.text, seen)
      break
    default: // user, usergroup, broadcast, channel, mrkdwn sections, images: none of them may occur
      seen.notifies.push(block.type)
  }
}

const servers: SlackServer[] = []
const channels: Channel[] = []
afterEach(async () => {
  for (const channel of channels.splice(0)) await channel.stop()
  for (const server of servers.splice(0)) await server.close()
})

async function startServer(): Promise<SlackServer> {
  const server = await new SlackServer().start()
  servers.push(server)
  return server
}

async function open(server: SlackServer, options: Partial<SlackOptions> = {}): Promise<Channel> {
  const channel = await createSlackChannel({
    botToken: 'xoxb-example',
    appToken: 'xapp-example',
    apiUrl: server.apiUrl,
    tenant: 'acme',
    ...options,
  })
  channels.push(channel)
  return channel
}

async function makeStand(): Promise<PlatformStand> {
  const server = await new SlackServer().start()
  const channel = await createSlackChannel({
    botToken: 'xoxb-example',
    appToken: 'xapp-example',
    apiUrl: server.apiUrl,
    tenant: 'acme',
  })
  const faults = {
    'lost-answer': { kind: 'act-then-drop' },
    'wait-7-seconds': { kind: 'rate-limited', seconds: 7 },
    'channel-gone': { kind: 'refused', error: 'channel_not_found' },
    'platform-down': { kind: 'status', status: 503 },
  } as const
  return {
    channel,
    address,
    writeTwice(text) {
      for (const name of ['mention', 'mentionAsMessage']) {
        server.deliver({ ...payloads[name], event: { ...payloads[name].event, text: `<@U0BOT> ${text}` } })
      }
    },
    press(action) {
      const [button] = payloads['button'].actions
      const envelope = server.deliver(
        {
          ...payloads['button'],
          actions: [
            {
              ...button,
              action_id: action,
              action_ts: `176370${server.calls.length}${action.length}.${action.slice(4)}`,
            },
          ],
        },
        'interactive',
      )
      return () => server.acknowledged.has(envelope)
    },
    failNextSend: (fault) => server.failNext('chat.postMessage', faults[fault]),
    shown: () => server.posts.map((post) => toShown(post, server.called('chat.postMessage').at(-1)?.body)),
    connections: () => server.connections,
    close: () => server.close(),
  }
}

channelContract('slack', makeStand)

describe('what only Slack does', () => {
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

    const envelope = server.deliver(payloads['mention'])
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

    const first = server.deliver(payloads['mention'])
    await expect.poll(() => failures.length, limit).toBe(1)
    const second = server.deliver(payloads['mention'], 'events_api', 1)

    await expect.poll(() => server.acknowledged.has(second), limit).toBe(true)
    expect(server.acknowledged.has(first)).toBe(false)
    expect(failures).toEqual([fault])
    expect(events).toHaveLength(1)
  })

  test('a reply goes into the thread of its question and tells Slack our key', async () => {
    const server = await startServer()
    const channel = await open(server)

    await channel.send({ kind: 'post', key: 'reply-1', address, reply: replyOf('reply-1', 'Hello.') })

    expect(server.called('chat.postMessage')[0]?.body).toMatchObject({
      channel: 'C0HELP',
      thread_ts: '1763700001.000100',
      parse: 'none',
      unfurl_links: 'false',
      unfurl_media: 'false',
      link_names: 'false',
      metadata: { event_type: 'tuppence_reply', event_payload: { key: 'reply-1' } },
    })
  })

  test('a failed call is never repeated by the SDK', async () => {
    const server = await startServer()
    const channel = await open(server)
    server.failNext('chat.postMessage', { kind: 'drop' })

    await channel.send({ kind: 'post', key: 'reply-1', address, reply: replyOf('reply-1', 'Hello.') }).catch(() => {})

    expect(server.called('chat.postMessage')).toHaveLength(1)
  })

  test.each([
    ['token_revoked', false],
    ['invalid_auth', false],
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

    const sending = channel.send({ kind: 'post', key: 'reply-1', address, reply: replyOf('reply-1', 'Hello.') })

    await expect(sending).rejects.toMatchObject({ code: 'channel', retryable, message: expect.stringContaining(error) })
  })

  test('an answer that is not Slack’s is retryable', async () => {
    const server = await startServer()
    const channel = await open(server)
    server.failNext('chat.postMessage', { kind: 'garbage' })

    await expect(
      channel.send({ kind: 'post', key: 'r', address, reply: replyOf('r', 'Hello.') }),
    ).rejects.toMatchObject({ retryable: true })
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
      await channel.send({ kind: 'post', key: 'twin', address: flat, reply: replyOf('twin', 'Hello.') })

    expect(await channel.find('twin', flat)).toBe(server.posts[0]?.ts)
  })

  test('a message in a thread counts without a mention where the bot takes part, and nowhere else', async () => {
    const server = await startServer()
    const events: ChannelEvent[] = []
    const channel = await open(server)
    await channel.start(storeInto(events))
    const elsewhere = {
      ...payloads['threadReply'],
      event: { ...payloads['threadReply'].event, ts: '1763700002.000900', thread_ts: '1763699999.000100' },
    }

    const before = server.deliver(payloads['threadReply'])
    await expect.poll(() => server.acknowledged.has(before), limit).toBe(true)
    const mention = server.deliver(payloads['mention'])
    await expect.poll(() => server.acknowledged.has(mention), limit).toBe(true)
    for (const payload of [payloads['threadReply'], elsewhere]) {
      const envelope = server.deliver(payload)
      await expect.poll(() => server.acknowledged.has(envelope), limit).toBe(true)
    }

    expect(
      events.map((event) => 'message' in event && typeof event.message === 'object' && event.message.text),
    ).toEqual(['where is my order 1042?', 'it is still not here'])
  })

  test('after a restart a thread is ours when the store says so', async () => {
    const server = await startServer()
    const events: ChannelEvent[] = []
    const asked: string[] = []
    const channel = await open(server, { isOurs: async ({ conversation }) => (asked.push(conversation), true) })
    await channel.start(storeInto(events))

    server.deliver(payloads['threadReply'])

    await expect.poll(() => events.length, limit).toBe(1)
    expect(asked).toEqual(['slack:T0EXAMPLE:C0HELP:1763700001.000100'])
  })

  test.each(['askToReconnect', 'cutConnections'] as const)('after %s the channel listens again', async (happening) => {
    const server = await startServer()
    const events: ChannelEvent[] = []
    const channel = await open(server)
    await channel.start(storeInto(events))

    server[happening]()
    await expect.poll(() => server.called('apps.connections.open').length, limit).toBe(2)
    await expect.poll(() => server.connections, limit).toBe(1)
    await expect.poll(() => (server.deliver(payloads['mention']), events.length), limit).toBe(1)
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
    await expect.poll(() => (server.deliver(payloads['mention']), events.length), limit).toBe(1)
  })

  test.each([
    'not JSON',
    'null',
    '[]',
    '"text"',
    '{}',
    '{"type":"hello"}',
    '{"envelope_id":"e1","type":"events_api"}',
    '{"envelope_id":"e2","type":"events_api","payload":{}}',
    '{"envelope_id":"e3","type":"events_api","payload":{"event":null,"type":"event_callback"}}',
    '{"envelope_id":"e4","type":"close","payload":{}}',
    '{"envelope_id":"e5","type":"events_api","payload":{"type":"event_callback","event":{"type":"error"}}}',
    '{"envelope_id":7,"type":"events_api"}',
  ])('the frame %s hurts nobody, and the next message is handled', async (frame) => {
    const server = await startServer()
    const events: ChannelEvent[] = []
    const channel = await open(server)
    await channel.start(storeInto(events))

    server.deliverRaw(frame)
    server.deliver(payloads['mention'])

    await expect.poll(() => events.length, limit).toBe(1)
    const id = /"envelope_id":"(e\d)"/.exec(frame)?.[1]
    if (id !== undefined) await expect.poll(() => server.acknowledged.has(id), limit).toBe(true) // so that it is not delivered again
  })

  test('a wrong bot token is named at the start', async () => {
    const server = await startServer()
    server.failNext('auth.test', { kind: 'refused', error: 'invalid_auth' })

    const opening = open(server)

    await expect(opening).rejects.toThrow(/SLACK_BOT_TOKEN.*invalid_auth/)
    await expect(opening).rejects.toMatchObject({ retryable: false })
  })

  test('a wrong app token is named at the start', async () => {
    const server = await startServer()
    const channel = await open(server)
    server.failNext('apps.connections.open', { kind: 'refused', error: 'not_allowed_token_type' })

    const starting = channel.start(storeInto([]))

    await expect(starting).rejects.toBeInstanceOf(ChannelError)
    await expect(starting).rejects.toThrow(/SLACK_APP_TOKEN.*xapp-/)
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
})
