import { expect, test } from 'vitest'
import { reply, type Bench } from './bench.ts'

/** Longer ago than anything that another test of the contract leaves behind. */
const longAgo = (bench: Bench, seconds: number): Date =>
  new Date(bench.clock.at.getTime() - 400 * 86_400_000 - seconds * 1000)

/** How much is owed, and since when, is what the installation owes, whoever the customers are. */
export function backlogPromises(bench: () => Bench): void {
  test('an owed message counts, and the oldest says since when', async () => {
    const before = await bench().store.backlog()
    const receivedAt = longAgo(bench(), 20)
    await bench().accept({ receivedAt })
    await bench().accept()

    const { messages, replies } = await bench().store.backlog()

    expect(messages).toEqual({ count: before.messages.count + 2, since: receivedAt })
    expect(replies.count).toBe(before.replies.count)
    await bench().complete(await bench().claim())
    await bench().complete(await bench().claim())
  })

  test('a message that waits for its turn is owed from its turn on: nobody is woken for a burst', async () => {
    const receivedAt = longAgo(bench(), 30)
    await bench().accept({ receivedAt })
    await bench().store.inbox.postpone(await bench().claim(), bench().clock.at, 'turn')

    const { messages } = await bench().store.backlog()

    expect(messages.since).not.toEqual(receivedAt)
    await bench().complete(await bench().claim())
  })

  test('an answered message owes its reply, until that was shown', async () => {
    const before = await bench().store.backlog()
    const receivedAt = longAgo(bench(), 10)
    await bench().accept({ receivedAt })
    const claim = await bench().claim()
    const now = bench().clock.at
    bench().clock.at = receivedAt
    await bench().complete(claim, { replies: [reply('Here')] })
    bench().clock.at = now

    const owed = await bench().store.backlog()
    const item = await bench().nextReply()
    if (item !== undefined) await bench().store.outbox.delivered(item, 'platform-1')
    const after = await bench().store.backlog()

    expect(owed.messages.count).toBe(before.messages.count)
    expect(owed.replies).toEqual({ count: before.replies.count + 1, since: receivedAt })
    expect(after.replies.count).toBe(before.replies.count)
  })
}
