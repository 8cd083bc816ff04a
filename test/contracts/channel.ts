import { afterEach, describe, expect, test } from 'vitest'
import { ChannelError } from '../../src/core/errors.ts'
import type { Address } from '../../src/core/message.ts'
import type { Channel, ChannelEvent, Delivery, Intake } from '../../src/core/ports.ts'
import type { ReplyAction, StoredReply } from '../../src/core/reply.ts'

/** What a person in the channel gets to see, read from the platform's own record by its published rules. */
export interface Shown {
  readonly id: string
  readonly text: string
  /** Everybody this message would notify. */
  readonly notifies: readonly string[]
  /** Every address one could click, fetch or preview. */
  readonly links: readonly string[]
  /** The ids of its buttons. */
  readonly buttons: readonly string[]
}

/** A channel in front of a stand-in for its platform. */
export interface PlatformStand {
  readonly channel: Channel
  /** Where the customer of this stand writes. */
  readonly address: Address
  /** The customer writes one message, and the platform delivers it twice. */
  writeTwice(text: string): void
  /** The customer presses a button; the result tells whether the platform has heard "got it" by now. */
  press(action: string): () => boolean
  failNextSend(fault: 'lost-answer' | 'wait-7-seconds' | 'channel-gone' | 'platform-down'): void
  shown(): readonly Shown[]
  readonly connections: () => number
  close(): Promise<void>
}

const limit = { timeout: 10_000, interval: 5 }

export function replyOf(id: string, text: string): StoredReply {
  return { id, text, actions: [], audience: 'customer', at: new Date('2026-11-21T10:00:00Z') }
}

/** An inbox that knows which messages it has stored. */
export function storeInto(events: ChannelEvent[]): (event: ChannelEvent) => Promise<Intake> {
  const seen = new Set<string>()
  return async (event): Promise<Intake> => {
    if (event.kind !== 'message' && event.kind !== 'action') return { kind: 'ignored', because: 'not-handled' }
    if (seen.has(event.message.id)) return { kind: 'seen' }
    seen.add(event.message.id)
    events.push(event)
    return { kind: 'new' }
  }
}

const hostileText = [
  '<!channel> <!here> <!everyone> <@U0VICTIM> <#C0SECRET> <!subteam^S0TEAM> <!date^0^{date}^https://evil.example|x>',
  '@everyone @here <@1234567890123456789> <@!1234567890123456789> <@&1234567890123456789> <#1234567890123456789> </pay:1234567890123456789>',
  '<https://evil.example|your bank> <https://evil.example> https://evil.example/?q=secret www.evil.example',
  '[your bank](javascript:alert(1)) [x](<https://evil.example>) ![](https://evil.example/pixel.png) ||spoiler|| # shout',
  '**<!channel> @everyone** `<!here>` ``` </code> > quote',
  '- <!channel> in a list',
  '',
  '| <!channel> | @everyone |',
  '| --- | --- |',
  '| ``` <@U0VICTIM> | https://evil.example |',
  '',
  'See [our help](https://help.example/returns).',
].join('\n')

/** What every chat platform's adapter promises. */
export function channelContract(name: string, make: () => Promise<PlatformStand>): void {
  describe(`channel contract: ${name}`, () => {
    const open: PlatformStand[] = []
    const opened = async (): Promise<PlatformStand> => {
      const stand = await make()
      open.push(stand)
      return stand
    }
    afterEach(async () => {
      for (const stand of open.splice(0)) {
        await stand.channel.stop()
        await stand.close()
      }
    })
    const post = (
      stand: PlatformStand,
      key: string,
      said: Partial<Pick<StoredReply, 'text' | 'actions'>> = {},
    ): Delivery => {
      return {
        kind: 'post',
        key,
        address: stand.address,
        reply: { ...replyOf(key, 'Hello.'), ...said },
        mayExist: false,
      }
    }

    test("a customer's message arrives once, with their words, although it is delivered twice", async () => {
      const stand = await opened()
      const events: ChannelEvent[] = []
      let calls = 0
      const store = storeInto(events)
      await stand.channel.start(async (event) => ((calls += 1), store(event)))

      stand.writeTwice('where is my order 1042?')

      await expect.poll(() => calls, limit).toBe(2)
      expect(events).toMatchObject([
        { kind: 'message', message: { text: 'where is my order 1042?', channel: name, address: stand.address } },
      ])
    })

    test('a button press arrives with the id of its button', async () => {
      const stand = await opened()
      const events: ChannelEvent[] = []
      await stand.channel.start(storeInto(events))

      const heard = stand.press('act-42')

      await expect.poll(heard, limit).toBe(true)
      expect(events).toMatchObject([{ kind: 'action', message: { pressed: 'act-42', address: stand.address } }])
    })

    test('the platform hears "got it" only after the event was stored', async () => {
      const stand = await opened()
      const { promise: storing, resolve: stored } = Promise.withResolvers<Intake>()
      let asked = 0
      await stand.channel.start(async () => ((asked += 1), await storing))

      const heard = stand.press('act-1')
      await expect.poll(() => asked, limit).toBe(1)
      const before = heard()
      stored({ kind: 'new' })

      await expect.poll(heard, limit).toBe(true)
      expect(before).toBe(false)
    })

    test('an event that could not be stored is never acknowledged, and the next one is handled', async () => {
      const stand = await opened()
      let asked = 0
      await stand.channel.start(async () => {
        asked += 1
        if (asked === 1) throw new Error('the database is away')
        return { kind: 'new' }
      })

      const first = stand.press('act-1')
      await expect.poll(() => asked, limit).toBe(1)
      const second = stand.press('act-2')

      await expect.poll(second, limit).toBe(true)
      expect(first()).toBe(false)
    })

    test('a reply is shown with its buttons and found again by its key', async () => {
      const stand = await opened()
      await stand.channel.start(storeInto([]))
      const action: ReplyAction = { id: 'act-7', label: 'Talk to a person', meaning: { kind: 'person' } }

      const id = await stand.channel.send(
        post(stand, 'reply-1', { text: 'Your order is **on its way**.', actions: [action] }),
      )

      expect(stand.shown()).toMatchObject([{ id, buttons: ['act-7'] }])
      expect(stand.shown()[0]?.text).toContain('on its way')
      expect(await stand.channel.find('reply-1', stand.address)).toBe(id)
    })

    test('a key that was never sent is not found', async () => {
      const stand = await opened()
      await stand.channel.start(storeInto([]))
      await stand.channel.send(post(stand, 'reply-1'))

      expect(await stand.channel.find('reply-2', stand.address)).toBeUndefined()
    })

    test('a reply whose answer was lost is reported as retryable and found by its key', async () => {
      const stand = await opened()
      await stand.channel.start(storeInto([]))
      stand.failNextSend('lost-answer')

      const failure = await stand.channel.send(post(stand, 'reply-1')).catch((error: unknown) => error)

      expect(failure).toBeInstanceOf(ChannelError)
      expect(failure).toMatchObject({ retryable: true })
      await expect.poll(() => stand.channel.find('reply-1', stand.address), limit).toBe(stand.shown()[0]?.id)
    })

    test('a reply full of mentions and links notifies nobody and holds only the link it was given', async () => {
      const stand = await opened()
      await stand.channel.start(storeInto([]))
      const label = '<!channel> @everyone https://evil.example'
      const action: ReplyAction = { id: 'act-1', label, meaning: { kind: 'person' } }

      await stand.channel.send(post(stand, 'reply-1', { text: hostileText, actions: [action] }))

      expect(stand.shown()).toMatchObject([{ notifies: [], links: ['https://help.example/returns'] }])
    })

    test('a reply far too long is shown in part instead of being refused', async () => {
      const stand = await opened()
      await stand.channel.start(storeInto([]))

      const text = '**🙂** `x` [help](https://help.example/) words '.repeat(2000)

      await stand.channel.send(post(stand, 'reply-1', { text }))

      expect(stand.shown()[0]?.text).toContain('…')
    })

    test('a changed reply replaces the first, and a removed one is gone, also when removed twice', async () => {
      const stand = await opened()
      await stand.channel.start(storeInto([]))
      const platformId = await stand.channel.send(post(stand, 'reply-1', { text: 'Looking …' }))

      await stand.channel.send({
        kind: 'edit',
        key: 'reply-1',
        address: stand.address,
        platformId,
        reply: replyOf('reply-1', 'Found it.'),
      })
      const edited = stand.shown().map(({ text }) => text)
      for (let times = 0; times < 2; times += 1)
        await stand.channel.send({ kind: 'remove', key: 'reply-1', address: stand.address, platformId })

      expect(edited).toEqual([expect.stringContaining('Found it.')])
      expect(stand.shown()).toEqual([])
    })

    test('"too many calls" says how long to wait', async () => {
      const stand = await opened()
      await stand.channel.start(storeInto([]))
      stand.failNextSend('wait-7-seconds')

      const failure = await stand.channel.send(post(stand, 'reply-1')).catch((error: unknown) => error)

      expect(failure).toBeInstanceOf(ChannelError)
      expect(failure).toMatchObject({ retryable: true, retryAfterMs: expect.closeTo(7000, -3) }) // discord.js adds 50 ms
      expect(stand.shown()).toEqual([])
    })

    test("a platform's own trouble is retryable", async () => {
      const stand = await opened()
      await stand.channel.start(storeInto([]))
      stand.failNextSend('platform-down')

      await expect(stand.channel.send(post(stand, 'reply-1'))).rejects.toMatchObject({
        code: 'channel',
        retryable: true,
      })
    })

    test('a channel that is gone is not tried again', async () => {
      const stand = await opened()
      await stand.channel.start(storeInto([]))
      stand.failNextSend('channel-gone')

      await expect(stand.channel.send(post(stand, 'reply-1'))).rejects.toMatchObject({
        code: 'channel',
        retryable: false,
      })
    })

    test('stop closes the connection, and nothing arrives afterwards', async () => {
      const stand = await opened()
      const events: ChannelEvent[] = []
      await stand.channel.start(storeInto(events))
      expect(stand.connections()).toBe(1)

      await stand.channel.stop()

      await expect.poll(stand.connections, limit).toBe(0)
      stand.writeTwice('anybody there?')
      expect(events).toEqual([])
    })
  })
}
