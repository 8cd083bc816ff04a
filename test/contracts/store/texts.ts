import fc from 'fast-check'
import { expect, test } from 'vitest'
import { conversationOf, reply, receiptOf, type Bench } from './bench.ts'

const texts: readonly (readonly [string, string])[] = [
  ['emoji, also joined ones', '👩‍👩‍👧‍👦 🇬🇧 ❤️‍🔥 naïve'],
  ['right to left, with its marks', 'שלום \u202Eabc\u202C مرحبا بالعالم \u200F'],
  ['4,000 characters', '🫖x'.repeat(1333).padEnd(4000, '!')],
  ['quotes', `'; drop table inbox; -- "quoted" \`ticks\` $1 $$ %s ''`],
  ['backslashes', String.raw`C:\new\table \u0041 \\ \' \" \x00`],
  ['line ends, tabs and other controls', 'a\r\nb\tc\u0001\u001B[31m\u007F\u0085\u2028'],
  ['JSON', '{"a":[null,1e999,"\\ud83d"]}'],
]

/** Whatever is written comes back as it was. */
export function textPromises(bench: () => Bench): void {
  test.each(texts)('a text comes back as it was: %s', async (_, text) => {
    const message = await bench().accept({
      text,
      author: { id: text.slice(0, 60), name: text },
      address: { thread: text },
    })
    const ticket = await bench().store.tickets.nextId(bench().tenant)
    const task = { id: 't', intent: 'a.b', agent: 'general', slots: { said: text }, misses: 0 } as const

    await bench().complete(await bench().claim(), {
      conversation: conversationOf(message, { task }),
      replies: [
        reply(text, [{ id: 'b', label: text, meaning: { kind: 'answer', task: 't', value: text, asked: text } }]),
      ],
      effects: [{ kind: 'open-ticket', ticket, subject: text, text, state: 'open' }],
    })

    const turn = await bench().store.conversations.turn(bench().key(), message.id)
    expect(turn?.message).toEqual(message)
    expect(turn?.replies[0]).toMatchObject({ text, actions: [{ label: text, meaning: { value: text } }] })
    expect((await bench().store.conversations.load(bench().key()))?.task).toEqual(task)
    expect(await bench().store.tickets.find(bench().tenant, ticket)).toMatchObject({ subject: text, notes: [{ text }] })
    expect((await bench().nextReply())?.reply.text).toBe(text)
  })

  test('half a character or a NUL in an answer is replaced; it never stops the answer', async () => {
    const message = await bench().accept()
    const broken = 'half \uD83E and \0 NUL'
    const task = { id: 't', intent: 'a.b', agent: 'general', slots: { [broken]: broken }, misses: 0 } as const
    const ticket = await bench().store.tickets.nextId(bench().tenant)

    await bench().complete(await bench().claim(), {
      conversation: conversationOf(message, { task }),
      replies: [reply(broken)],
      receipt: { ...receiptOf(message), route: { kind: 'person', because: broken } },
      effects: [{ kind: 'open-ticket', ticket, subject: broken, text: broken, state: 'open' }],
    })

    const mended = 'half \uFFFD and \uFFFD NUL'
    expect(await bench().replies()).toEqual([mended])
    expect((await bench().store.conversations.load(bench().key()))?.task?.slots).toEqual({ [mended]: mended })
    expect((await bench().store.tickets.find(bench().tenant, ticket))?.subject).toBe(mended)
  })

  test('any text is accepted and comes back with only its broken characters replaced', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => {
        const message = await bench().accept({ text, conversation: `c-${Math.random()}` })

        const claim = await bench().claim(message.conversation)

        expect(claim.message.text).toBe(text.toWellFormed().replaceAll('\0', '\uFFFD'))
      }),
      { numRuns: 50 },
    )
  })
}
