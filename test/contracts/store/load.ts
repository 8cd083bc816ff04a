import { expect, test } from 'vitest'
import type { Bench } from './bench.ts'

/** Much at once. */
export function loadPromises(bench: () => Bench): void {
  test('10,000 conversations are accepted, listed as owed, and cost little memory', { timeout: 60_000 }, async () => {
    const { store } = bench()
    const before = process.memoryUsage()
    const messages = Array.from({ length: 10_000 }, (_, index) => bench().message({ conversation: `c${index}` }))

    const startedAt = performance.now()
    for (let from = 0; from < messages.length; from += 500) {
      await Promise.all(messages.slice(from, from + 500).map((message) => store.inbox.accept(message)))
    }
    const acceptMs = performance.now() - startedAt
    const owed = bench().own(await store.inbox.owed())
    const after = process.memoryUsage()

    expect(new Set(owed).size).toBe(10_000)
    expect(acceptMs).toBeLessThan(15_000)
    expect((after.rss - before.rss) / 1_048_576).toBeLessThan(300)
    expect((await bench().claim('c9999')).message.id).toBe('m10000')
  })

  test('200 messages of one conversation accepted at once are all there, each once', async () => {
    const messages = Array.from({ length: 200 }, () => bench().message())

    await Promise.all([...messages, ...messages].map((message) => bench().store.inbox.accept(message)))

    const turns = (await bench().store.conversations.transcript(bench().key()))?.turns ?? []
    expect(turns.map(({ message }) => message.id).toSorted()).toEqual(messages.map(({ id }) => id).toSorted())
  })
}
