import { afterEach, describe, expect, test } from 'vitest'
import { ChannelError } from '../../../src/core/errors.ts'
import type { Channel, Delivery } from '../../../src/core/ports.ts'
import { seeded } from '../../random.ts'
import { postOf } from '../../contracts/channel.ts'
import { SlackServer } from '../../servers/slack.ts'
import { toShown } from './shown.ts'
import { instantClock, openSlack } from './stand.ts'

/** Another one with every run; a failure names it. */
const seed = Number(process.env['TUPPENCE_SEED'] ?? Date.now() % 1_000_000)
const runs = 25
const most = 60
const latestMs = 20
const malice = { actThenDrop: 0.12, lateAccept: 0.1, latestMs, drop: 0.06, rateLimited: 0.04, seconds: 1, status: 0.04 }

const servers: SlackServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

interface Talk {
  readonly server: SlackServer
  readonly channel: Channel
  readonly address: { readonly team: string; readonly channel: string; readonly thread: string }
}

async function openTalk(run: number): Promise<Talk> {
  const server = await new SlackServer().start()
  servers.push(server)
  const channel = await openSlack(server, { clock: instantClock() })
  server.malice({ ...malice, seed: run, methods: /^(chat|conversations)\./ })
  return { server, channel, address: { team: 'T0EXAMPLE', channel: 'D0CUSTOMER', thread: '1763700001.000100' } }
}

/** As the outbox does it: again and again, and from the second time on what may exist is looked for. */
async function insist(channel: Channel, delivery: Delivery): Promise<string> {
  for (let attempt = 0; attempt < most; attempt += 1) {
    const again = delivery.kind === 'post' ? { ...delivery, mayExist: attempt > 0 } : delivery
    try {
      return await channel.send(again)
    } catch (error) {
      if (!(error instanceof ChannelError) || !error.retryable) throw error
    }
  }
  throw new Error(`${delivery.kind} ${delivery.key} was not done after ${most} tries`)
}

/** The numbered words of replies, as the channel shows them from its beginning to its end. */
function wordsOf(server: SlackServer): readonly string[] {
  return server.posts.flatMap((post) => toShown(post).text.match(/r\d+w\d+/g) ?? [])
}

function textOf(reply: number, words: number): { text: string; words: readonly string[] } {
  const all = Array.from({ length: words }, (_unused, index) => `r${reply}w${index}`)
  const paragraphs: string[] = []
  for (let from = 0; from < all.length; from += 12) paragraphs.push(all.slice(from, from + 12).join(' '))
  return { text: paragraphs.join('\n\n'), words: all }
}

describe(`while Slack loses a third of the calls (seed ${seed})`, () => {
  test.each(Array.from({ length: runs }, (_unused, run) => seed + run))(
    'every word of every reply is shown once and in order (seed %s)',
    async (run) => {
      const random = seeded(run)
      const { server, channel, address } = await openTalk(run)
      const expected: string[] = []
      const shown: { readonly key: string; readonly keep: string }[] = []
      for (let reply = 0; reply < 3; reply += 1) {
        const { text, words } = textOf(reply, random() < 0.3 ? 2500 : 90)
        const post = postOf({ address }, `reply-${reply}`, { text })
        const isWritten = random() < 0.6
        const delivery = isWritten ? { ...post, reply: { ...post.reply, isWritten } as const } : post
        shown.push({ key: post.key, keep: await insist(channel, delivery) })
        expected.push(...words)
      }
      // Whatever is accepted late has been by now, or will be while it is tidied.
      await expect.poll(() => server.pending, { timeout: 5000, interval: 5 }).toBe(0)
      for (const { key, keep } of shown) await insist(channel, { kind: 'tidy', key, address, keep })
      await expect.poll(() => server.pending, { timeout: 5000, interval: 5 }).toBe(0)

      expect(wordsOf(server)).toEqual(expected)
    },
  )
})

test('with nothing looked for, the same malice shows words twice', async () => {
  const { server, channel, address } = await openTalk(7)
  for (let reply = 0; reply < 30; reply += 1) {
    const { text } = textOf(reply, 10)
    for (let attempt = 0; attempt < most; attempt += 1) {
      const failure = await channel
        .send(postOf({ address }, `reply-${reply}`, { text }))
        .catch((error: unknown) => error)
      if (typeof failure === 'string') break
    }
  }

  const words = wordsOf(server)
  expect(words.length).toBeGreaterThan(new Set(words).size)
})
