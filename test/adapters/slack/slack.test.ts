import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { channelContract, type PlatformStand, replyOf, type Shown } from '../../contracts/channel.ts'
import { type SlackPost, SlackServer } from '../../servers/slack.ts'
import { address, changed, managed, openSlack, payloads } from './stand.ts'

interface SlackElement {
  readonly type: string
  readonly text?: string | { readonly type: string; readonly text: string }
  readonly url?: string
  readonly action_id?: string
  readonly elements?: readonly SlackElement[]
}

type Seen = Record<'text' | 'notifies' | 'links' | 'buttons', string[]>

/** Everything of a post that Slack would show, by its published rules and not by ours. */
function toShown(post: SlackPost, call: Readonly<Record<string, unknown>> = {}): Shown {
  const seen: Seen = { text: [], notifies: [], links: [], buttons: [] }
  readMrkdwn(post.text, seen)
  for (const block of post.blocks) readElement(block, seen)
  if (call['parse'] !== 'none' || call['link_names'] !== 'false') seen.notifies.push('names are linked')
  if (call['unfurl_links'] !== 'false' || call['unfurl_media'] !== 'false') seen.links.push('previews')
  return { id: post.ts, ...seen, text: seen.text.join('') }
}

/** In a message's text, `<…>` is the only way to mention or link (parse: none). */
function readMrkdwn(text: string, seen: Seen): void {
  for (const [, target = ''] of text.matchAll(/<([^>]*)>/g)) {
    if (/^[@#!]/.test(target)) seen.notifies.push(target)
    else seen.links.push(target)
  }
}

const containers = ['rich_text', 'rich_text_section', 'rich_text_list', 'rich_text_preformatted', 'actions']

function readElement(element: SlackElement, seen: Seen): void {
  const { type, text = '', url, elements = [] } = element
  if (containers.includes(type)) for (const inner of elements) readElement(inner, seen)
  else if (type === 'text' && typeof text === 'string') seen.text.push(text)
  else if (type === 'link' && typeof text === 'string') seen.text.push(text)
  else if (type === 'button' && typeof text === 'object' && text.type === 'plain_text')
    seen.buttons.push(element.action_id ?? '')
  else seen.notifies.push(type) // user, usergroup, broadcast, channel, mrkdwn sections, images: none of them may occur
  if (url !== undefined) seen.links.push(url)
}

const faults = {
  'lost-answer': { kind: 'act-then-drop' },
  'wait-7-seconds': { kind: 'rate-limited', seconds: 7 },
  'channel-gone': { kind: 'refused', error: 'channel_not_found' },
  'platform-down': { kind: 'status', status: 503 },
} as const

async function makeStand(): Promise<PlatformStand> {
  const server = await new SlackServer().start()
  let presses = 0
  return {
    channel: await openSlack(server),
    address,
    writeTwice(text) {
      server.deliver(changed('mention', { text: `<@U0BOT> ${text}` }))
      server.deliver(changed('mentionAsMessage', { text: `<@U0BOT> ${text}` }))
    },
    press(action) {
      presses += 1
      const pressed = { ...payloads.button.actions[0], action_id: action, action_ts: `1763700100.${presses}` }
      const envelope = server.deliver({ ...payloads.button, actions: [pressed] }, 'interactive')
      return () => server.acknowledged.has(envelope)
    },
    failNextSend: (fault) => server.failNext('chat.postMessage', faults[fault]),
    shown: () => server.posts.map((post) => toShown(post, server.called('chat.postMessage').at(-1)?.body)),
    connections: () => server.connections,
    close: () => server.close(),
  }
}

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

  await channel
    .send({ kind: 'post', key: 'reply-1', address, reply: replyOf('reply-1', 'Hello.'), mayExist: false })
    .catch(() => {})

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

test('a wrong bot token is named at the start', async () => {
  const server = await startServer()
  server.failNext('auth.test', { kind: 'refused', error: 'invalid_auth' })

  const opening = open(server)

  await expect(opening).rejects.toThrow(/SLACK_BOT_TOKEN.*invalid_auth/)
  await expect(opening).rejects.toMatchObject({ retryable: false })
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

test('a stopped channel keeps no process alive', async () => {
  const server = await startServer()
  const file = new URL('../../../adapters/slack/slack.ts', import.meta.url).href
  const secret = new URL('../../../src/core/secret.ts', import.meta.url).href
  const script = `
    const { openSlack } = await import(${JSON.stringify(file)})
    const { Secret } = await import(${JSON.stringify(secret)})
    const { channel } = await openSlack({
      tenant: 'acme', now: () => new Date(), linkHosts: new Set(), suggestions: [], onFailure() {}, agentView: true,
      botTokens: [new Secret('xoxb-example')], appToken: new Secret('xapp-example'), apiUrl: '${server.apiUrl}' })
    await channel.start(async () => ({ kind: 'new' }))
    await channel.stop()
    console.log('stopped')`

  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { timeout: 15_000 })

  await expect(run).resolves.toMatchObject({ stdout: 'stopped\n', stderr: '' })
})
