import { expect, test } from 'vitest'
import { channelNames, type ChannelName } from '../../../src/core/message.ts'
import type { SendFailure } from '../../../src/core/ports.ts'
import { longerThanALease, reply, type Bench } from './bench.ts'

/** The platform took nothing, and said so. */
function failure(retryAt: Date | undefined): SendFailure {
  return { reason: 'away', retryAt, isAmbiguous: false }
}

/** Replies leave one after the other, each attempt is counted before it is made, and none is forgotten. */
export function outboxPromises(bench: () => Bench): void {
  const next = () => bench().nextReply()
  const nextText = async () => (await next())?.reply.text

  test('replies leave in the order they were given', async () => {
    await bench().answered({ replies: [reply('One'), reply('Two')] })
    await bench().answered({ replies: [reply('Three')] })

    const texts: string[] = []
    for (let item = await next(); item !== undefined; item = await next()) {
      texts.push(item.reply.text)
      await bench().store.outbox.delivered(item, `platform-${texts.length}`)
    }

    expect(texts).toEqual(['One', 'Two', 'Three'])
  })

  test('an item that answers without a receipt says nothing of how it was understood', async () => {
    await bench().answered({ receipt: undefined })

    const item = await next()

    expect(item).not.toHaveProperty('answers')
  })

  test('an item says where it goes and which attempt it is', async () => {
    const message = await bench().answered({}, { channel: 'slack', address: { channel: 'C1', thread: '1.2' } })

    const item = await next()

    expect(item).toMatchObject({
      key: bench().key(),
      channel: 'slack',
      address: { channel: 'C1', thread: '1.2' },
      attempt: 1,
      answers: {
        message: message.id,
        intent: 'account.order-status',
        stage: 'tfidf',
        receivedAt: message.receivedAt,
      },
    })
    expect(item?.reply).toMatchObject({ text: 'Answer to m1', message: message.id, at: bench().clock.at })
  })

  test('each reply goes where the message it answers was written', async () => {
    await bench().answered({}, { channel: 'discord', address: { channel: 'C1', message: '1' } })
    await bench().answered({}, { channel: 'discord', address: { channel: 'C1', message: '2' } })

    const first = await next()
    if (first !== undefined) await bench().store.outbox.delivered(first, 'p1')
    const second = await next()

    expect([first?.address, second?.address]).toEqual([
      { channel: 'C1', message: '1' },
      { channel: 'C1', message: '2' },
    ])
  })

  test('a process is given and told of the replies of its own channels only', async () => {
    const { outbox } = bench().store
    for (const channel of ['web', 'slack', 'terminal'] as const)
      await bench().answered({}, { channel, conversation: channel })
    const owed = async (...channels: readonly ChannelName[]) => bench().own(await outbox.owed(channels))

    expect(await owed('web', 'slack')).toEqual(['slack', 'web'])
    expect(await owed('terminal', 'discord')).toEqual(['terminal'])
    expect(await owed()).toEqual([])
    expect(await outbox.next(bench().key('terminal'), ['web', 'slack'])).toBeUndefined()
    expect(await outbox.next(bench().key('terminal'), [])).toBeUndefined()
    // Whoever may not have a reply does not count as having tried it, and it is not held back from the one who may.
    expect(await outbox.next(bench().key('terminal'), ['terminal'])).toMatchObject({ channel: 'terminal', attempt: 1 })
    expect(await outbox.next(bench().key('web'), ['web', 'slack'])).toMatchObject({ channel: 'web', attempt: 1 })
  })

  test('while a reply is being sent, neither it nor the next one is given', async () => {
    await bench().answered({ replies: [reply('One'), reply('Two')] })
    await next()

    expect(await next()).toBeUndefined()
  })

  test('of ten senders at once one gets the reply', async () => {
    await bench().answered()

    const items = await Promise.all(Array.from({ length: 10 }, next))

    expect(items.filter((item) => item !== undefined)).toHaveLength(1)
  })

  test('a sender that fell silent is followed by a second attempt at the same reply', async () => {
    await bench().answered()
    const first = await next()
    bench().later(longerThanALease)

    const second = await next()

    expect([first?.attempt, second?.attempt]).toEqual([1, 2])
    expect(second?.reply).toEqual(first?.reply)
  })

  test('a reply that failed is given again at its instant, not before, and holds the later ones back', async () => {
    await bench().answered({ replies: [reply('One'), reply('Two')] })
    const item = await next()
    const retryAt = new Date(bench().clock.at.getTime() + 7000)
    if (item !== undefined) await bench().store.outbox.failed(item, failure(retryAt))

    bench().later(6999)
    expect(await next()).toBeUndefined()
    bench().later(1)
    expect(await next()).toMatchObject({ reply: { text: 'One' }, attempt: 2 })
  })

  test('a reply given up for good lets the next one pass and stays in the transcript', async () => {
    await bench().answered({ replies: [reply('One'), reply('Two')] })
    const item = await next()
    if (item !== undefined) await bench().store.outbox.failed(item, failure(undefined))

    expect(await nextText()).toBe('Two')
    expect(await bench().replies()).toEqual(['One', 'Two'])
  })

  test('a late failure of an older attempt does not disturb the newer one', async () => {
    await bench().answered()
    const older = await next()
    bench().later(longerThanALease)
    await next()

    if (older !== undefined) await bench().store.outbox.failed(older, failure(undefined))

    bench().later(longerThanALease)
    expect((await next())?.attempt).toBe(3)
  })

  test('a delivered reply is never given again', async () => {
    await bench().answered()
    const item = await next()
    if (item !== undefined) await bench().store.outbox.delivered(item, 'p1')
    bench().later(longerThanALease)

    expect(await next()).toBeUndefined()
  })

  test('owed lists the conversations whose oldest open reply is due, each once', async () => {
    const { outbox } = bench().store
    for (const conversation of ['due', 'being sent', 'retried later', 'delivered']) {
      await bench().answered({ replies: [reply('One')] }, { conversation })
    }
    for (const conversation of ['due', 'being sent', 'retried later']) await bench().answered({}, { conversation })
    await bench().nextReply('being sent')
    const failing = await bench().nextReply('retried later')
    if (failing !== undefined) await outbox.failed(failing, failure(new Date(bench().clock.at.getTime() + 1000)))
    const shown = await bench().nextReply('delivered')
    if (shown !== undefined) await outbox.delivered(shown, 'p1')

    expect(bench().own(await outbox.owed(channelNames))).toEqual(['due'])
    bench().later(longerThanALease)
    expect(bench().own(await outbox.owed(channelNames))).toEqual(['being sent', 'due', 'retried later'])
  })
}
