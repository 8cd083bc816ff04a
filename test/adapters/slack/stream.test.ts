import { once } from 'node:events'
import { createServer } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createClient, loadBolt } from '../../../adapters/slack/bolt.ts'
import { type Script, stream } from '../../../adapters/slack/stream.ts'
import type { Channel, Delivery } from '../../../src/core/ports.ts'
import type { ReplyAction } from '../../../src/core/reply.ts'
import { Secret } from '../../../src/core/secret.ts'
import { postOf } from '../../contracts/channel.ts'
import type { SlackServer } from '../../servers/slack.ts'
import { toShown } from './shown.ts'
import { instantClock, managed } from './stand.ts'

type Post = Extract<Delivery, { kind: 'post' }>

const { startServer, open } = managed()
const address = { team: 'T0EXAMPLE', channel: 'D0CUSTOMER', thread: '1763700001.000100' }
const helpful: ReplyAction = {
  id: 'a-helpful',
  label: '👍',
  meaning: { kind: 'feedback', value: 'helpful', message: 'm1' },
}
const notHelpful: ReplyAction = {
  id: 'a-not-helpful',
  label: '👎',
  meaning: { kind: 'feedback', value: 'not_helpful', message: 'm1' },
}
/** Five paragraphs of ten words each, about 400 characters, and a list. */
const paragraphs = Array.from({ length: 5 }, (_unused, paragraph) =>
  Array.from({ length: 10 }, (_nothing, word) => `w${paragraph}x${word}${'y'.repeat(5)}`).join(' '),
)
const text = `${paragraphs.join('\n\n')}\n\n- w5x0 in a list\n- w6x0 as well`
const words = [...text.matchAll(/w\dx\d/g)].map(([word]) => word)

interface Changes {
  readonly text?: string
  readonly mayExist?: boolean
  readonly isOfRules?: boolean
}

function written(key: string, { text: said = text, mayExist = false, isOfRules = false }: Changes = {}): Post {
  const post = postOf({ address }, key, { text: said, actions: [helpful, notHelpful], mayExist })
  return { ...post, reply: { ...post.reply, message: 'm1', ...(isOfRules ? {} : { isWritten: true }) } }
}

function shownWords(server: SlackServer): readonly string[] {
  return server.posts.flatMap((post) => [...toShown(post).text.matchAll(/w\dx\d/g)].map(([word]) => word))
}

function shownButtons(server: SlackServer): readonly (readonly string[])[] {
  return server.posts.map((post) => toShown(post).buttons)
}

async function opened(): Promise<{ server: SlackServer; channel: Channel }> {
  const server = await startServer()
  return { server, channel: await open(server, { clock: instantClock(), linkHosts: new Set(['help.example']) }) }
}

/** How a message is shown whose call names no names; streams have no such switch, and rich text needs none. */
const asWritten = { parse: 'none', link_names: 'false', unfurl_links: 'false', unfurl_media: 'false' }

const methodsOf = (server: SlackServer): readonly string[] =>
  server.calls.map(({ method }) => method).filter((method) => method.startsWith('chat.'))

describe('a long text of a model in a direct message', () => {
  test('appears piece by piece, ends with the feedback buttons, and is found by its key', async () => {
    const { server, channel } = await opened()

    const id = await channel.send(written('reply-1'))

    const called = methodsOf(server)
    expect([called[0], called.at(-1)]).toEqual(['chat.startStream', 'chat.stopStream'])
    expect(new Set(called.slice(1, -1))).toEqual(new Set(['chat.appendStream']))
    expect(shownWords(server)).toEqual(words)
    expect(shownButtons(server)).toEqual([['a-helpful', 'a-not-helpful']])
    expect(server.posts[0]).toMatchObject({ ts: id, streaming_state: 'completed' })
    expect(await channel.find('reply-1', address)).toBe(id)
    expect(server.world.sessions.get('D0CUSTOMER 1763700001.000100')).toBe('active')
  })

  test('is rich text only, so that nothing in it can ping', async () => {
    const { server, channel } = await opened()

    await channel.send(written('reply-1', { text: text.replaceAll('w0x0', '<!channel> @everyone <@U0VICTIM>') }))

    expect(server.posts.flatMap((post) => toShown(post, asWritten).notifies)).toEqual([])
    expect(server.posts).toHaveLength(1)
    expect(server.calls.filter(({ body }) => body['markdown_text'] !== undefined)).toEqual([])
  })

  test('can be changed and removed like any other', async () => {
    const { server, channel } = await opened()
    const platformId = await channel.send(written('reply-1'))
    const reply = { ...postOf({ address }, 'reply-1').reply, text: 'Done.' }

    await channel.send({ kind: 'edit', key: 'reply-1', address, platformId, reply })
    const changed = server.posts.map((post) => toShown(post).text)
    await channel.send({ kind: 'remove', key: 'reply-1', address, platformId })

    expect(changed).toEqual(['Done.'])
    expect(server.posts).toEqual([])
  })
})

test.each<[string, Changes]>([
  ['a short text', { text: 'Your order is on its way.' }],
  ['a text of the rules', { isOfRules: true }],
  ['a text with a link, which streams would preview', { text: `${text}\n\n[help](https://help.example/)` }],
  ['a text of several messages', { text: text.repeat(40) }],
  ['a text that may be there already', { mayExist: true }],
])('%s is posted at once', async (_what, more) => {
  const { server, channel } = await opened()

  await channel.send(written('reply-1', more))

  expect(methodsOf(server)).not.toContain('chat.startStream')
  expect(methodsOf(server)).toContain('chat.postMessage')
})

test('outside direct messages nothing is streamed', async () => {
  const { server, channel } = await opened()

  await channel.send({ ...written('reply-1'), address: { ...address, channel: 'C0HELP' } })

  expect(methodsOf(server)).toEqual(['chat.postMessage'])
})

test('where Slack will not stream, the text is posted, and streaming is not tried again', async () => {
  const { server, channel } = await opened()
  server.failNext('chat.startStream', { kind: 'refused', error: 'channel_type_not_supported' })

  await channel.send(written('reply-1'))
  await channel.send(written('reply-2'))

  expect(methodsOf(server)).toEqual(['chat.startStream', 'chat.postMessage', 'chat.postMessage'])
})

test('where Slack takes no stream for now, the texts of that channel are posted', async () => {
  const { server, channel } = await opened()
  server.failNext('chat.startStream', { kind: 'rate-limited', seconds: 60 })

  await channel.send(written('reply-2'))
  await channel.send(written('reply-3'))
  await channel.send({ ...written('reply-4'), address: { ...address, channel: 'D0OTHER' } })

  expect(methodsOf(server).slice(0, 4)).toEqual([
    'chat.startStream',
    'chat.postMessage',
    'chat.postMessage',
    'chat.startStream',
  ])
})

describe('when the life of a stream is over', () => {
  test.each([0, 1])('after %s appends, the rest follows in one message, no word lost or doubled', async (appends) => {
    const { server, channel } = await opened()
    server.world.streams.appendsLeft = appends

    const id = await channel.send(written('reply-1'))

    expect(shownWords(server)).toEqual(words)
    expect(server.posts).toHaveLength(2)
    expect(shownButtons(server)).toEqual([[], ['a-helpful', 'a-not-helpful']])
    expect(id).toBe(server.posts[0]?.ts)
  })

  test.each(['drop', 'act-then-drop'] as const)(
    'and the rest fails with %s, the next try sends only what is missing',
    async (kind) => {
      const { server, channel } = await opened()
      server.world.streams.appendsLeft = 1
      server.failNext('chat.postMessage', { kind })
      await channel.send(written('reply-1')).catch(() => {})

      const id = await channel.send(written('reply-1', { mayExist: true }))

      expect(shownWords(server)).toEqual(words)
      expect(server.posts).toHaveLength(2)
      expect(id).toBe(server.posts[0]?.ts)
    },
  )

  test('at its very end, it is one message with its buttons', async () => {
    const { server, channel } = await opened()
    server.world.streams.appendsLeft = 2

    const id = await channel.send(written('reply-1'))

    expect(shownWords(server)).toEqual(words)
    expect(server.posts.map(({ ts }) => ts)).toEqual([id])
    expect(shownButtons(server)).toEqual([['a-helpful', 'a-not-helpful']])
  })

  test('because its reader pressed Stop, it stays as it is', async () => {
    const { server, channel } = await opened()
    server.world.streams.appendsLeft = 1
    server.world.streams.endWord = 'stopped_by_user'

    const id = await channel.send(written('reply-1'))
    const again = await channel.send(written('reply-1', { mayExist: true }))

    expect(server.posts.map(({ ts }) => ts)).toEqual([id])
    expect(again).toBe(id)
    expect(shownWords(server)).toEqual(words.slice(0, shownWords(server).length))
  })
})

describe('a stream of which something was lost', () => {
  test.each([
    ['chat.startStream', 'act-then-drop'],
    ['chat.startStream', 'drop'],
    ['chat.appendStream', 'act-then-drop'],
    ['chat.appendStream', 'drop'],
    ['chat.stopStream', 'act-then-drop'],
    ['chat.stopStream', 'drop'],
  ] as const)('at %s with %s is shown once after the next try', async (method, kind) => {
    const { server, channel } = await opened()
    server.failNext(method, { kind })
    const failure = await channel.send(written('reply-1')).catch((error: unknown) => error)

    const id = await channel.send(written('reply-1', { mayExist: true }))

    expect(failure).toMatchObject({ retryable: true, isAmbiguous: true })
    expect(server.posts.map(({ ts }) => ts)).toEqual([id])
    expect(shownWords(server)).toEqual(words)
    expect(shownButtons(server)).toEqual([['a-helpful', 'a-not-helpful']])
  })

  test('and that begins after all is tidied away', async () => {
    const { server, channel } = await opened()
    server.failNext('chat.startStream', { kind: 'late-accept', afterMs: 60_000 })
    await channel.send(written('reply-1')).catch(() => {})
    const keep = await channel.send(written('reply-1', { mayExist: true }))
    server.actLate()
    const both = server.posts.length

    const removed = await channel.send({ kind: 'tidy', key: 'reply-1', address, keep })

    expect([both, removed]).toEqual([2, '1'])
    expect(server.posts.map(({ ts }) => ts)).toEqual([keep])
    expect(shownWords(server)).toEqual(words)
  })

  test.each(['chat.startStream', 'chat.appendStream', 'chat.stopStream'])(
    'at %s is shown once after the next try, although Slack keeps no ids of blocks',
    async (method) => {
      const { server, channel } = await opened()
      server.world.streams.keepsBlockIds = false
      server.failNext(method, { kind: 'act-then-drop' })
      await channel.send(written('reply-1')).catch(() => {})

      const id = await channel.send(written('reply-1', { mayExist: true }))

      expect(server.posts.map(({ ts }) => ts)).toEqual([id])
      expect(shownWords(server)).toEqual(words)
    },
  )

  test('of another app in a channel is left alone', async () => {
    const { server, channel } = await opened()
    const place = { channel: 'C0HELP', thread_ts: address.thread }
    server.world.channels.add(place, { user: 'U0OTHERBOT', bot: 'B0OTHER' }, { streaming_state: 'in_progress' })

    await channel.send({ ...written('reply-1', { mayExist: true }), address: { ...address, channel: 'C0HELP' } })

    expect(server.posts.map(({ user }) => user)).toEqual(['U0OTHERBOT', 'U0BOT'])
  })

  test('is left alone when another reply is tidied', async () => {
    const { server, channel } = await opened()
    const keep = await channel.send(postOf({ address }, 'reply-0'))
    server.failNext('chat.stopStream', { kind: 'drop' })
    await channel.send(written('reply-1')).catch(() => {})

    expect(await channel.send({ kind: 'tidy', key: 'reply-0', address, keep })).toBe('0')
    expect(server.posts).toHaveLength(2)
  })
})

test('a stream whose beginning Slack does not name may have been shown, and nothing is sent to it', async () => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    request.resume()
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  const at = server.address()
  const apiUrl = `http://127.0.0.1:${typeof at === 'object' ? at?.port : ''}/api/`
  const client = createClient(await loadBolt(), { token: new Secret('xoxb-example'), apiUrl })
  const script: Script = { text, pieces: [[{ type: 'rich_text', elements: [] }], []], foot: [] }
  const place = { channel: 'D0CUSTOMER', thread_ts: address.thread }

  const streaming = stream(client, { place, key: 'r-1', script }, (_kind, call) => call())

  await expect(streaming).rejects.toMatchObject({ code: 'channel', retryable: true, isAmbiguous: true })
  expect(asked).toEqual(['/api/chat.startStream'])
})
