import { expect, test } from 'vitest'
import { ClaimLostError } from '../../../src/core/errors.ts'
import { conversationOf, longerThanALease, receiptOf, reply, type Bench } from './bench.ts'

/** Messages are stored once, taken in order by one worker at a time, and closed by the newest attempt only. */
export function inboxPromises(bench: () => Bench): void {
  test('a message accepted twice is stored once', async () => {
    const { store, ...rest } = { store: bench().store, message: bench().message() }

    const acceptances = [await store.inbox.accept(rest.message), await store.inbox.accept(rest.message)]

    expect(acceptances).toEqual(['new', 'seen'])
    expect((await store.conversations.transcript(bench().key()))?.turns).toHaveLength(1)
  })

  test('a message accepted 20 times at once is stored once', async () => {
    const { store } = bench()
    const message = bench().message()

    const acceptances = await Promise.all(Array.from({ length: 20 }, () => store.inbox.accept(message)))

    expect(acceptances.filter((acceptance) => acceptance === 'new')).toHaveLength(1)
    expect(acceptances.filter((acceptance) => acceptance === 'seen')).toHaveLength(19)
    expect((await store.conversations.transcript(bench().key()))?.turns).toHaveLength(1)
  })

  test('messages are claimed in the order of their arrival, whatever their ids and instants say', async () => {
    const ids = ['z', 'a', 'm', 'b']
    for (const [index, id] of ids.entries()) {
      await bench().accept({ id, receivedAt: new Date(bench().clock.at.getTime() - index * 1000) })
    }

    const claimed: string[] = []
    for (const _ of ids) {
      const claim = await bench().claim()
      claimed.push(claim.message.id)
      await bench().complete(claim)
    }

    expect(claimed).toEqual(ids)
  })

  test('a claimed message is the one that was accepted', async () => {
    const message = await bench().accept({
      author: { id: 'U7' },
      isPrivate: false,
      address: { channel: 'C1', thread: '17.3' },
    })

    const claim = await bench().claim()

    const conversation = await bench().store.conversations.load(bench().key())
    expect(claim).toEqual({ message, conversation, attempt: 1, tries: 1, lost: 0, replays: 0, revision: 0 })
  })

  test('a claim comes with the conversation as it stands, which began elsewhere and by somebody else', async () => {
    const began = await bench().accept({ author: { id: 'U1', name: 'Ada' }, address: { thread: 'T1' } })
    await bench().complete(await bench().claim(), {
      conversation: { ...conversationOf(began), unclear: 1, ticket: 'T-7', changedHands: 0 },
    })
    await bench().accept({ author: { id: 'U2' }, address: { thread: 'T2' } })

    const { conversation } = await bench().claim()

    expect(conversation).toEqual(await bench().store.conversations.load(bench().key()))
    expect(conversation).toMatchObject({ author: { id: 'U1', name: 'Ada' }, address: { thread: 'T1' }, unclear: 1 })
  })

  test('no message is given to a process that has a reply to show first; one that runs other channels gets it', async () => {
    await bench().answered()
    const next = await bench().accept()

    expect(await bench().store.inbox.claim(bench().key(), ['web', 'slack'])).toBeUndefined()
    expect((await bench().store.inbox.claim(bench().key(), ['slack']))?.message.id).toBe(next.id)
  })

  test('a reply that is being shown, or waits for its next try, holds no message back', async () => {
    await bench().answered()
    const next = await bench().accept()
    await bench().nextReply()

    expect((await bench().store.inbox.claim(bench().key(), ['web']))?.message.id).toBe(next.id)
  })

  test('a later message keeps its own address, also in the transcript', async () => {
    await bench().answered({}, { address: { channel: 'C1', message: '1' } })
    const second = await bench().accept({ address: { channel: 'C1', message: '2' } })

    const claim = await bench().claim()
    const turn = await bench().store.conversations.turn(bench().key(), second.id)
    const transcript = await bench().store.conversations.transcript(bench().key())

    expect(claim.message).toEqual(second)
    expect(turn?.message).toEqual(second)
    expect(transcript?.turns.map(({ message }) => message.address['message'])).toEqual(['1', '2'])
  })

  test('while one message of a conversation is answered, no other is claimed', async () => {
    await bench().accept()
    await bench().accept()
    await bench().claim()

    expect(await bench().store.inbox.claim(bench().key())).toBeUndefined()
  })

  test('of ten claims at once one gets the message', async () => {
    await bench().accept()
    await bench().accept()

    const claims = await Promise.all(Array.from({ length: 10 }, () => bench().store.inbox.claim(bench().key())))

    expect(claims.flatMap((claim) => (claim === undefined ? [] : [claim.message.id]))).toEqual(['m1'])
  })

  test('a conversation that is being answered does not hold up another', async () => {
    await bench().accept({ conversation: 'one' })
    await bench().accept({ conversation: 'two' })
    await bench().claim('one')

    expect((await bench().claim('two')).message.id).toBe('m2')
  })

  test('a message whose worker fell silent is claimed again, and the attempts are counted', async () => {
    await bench().accept()
    await bench().claim()
    bench().later(longerThanALease)

    expect((await bench().claim()).attempt).toBe(2)
  })

  test('the outcome of a worker whose claim was taken over is refused and leaves nothing behind', async () => {
    await bench().accept()
    const older = await bench().claim()
    bench().later(longerThanALease)
    const newer = await bench().claim()
    const ticket = await bench().store.tickets.nextId(bench().tenant)
    const conversation = conversationOf(older.message, { state: 'person', ticket })

    const late = bench().complete(older, {
      conversation,
      effects: [{ kind: 'open-ticket', ticket, subject: 'Late', text: 'Late', state: 'open' }],
    })

    await expect(late).rejects.toThrow(ClaimLostError)
    expect(await bench().replies()).toEqual([])
    expect(await bench().store.tickets.find(bench().tenant, ticket)).toBeUndefined()
    expect((await bench().store.conversations.load(bench().key()))?.state).toBe('bot')
    await bench().complete(newer)
    expect(await bench().replies()).toEqual(['Answer to m1'])
  })

  test('a late outcome is refused also after the message was answered', async () => {
    await bench().accept()
    const older = await bench().claim()
    bench().later(longerThanALease)
    await bench().complete(await bench().claim(), { replies: [reply('The newer one')] })

    await expect(bench().complete(older)).rejects.toThrow(ClaimLostError)
    expect(await bench().replies()).toEqual(['The newer one'])
  })

  test('of two outcomes stored at once for one claim one counts', async () => {
    await bench().accept()
    const claim = await bench().claim()

    const results = await Promise.allSettled([bench().complete(claim), bench().complete(claim)])

    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await bench().replies()).toEqual(['Answer to m1'])
  })

  test('an outcome is stored whole: turn, receipt, replies and the conversation', async () => {
    const message = await bench().accept()
    const until = new Date('2026-11-21T12:30:00Z')
    const task = {
      id: 't1',
      intent: 'payments.refund-request',
      agent: 'payments',
      slots: { order: '1042' },
      misses: 1,
    } as const
    const conversation = conversationOf(message, {
      state: 'person',
      identity: { customer: 'c-ada', until },
      task: { ...task, asking: { name: 'which', kind: 'choice', options: ['a', 'b'] } },
      paused: [task],
      last: { intent: task.intent, agent: task.agent, slots: task.slots },
      turns: 3,
      unclear: 2,
      ticket: 'T-1',
    })

    await bench().complete(await bench().claim(), { conversation, replies: [reply('One'), reply('Two')] })

    const turn = await bench().store.conversations.turn(bench().key(), message.id)
    expect(await bench().store.conversations.load(bench().key())).toEqual(conversation)
    expect(turn?.replies).toMatchObject([
      { text: 'One', message: message.id, at: bench().clock.at, actions: [], audience: 'customer' },
      { text: 'Two', message: message.id, at: bench().clock.at, actions: [], audience: 'customer' },
    ])
    expect(turn).toMatchObject({ message, receipt: receiptOf(message), isAnswered: true })
  })

  test('a postponed message waits until its instant, and the ones behind it wait with it', async () => {
    await bench().accept()
    await bench().accept()
    await bench().store.inbox.postpone(await bench().claim(), new Date(bench().clock.at.getTime() + 5000))

    bench().later(4999)
    expect(await bench().store.inbox.claim(bench().key())).toBeUndefined()
    bench().later(1)
    expect(await bench().claim()).toMatchObject({ message: { id: 'm1' }, attempt: 2 })
  })

  test('whoever waits for a turn tries nothing, and still an outcome of an earlier claim counts no more', async () => {
    await bench().accept()
    const first = await bench().claim()
    await bench().store.inbox.postpone(first, bench().clock.at, 'turn')
    const second = await bench().claim()
    await bench().store.inbox.postpone(second, bench().clock.at)
    const third = await bench().claim()

    expect([first, second, third]).toMatchObject([
      { attempt: 1, tries: 1 },
      { attempt: 2, tries: 1 },
      { attempt: 3, tries: 2 },
    ])
    await expect(bench().complete(first)).rejects.toThrow(ClaimLostError)
    await bench().complete(third)
  })

  test('what is owed the longest is listed first', async () => {
    for (const [conversation, seconds] of [
      ['b', 20],
      ['c', 10],
      ['a', 30],
    ] as const) {
      const receivedAt = new Date(bench().clock.at.getTime() - seconds * 1000)
      await bench().accept({ conversation, receivedAt })
    }

    const owed = await bench().store.inbox.owed()

    const own = owed.filter(({ tenant }) => tenant === bench().tenant)
    expect(own.map(({ conversation }) => conversation)).toEqual(['a', 'b', 'c'])
  })

  test('a worker whose claim was taken over cannot postpone the message', async () => {
    await bench().accept()
    const older = await bench().claim()
    bench().later(longerThanALease)
    await bench().claim()

    await bench().store.inbox.postpone(older, bench().clock.at)

    expect(await bench().store.inbox.claim(bench().key())).toBeUndefined()
  })

  test('owed lists the conversations whose oldest open message may be claimed now, each once', async () => {
    await bench().answered({}, { conversation: 'answered' })
    await bench().accept({ conversation: 'answered by a worker' })
    await bench().accept({ conversation: 'answered by a worker' })
    await bench().claim('answered by a worker')
    await bench().accept({ conversation: 'postponed' })
    await bench().accept({ conversation: 'postponed' })
    await bench().store.inbox.postpone(await bench().claim('postponed'), new Date(bench().clock.at.getTime() + 1))
    await bench().accept({ conversation: 'waiting' })
    await bench().accept({ conversation: 'waiting' })

    expect(bench().own(await bench().store.inbox.owed())).toEqual(['waiting'])
    bench().later(longerThanALease)
    expect(bench().own(await bench().store.inbox.owed())).toEqual(['answered by a worker', 'postponed', 'waiting'])
  })
}
