import { expect, test } from 'vitest'
import type { OutboxItem, TwinSearch } from '../../../src/core/ports.ts'
import { longerThanALease, reply, type Bench } from './bench.ts'

/** So long a reply that is looked for is given to nobody else. */
const leaseMs = 60_000

/** Replies whose sending ended in the dark are looked after; those given up reach the team. */
export function twinPromises(bench: () => Bench): void {
  const next = async (conversation = 'talk'): Promise<OutboxItem> => {
    const item = await bench().nextReply(conversation)
    if (item === undefined) throw new Error(`nothing to show in ${conversation}`)
    return item
  }
  const inMs = (ms: number): Date => new Date(bench().clock.at.getTime() + ms)
  const due = async (): Promise<readonly TwinSearch[]> =>
    (await bench().store.twins.due(['web'], leaseMs)).filter(({ tenant }) => tenant === bench().tenant)
  const failed = async (item: OutboxItem, isAmbiguous: boolean): Promise<void> => {
    await bench().store.outbox.failed(item, { reason: 'away', retryAt: bench().clock.at, isAmbiguous })
  }
  /** A reply that was shown after a try whose answer was lost. */
  const lostOnce = async (conversation = 'talk'): Promise<string> => {
    await bench().answered({}, { conversation })
    await failed(await next(conversation), true)
    const item = await next(conversation)
    await bench().store.outbox.delivered(item, 'p1', inMs(5000))
    return item.reply.id
  }

  test('a reply shown at the first try, or after a plain refusal, is not looked for', async () => {
    await bench().answered()
    await bench().store.outbox.delivered(await next(), 'p1', inMs(5000))
    await bench().answered()
    await failed(await next(), false)
    const second = await next()
    await bench().store.outbox.delivered(second, 'p2', inMs(5000))

    bench().later(60_000)
    expect(second).toMatchObject({ attempt: 2, isAmbiguous: false })
    expect(await due()).toEqual([])
  })

  test('a reply whose answer was lost is looked for at its instant, by one process, where it was shown', async () => {
    const id = await lostOnce()

    expect(await due()).toEqual([])
    bench().later(5000)
    const found = await Promise.all([due(), due(), due()])

    expect(found.flat()).toEqual([
      {
        tenant: bench().tenant,
        channel: 'web',
        address: { thread: 'T1' },
        reply: id,
        platformId: 'p1',
        looks: 0,
      },
    ])
  })

  test('what somebody who is gone was about to look for is given to another once the lease has ended', async () => {
    const id = await lostOnce()
    bench().later(5000)
    await due()

    bench().later(leaseMs - 1)
    const before = await due()
    bench().later(1)
    const after = await due()

    expect(before).toEqual([])
    expect(after.map(({ reply: found }) => found)).toEqual([id])
  })

  test('one failure in the dark is remembered, however many plain refusals follow', async () => {
    await bench().answered()
    await failed(await next(), true)
    for (let times = 0; times < 3; times += 1) await failed(await next(), false)

    expect(await next()).toMatchObject({ attempt: 5, isAmbiguous: true })
  })

  test('a sender that fell silent may have shown its reply', async () => {
    await bench().answered()
    await next()
    bench().later(longerThanALease)
    const item = await next()
    await bench().store.outbox.delivered(item, 'p1', inMs(5000))

    bench().later(5000)
    expect(item.isAmbiguous).toBe(true)
    expect(await due()).toMatchObject([{ platformId: 'p1' }])
  })

  test('of two senders that both show a reply the first one told stays, and the other is looked for', async () => {
    await bench().answered()
    const slow = await next()
    bench().later(longerThanALease)
    const quick = await next()

    await bench().store.outbox.delivered(slow, 'p-slow', inMs(5000))
    await bench().store.outbox.delivered(quick, 'p-quick', inMs(5000))

    bench().later(5000)
    expect(await due()).toMatchObject([{ platformId: 'p-slow' }])
  })

  test('a change of an earlier message is never looked for', async () => {
    await bench().answered()
    await failed(await next(), true)
    await bench().store.outbox.delivered(await next(), 'p1')

    bench().later(60_000)
    expect(await due()).toEqual([])
  })

  test('it is looked for again until there were enough looks, or a day is over', async () => {
    await lostOnce()
    bench().later(5000)
    for (const looks of [0, 1]) {
      const [search] = await due()
      expect(search?.looks).toBe(looks)
      if (search !== undefined)
        await bench().store.twins.looked(search, { looks: looks + 1, removed: 1, lookAt: inMs(1000) })
      bench().later(1000)
    }
    const [last] = await due()
    if (last !== undefined) await bench().store.twins.looked(last, { looks: 3, removed: 0, lookAt: undefined })
    bench().later(longerThanALease)

    expect(last?.looks).toBe(2)
    expect(await due()).toEqual([])
  })

  test('a look that nobody finished is made again', async () => {
    await lostOnce()
    bench().later(5000)
    await due()

    bench().later(59_999)
    expect(await due()).toEqual([])
    bench().later(1)
    expect(await due()).toHaveLength(1)
    bench().later(86_400_000)
    expect(await due()).toEqual([])
  })

  test('a process looks for the replies of its own channels only', async () => {
    await lostOnce()
    bench().later(5000)

    expect(await bench().store.twins.due([], leaseMs)).toEqual([])
    expect(
      (await bench().store.twins.due(['slack'], leaseMs)).filter(({ tenant }) => tenant === bench().tenant),
    ).toEqual([])
    expect(await due()).toHaveLength(1)
  })

  test('a reply that changes an earlier one says which message that is, once it is shown', async () => {
    await bench().answered()
    const first = await next()
    await bench().store.outbox.delivered(first, 'p1')
    await bench().answered({ replies: [{ ...reply('Changed'), replaces: first.reply.id }] })
    const second = await next()
    await bench().store.outbox.delivered(second, 'p1')
    await bench().answered({ replies: [{ ...reply('Changed again'), replaces: second.reply.id }] })

    expect([first.replaces, second.replaces, (await next()).replaces]).toEqual([undefined, 'p1', 'p1'])
  })

  test('a reply that changes one that was never shown has nothing to change', async () => {
    await bench().answered()
    const first = await next()
    await bench().store.outbox.failed(first, { reason: 'gone', retryAt: undefined, isAmbiguous: false })
    await bench().answered({ replies: [{ ...reply('Changed'), replaces: first.reply.id }] })

    expect((await next()).replaces).toBeUndefined()
  })

  const note = { subject: 'Not shown', text: 'It reads: Hello' }

  test('a reply given up is told to the team on a ticket of its own, in the same step', async () => {
    const message = await bench().answered()

    const ticket = await bench().store.outbox.abandon(await next(), 'is_archived', note)

    expect(await bench().store.tickets.find(bench().tenant, ticket ?? '')).toMatchObject({
      subject: 'Not shown',
      state: 'waiting-team',
      requester: `web:${message.author.id}`,
      conversation: 'talk',
      notes: [{ by: 'bot', text: 'It reads: Hello' }],
    })
    expect((await bench().store.conversations.load(bench().key()))?.ticket).toBe(ticket)
    expect(await bench().nextReply()).toBeUndefined()
  })

  test('where a ticket is open already, the team finds the reply there, and further ones with it', async () => {
    await bench().answered({ replies: [reply('One'), reply('Two')] })
    const first = await bench().store.outbox.abandon(await next(), 'is_archived', note)

    const second = await bench().store.outbox.abandon(await next(), 'is_archived', { ...note, text: 'Two' })

    expect(second).toBe(first)
    const found = await bench().store.tickets.find(bench().tenant, first ?? '')
    expect(found?.notes.map(({ text }) => text)).toEqual(['It reads: Hello', 'Two'])
  })

  test('a late sender does not give up what a newer one sends, and opens no ticket', async () => {
    await bench().answered()
    const older = await next()
    bench().later(longerThanALease)
    await next()

    expect(await bench().store.outbox.abandon(older, 'too slow', note)).toBeUndefined()
    expect(await bench().store.tickets.ofRequester(bench().tenant, 'web:U1')).toEqual([])
  })
}
