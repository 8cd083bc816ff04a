import { expect, test } from 'vitest'
import { reply, type Bench } from './bench.ts'

/** A conversation is read in stretches: no turn and no reply is left out or told twice. */
export function transcriptPromises(bench: () => Bench): void {
  const read = async (after?: string) => {
    const transcript = await bench().store.conversations.transcript(bench().key(), after)
    return (
      transcript && {
        messages: transcript.turns.map(({ message }) => message.id),
        replies: transcript.replies.map(({ text }) => text),
        hasMore: transcript.hasMore,
      }
    )
  }
  const replyIds = async () =>
    (await bench().store.conversations.transcript(bench().key()))?.replies.map(({ id }) => id) ?? []

  test('a conversation nobody began has no transcript, and no turn', async () => {
    expect(await read()).toBeUndefined()
    expect(await bench().store.conversations.turn(bench().key(), 'm1')).toBeUndefined()
    expect(await bench().store.conversations.load(bench().key())).toBeUndefined()
  })

  test('the whole conversation is told, oldest first, with what is not yet answered', async () => {
    await bench().answered({ replies: [reply('One'), reply('Two')] })
    await bench().accept()

    expect(await read()).toEqual({ messages: ['m1', 'm2'], replies: ['One', 'Two'], hasMore: false })
  })

  test('after a reply comes what was said after it', async () => {
    await bench().answered({ replies: [reply('One'), reply('Two')] })
    await bench().answered({ replies: [reply('Three')] })
    const [one = '', two = '', three = ''] = await replyIds()

    expect(await read(one)).toEqual({ messages: ['m2'], replies: ['Two', 'Three'], hasMore: false })
    expect(await read(two)).toEqual({ messages: ['m2'], replies: ['Three'], hasMore: false })
    expect(await read(three)).toEqual({ messages: [], replies: [], hasMore: false })
  })

  test('after a message comes what was said after its last reply, or after itself when it has none', async () => {
    await bench().answered({ replies: [reply('One'), reply('Two')] })
    await bench().accept()
    await bench().accept()

    expect(await read('m1')).toEqual({ messages: ['m2', 'm3'], replies: [], hasMore: false })
    expect(await read('m2')).toEqual({ messages: ['m3'], replies: [], hasMore: false })
  })

  test('after an id that the conversation does not know, there is nothing', async () => {
    await bench().answered()
    await bench().answered({}, { conversation: 'other' })

    expect(await read('no such id')).toBeUndefined()
    expect(await read('m2')).toBeUndefined()
  })

  test('620 turns are read in two stretches', { timeout: 60_000 }, async () => {
    const all = Array.from({ length: 620 }, (_, index) => `m${index + 1}`)
    for (const _ of all) await bench().accept()
    // A turn in five, the last of the first stretch among them, has no reply: a person has the conversation.
    for (const [index] of all.entries()) {
      if (index < 560) await bench().complete(await bench().claim(), index % 5 === 4 ? { replies: [] } : {})
    }

    const messages: string[] = []
    const replies: string[] = []
    const sizes: number[] = []
    let after: string | undefined
    for (let hasMore = true; hasMore;) {
      const stretch = await read(after)
      messages.push(...(stretch?.messages ?? []))
      replies.push(...(stretch?.replies ?? []))
      sizes.push(stretch?.messages.length ?? 0)
      hasMore = stretch?.hasMore ?? false
      after = messages.at(-1)
    }

    expect(sizes).toEqual([500, 120])
    expect(messages).toEqual(all)
    expect(replies).toEqual(all.filter((_, index) => index < 560 && index % 5 !== 4).map((id) => `Answer to ${id}`))
  })

  test('a turn tells its own replies only', async () => {
    await bench().answered()
    await bench().answered()

    const turn = await bench().store.conversations.turn(bench().key(), 'm2')

    expect(turn?.replies.map(({ text }) => text)).toEqual(['Answer to m2'])
    expect(await bench().store.conversations.turn(bench().key('other'), 'm2')).toBeUndefined()
  })
}
