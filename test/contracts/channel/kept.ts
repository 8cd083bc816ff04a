import { expect, test } from 'vitest'
import type { ChannelName } from '../../../src/core/message.ts'
import type { Channel, Delivery, TranscriptTurn } from '../../../src/core/ports.ts'
import { postOf, replyOf } from './stand.ts'

/** What a customer reads of one answer. */
export interface Read {
  readonly texts: readonly string[]
  readonly buttons: readonly string[]
}

/** A channel whose readers read what is stored, before the real store, queue and handlers. */
export interface KeptStand {
  readonly channel: Channel
  say(text: string): Promise<Read>
  press(action: string): Promise<Read>
  /** The turns of the conversation, as they are stored. */
  turns(): Promise<readonly TranscriptTurn[]>
  close(): Promise<void>
}

/** Opens a stand whose bot answers everything with this. */
export type OpenKept = (answer: string) => Promise<KeptStand>

const address = {}

/** What channels promise that send nothing. */
export function keptPromises(name: ChannelName, opened: OpenKept): void {
  test('what a customer says arrives with their words, and they read the answer', async () => {
    const stand = await opened('Your order is on its way.')

    const read = await stand.say('where is my order 1042?')

    expect(read.texts).toEqual(['Your order is on its way.'])
    expect(await stand.turns()).toMatchObject([{ message: { text: 'where is my order 1042?', channel: name } }])
  })

  test('a button that is pressed arrives with its id', async () => {
    const stand = await opened('Your order is on its way.')
    const [button = ''] = (await stand.say('where is my order 1042?')).buttons

    await stand.press(button)

    expect((await stand.turns()).map(({ message }) => message.pressed)).toEqual([undefined, button])
  })

  test('an answer of 40,000 characters is read whole', async () => {
    const answer = Array.from({ length: 8000 }, (_unused, index) => String(index).padStart(4, '0')).join(' ')
    const stand = await opened(answer)

    const read = await stand.say('tell me everything')

    expect(read.texts).toEqual([answer])
  })

  test('a reply that is shown again is read once', async () => {
    const stand = await opened('Your order is on its way.')
    await stand.say('where is my order 1042?')
    const [turn] = await stand.turns()
    const replies = turn?.replies ?? []

    for (const reply of replies)
      expect(await stand.channel.send({ kind: 'post', key: reply.id, address, reply, mayExist: true })).toBe(reply.id)

    expect(replies).toHaveLength(1)
    expect((await stand.turns()).map((stored) => stored.replies)).toEqual([replies])
  })

  test('answers are read in the order of their questions', async () => {
    const stand = await opened('Noted.')
    for (const text of ['one', 'two', 'three']) await stand.say(text)

    expect((await stand.turns()).map(({ message, replies }) => [message.text, replies.length])).toEqual([
      ['one', 1],
      ['two', 1],
      ['three', 1],
    ])
  })

  test.each<[Delivery, string]>([
    [postOf({ address }, 'reply-1'), 'reply-1'],
    [{ kind: 'status', key: 'message-1', address, text: 'Looking it up …' }, 'message-1'],
    [{ kind: 'edit', key: 'reply-1', address, platformId: 'shown-1', reply: replyOf('reply-1', 'Done.') }, 'shown-1'],
    [{ kind: 'remove', key: 'reply-1', address, platformId: 'shown-1' }, 'shown-1'],
    [{ kind: 'tidy', key: 'reply-1', address, keep: 'reply-1' }, '0'],
  ])('a delivery ends without anything sent: %#', async (delivery, expected) => {
    const stand = await opened('Your order is on its way.')

    expect(await stand.channel.send(delivery)).toBe(expected)
    expect(await stand.channel.find('reply-1', address)).toBe('reply-1')
  })
}
