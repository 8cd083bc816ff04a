import { expect, test } from 'vitest'
import type { ReplyAction } from '../../../src/core/reply.ts'
import { type PlatformStand, postOf, replyOf, storeInto } from './stand.ts'

/** Paragraphs whose words are counted, about as many characters as asked for. */
function numbered(characters: number): { readonly text: string; readonly words: readonly string[] } {
  const words = Array.from(
    { length: Math.ceil(characters / 6) },
    (_unused, index) => `w${String(index).padStart(4, '0')}`,
  )
  const lines: string[] = []
  for (let from = 0; from < words.length; from += 40) lines.push(words.slice(from, from + 40).join(' '))
  return { text: lines.join('\n\n'), words }
}

function wordsOf(stand: PlatformStand): readonly string[] {
  return stand.shown().flatMap(({ text }) => text.match(/w\d{4}/g) ?? [])
}

const long = 18_000
const action: ReplyAction = { id: 'act-7', label: 'Talk to a person', meaning: { kind: 'person' } }

/** How a reply of several messages is shown, shown again, changed and taken away. */
export function partsPromises(opened: () => Promise<PlatformStand>): void {
  test('a long reply is several messages in order, every word once, its buttons in the last', async () => {
    const stand = await opened()
    await stand.channel.start(storeInto([]))
    const { text, words } = numbered(long)

    const id = await stand.channel.send(postOf(stand, 'reply-1', { text, actions: [action] }))

    const shown = stand.shown()
    expect(shown.length).toBeGreaterThan(1)
    expect(wordsOf(stand)).toEqual(words)
    expect(shown[0]?.id).toBe(id)
    expect(shown.map(({ buttons }) => buttons)).toEqual([...shown.slice(1).map(() => []), ['act-7']])
  })

  test('of a long reply whose sending broke off, only the missing messages are sent', async () => {
    const stand = await opened()
    await stand.channel.start(storeInto([]))
    const { text, words } = numbered(long)
    stand.failNextSend('lost-answer')
    await stand.channel.send(postOf(stand, 'reply-1', { text })).catch(() => {})
    const [first] = stand.shown()

    const id = await stand.channel.send(postOf(stand, 'reply-1', { text, mayExist: true }))

    expect(wordsOf(stand)).toEqual(words)
    expect([id, stand.shown()[0]?.id]).toEqual([first?.id, first?.id])
  })

  test('a reply that is all there is not sent again', async () => {
    const stand = await opened()
    await stand.channel.start(storeInto([]))
    const { text, words } = numbered(long)
    const id = await stand.channel.send(postOf(stand, 'reply-1', { text }))

    const again = await stand.channel.send(postOf(stand, 'reply-1', { text, mayExist: true }))

    expect(again).toBe(id)
    expect(wordsOf(stand)).toEqual(words)
  })

  test('a reply that may exist and does not is sent', async () => {
    const stand = await opened()
    await stand.channel.start(storeInto([]))
    await stand.channel.send(postOf(stand, 'reply-1', { text: 'Another one.' }))

    const id = await stand.channel.send(postOf(stand, 'reply-2', { text: 'This one.', mayExist: true }))

    expect(stand.shown().map(({ text }) => text)).toEqual([
      expect.stringContaining('Another one.'),
      expect.stringContaining('This one.'),
    ])
    expect(stand.shown()[1]?.id).toBe(id)
  })

  test('tidying keeps one of each message, says how many were too many, and leaves other replies alone', async () => {
    const stand = await opened()
    await stand.channel.start(storeInto([]))
    const { text, words } = numbered(long)
    await stand.channel.send(postOf(stand, 'reply-0'))
    const keep = await stand.channel.send(postOf(stand, 'reply-1', { text }))
    const once = stand.shown().length
    await stand.channel.send(postOf(stand, 'reply-1', { text }))
    const tooMany = stand.shown().length - once

    const removed = await stand.channel.send({ kind: 'tidy', key: 'reply-1', address: stand.address, keep })

    expect(removed).toBe(String(tooMany))
    expect(wordsOf(stand)).toEqual(words)
    expect(stand.shown()).toHaveLength(once)
    expect(stand.shown().map(({ id }) => id)).toContain(keep)
  })

  test('a reply that is shown once is left as it is by tidying', async () => {
    const stand = await opened()
    await stand.channel.start(storeInto([]))
    const keep = await stand.channel.send(postOf(stand, 'reply-1'))

    expect(await stand.channel.send({ kind: 'tidy', key: 'reply-1', address: stand.address, keep })).toBe('0')
    expect(stand.shown().map(({ id }) => id)).toEqual([keep])
  })

  test.each([
    ['shorter', long, 60],
    ['longer', 60, long],
  ])('a change that makes a reply %s leaves nothing of the old one', async (_how, before, after) => {
    const stand = await opened()
    await stand.channel.start(storeInto([]))
    const platformId = await stand.channel.send(postOf(stand, 'reply-1', numbered(before)))
    const { text, words } = numbered(after)

    const id = await stand.channel.send({
      kind: 'edit',
      key: 'reply-1',
      address: stand.address,
      platformId,
      reply: { ...replyOf('reply-1', text), actions: [action] },
    })

    expect(id).toBe(platformId)
    expect(wordsOf(stand)).toEqual(words)
    expect(stand.shown().flatMap(({ buttons }) => buttons)).toEqual(['act-7'])
  })

  test('removing a long reply leaves nothing of it', async () => {
    const stand = await opened()
    await stand.channel.start(storeInto([]))
    const platformId = await stand.channel.send(postOf(stand, 'reply-1', numbered(long)))

    await stand.channel.send({ kind: 'remove', key: 'reply-1', address: stand.address, platformId })

    expect(stand.shown()).toEqual([])
  })

  test('what a person wrote is shown with their name', async () => {
    const stand = await opened()
    await stand.channel.start(storeInto([]))

    await stand.channel.send(postOf(stand, 'reply-1', { text: 'I will look into it.', from: 'Ada' }))

    expect(stand.shown()[0]?.text).toMatch(/Ada[^]*I will look into it\./)
  })

  test('a passing word on what is being done fails nothing and leaves nothing', async () => {
    const stand = await opened()
    await stand.channel.start(storeInto([]))

    await stand.channel.send({ kind: 'status', key: 'message-1', address: stand.address, text: 'Looking it up …' })
    await stand.channel.send({ kind: 'status', key: 'message-1', address: stand.address, text: '' })

    expect(stand.shown()).toEqual([])
  })
}
