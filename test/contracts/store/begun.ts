import { expect, test } from 'vitest'
import { longerThanALease, reply, type Bench } from './bench.ts'

/** Whoever stores an answer may show its first reply at once: it is handed back as the outbox would have given it. */
export function begunPromises(bench: () => Bench): void {
  test('the reply handed back is the one that the outbox would have given', async () => {
    const said = { replies: [reply('Half \uD83D a \0 sign'), reply('Two')] }
    const place = { channel: 'slack', address: { channel: 'C1', thread: '1.2' } } as const
    const message = await bench().answered(said, { ...place, conversation: 'asked' })
    const given = await bench().nextReply('asked')
    await bench().accept({ ...place, conversation: 'handed' })

    const { begun } = await bench().complete(await bench().claim('handed'), said, ['slack'])

    if (begun === undefined || given === undefined) throw new Error('both owe a reply')
    const own = { message: begun.answers?.message, id: begun.reply.id }
    expect(own.id).not.toBe(given.reply.id)
    expect({ ...begun, answers: { ...begun.answers, message: message.id } }).toEqual({
      ...given,
      key: bench().key('handed'),
      reply: { ...given.reply, id: own.id, message: own.message },
    })
  })

  test('nobody else is given it, until whoever has it is taken for dead; then it may have been shown', async () => {
    await bench().accept()
    const { begun } = await bench().complete(await bench().claim(), {}, ['web'])

    const meanwhile = await bench().nextReply()
    bench().later(longerThanALease)
    const afterwards = await bench().nextReply()

    expect(meanwhile).toBeUndefined()
    expect(afterwards).toMatchObject({ reply: { id: begun?.reply.id }, attempt: 2, isAmbiguous: true })
  })

  test('once it is delivered the outbox says whether more is owed', async () => {
    await bench().accept()
    const { begun } = await bench().complete(await bench().claim(), { replies: [reply('One'), reply('Two')] }, ['web'])
    if (begun === undefined) throw new Error('a reply is owed')

    expect(await bench().store.outbox.delivered(begun, 'platform-1')).toBe(true)
    expect((await bench().nextReply())?.reply.text).toBe('Two')
  })

  test('none is handed back before an earlier one has left', async () => {
    await bench().answered({ replies: [reply('One')] })
    await bench().accept()

    const { begun } = await bench().complete(await bench().claim(), { replies: [reply('Two')] }, ['web'])

    expect(begun).toBeUndefined()
    expect((await bench().nextReply())?.reply.text).toBe('One')
  })

  test('none is handed back of a channel that does not run there', async () => {
    await bench().accept()

    const { begun } = await bench().complete(await bench().claim(), {}, ['slack'])

    expect(begun).toBeUndefined()
    expect(await bench().nextReply()).toMatchObject({ attempt: 1, isAmbiguous: false })
  })

  test('one that changes an earlier one is asked for, because only the outbox knows what that is called', async () => {
    await bench().answered()
    const first = await bench().nextReply()
    if (first === undefined) throw new Error('a reply is owed')
    await bench().store.outbox.delivered(first, 'platform-1')
    await bench().accept()

    const changing = { replies: [{ ...reply('Changed'), replaces: first.reply.id }] }
    const { begun } = await bench().complete(await bench().claim(), changing, ['web'])

    expect(begun).toBeUndefined()
    expect(await bench().nextReply()).toMatchObject({ replaces: 'platform-1', attempt: 1 })
  })

  test('an answer that does something tells others first, and its reply waits in the outbox', async () => {
    await bench().accept()
    const ticket = await bench().store.tickets.nextId(bench().tenant)
    const effects = [{ kind: 'open-ticket', ticket, subject: 'Cracked', text: 'The lid.', state: 'open' }] as const

    const { begun } = await bench().complete(await bench().claim(), { effects }, ['web'])

    expect(begun).toBeUndefined()
    expect(await bench().nextReply()).toMatchObject({ attempt: 1, isAmbiguous: false })
  })

  test('of an answer that came too late nothing is begun or kept', async () => {
    await bench().accept()
    const late = await bench().claim()
    bench().later(longerThanALease)
    const { begun } = await bench().complete(await bench().claim(), {}, ['web'])

    await expect(bench().complete(late, { replies: [reply('Late')] }, ['web'])).rejects.toThrow('another worker')

    expect(begun).toBeDefined()
    expect(await bench().replies()).toEqual(['Answer to m1'])
  })
}
