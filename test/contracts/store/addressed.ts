import { expect, test } from 'vitest'
import type { Acceptance } from '../../../src/core/ports.ts'
import { button, reply, type Bench } from './bench.ts'

const ada = { id: 'U1', name: 'Ada' }
const bob = { id: 'U2', name: 'Bob' }

/** Which messages of a shared conversation are the bot's to answer, and whose buttons count. */
export function addressedPromises(bench: () => Bench): void {
  const named = (author = ada): Promise<Acceptance> =>
    bench().store.inbox.accept(bench().message({ author }), { isAddressed: true })
  const unnamed = (author = ada): Promise<Acceptance> =>
    bench().store.inbox.accept(bench().message({ author }), { isAddressed: false })
  const stored = async (): Promise<number> =>
    (await bench().store.conversations.transcript(bench().key()))?.turns.length ?? 0

  test('a message that does not name the bot begins no conversation and is not stored', async () => {
    expect(await unnamed()).toBe('not-addressed')
    expect(await bench().store.conversations.load(bench().key())).toBeUndefined()
  })

  test('whoever talks with the bot need not name it again', async () => {
    await named()

    expect([await unnamed(), await unnamed()]).toEqual(['new', 'new'])
    expect(await stored()).toBe(3)
  })

  test('where somebody else begins to talk, the bot is quiet until it is named again', async () => {
    await named()

    const heard = [await unnamed(bob), await unnamed(), await unnamed(), await named(), await unnamed()]

    expect(heard).toEqual(['someone-else', 'not-addressed', 'not-addressed', 'new', 'new'])
    expect(await stored()).toBe(3)
  })

  test('somebody else who names the bot is answered, and does not make it quiet', async () => {
    await named()

    expect([await named(bob), await unnamed()]).toEqual(['new', 'new'])
  })

  test('somebody else who was answered once is still somebody else', async () => {
    await named()
    await named(bob)

    expect([await unnamed(bob), await unnamed()]).toEqual(['someone-else', 'not-addressed'])
  })

  test('a message that is repeated without its name is seen, not stored again', async () => {
    const message = bench().message({ author: ada })
    await bench().store.inbox.accept(message, { isAddressed: true })

    expect(await bench().store.inbox.accept(message, { isAddressed: false })).toBe('seen')
    expect(await stored()).toBe(1)
  })

  test('a repeated message that named the bot does not end its silence', async () => {
    const message = bench().message({ author: ada })
    await bench().store.inbox.accept(message, { isAddressed: true })
    await unnamed(bob)

    expect(await bench().store.inbox.accept(message, { isAddressed: true })).toBe('seen')
    expect(await unnamed()).toBe('not-addressed')
  })

  test('of twenty messages of two people at once none of the other is stored, and then the bot is quiet', async () => {
    await named()

    const heard = await Promise.all(Array.from({ length: 20 }, (_, n) => unnamed(n % 2 === 0 ? ada : bob)))

    expect(heard.filter((_, n) => n % 2 === 1)).toEqual(Array(10).fill('someone-else'))
    expect(heard.filter((_, n) => n % 2 === 0).every((one) => one === 'new' || one === 'not-addressed')).toBe(true)
    expect(await stored()).toBe(1 + heard.filter((one) => one === 'new').length)
    expect(await unnamed()).toBe('not-addressed')
  })

  test('files that came with a message are stored and given back', async () => {
    const attachments = [{ name: 'mug.png', type: 'image/png', bytes: 81_920 }, { name: 'without a type' }]
    const message = await bench().accept({ attachments })

    expect((await bench().claim()).message).toEqual(message)
    expect((await bench().store.conversations.turn(bench().key(), message.id))?.message.attachments).toEqual(
      attachments,
    )
  })

  const offered = async (): Promise<void> => {
    const actions = [button('yes', 'Yes'), { ...button('advanced', 'Try'), audience: 'staff' as const }]
    await bench().answered({ replies: [reply('Shall I?', actions)] }, { author: ada })
  }
  const pressed = (id: string, author = ada, mayPressForOthers = false): Promise<Acceptance> =>
    bench().store.inbox.accept(bench().message({ pressed: id, author }), { isAddressed: true, mayPressForOthers })

  test("a button under an answer to somebody is nobody else's, and stays unused by them", async () => {
    await offered()

    expect(await pressed('yes', bob)).toBe('someone-else')
    expect(await pressed('yes')).toBe('new')
  })

  test('whoever asked in the conversation of another may press under their own answer', async () => {
    await named(ada)
    await bench().complete(await bench().claim())
    await bench().answered({ replies: [reply('For Bob', [button('bobs')])] }, { author: bob })

    expect(await pressed('bobs', { id: 'U3', name: 'Cem' })).toBe('someone-else')
    expect(await pressed('bobs', bob)).toBe('new')
  })

  test('a helper may press for others, and the second press does not count', async () => {
    await offered()

    expect(await pressed('yes', bob, true)).toBe('new')
    expect(await pressed('yes', ada)).toBe('action-used')
  })

  test("a button for the team is never a customer's, also under their own answer", async () => {
    await offered()

    expect(await pressed('advanced')).toBe('someone-else')
    expect(await pressed('advanced', bob, true)).toBe('new')
  })

  test('a button that was never offered is unknown, whoever presses', async () => {
    await offered()

    expect([await pressed('no such', bob), await pressed('no such', bob, true)]).toEqual(
      Array(2).fill('action-unknown'),
    )
  })

  test('its author ends the silence of the bot with a button, a helper does not', async () => {
    await offered()
    await unnamed(bob)

    await pressed('advanced', bob, true)
    const afterHelper = await unnamed()
    await pressed('yes')

    expect([afterHelper, await unnamed()]).toEqual(['not-addressed', 'new'])
  })
}
