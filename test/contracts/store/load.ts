import { expect, test } from 'vitest'
import type { Bench } from './bench.ts'

/** Much at once. */
export function loadPromises(bench: () => Bench, conversations: number): void {
  test(
    `${conversations} conversations are accepted, listed as owed, and cost little memory`,
    { timeout: 60_000 },
    async () => {
      const { store } = bench()
      const before = process.memoryUsage()
      const messages = Array.from({ length: conversations }, (_, index) =>
        bench().message({ conversation: `c${index}` }),
      )

      for (let from = 0; from < messages.length; from += 500) {
        await Promise.all(messages.slice(from, from + 500).map((message) => store.inbox.accept(message)))
      }
      const owed = bench().own(await store.inbox.owed())
      const after = process.memoryUsage()

      expect(new Set(owed).size).toBe(conversations)
      expect((after.rss - before.rss) / 1_048_576).toBeLessThan(300)
      expect((await bench().claim(`c${conversations - 1}`)).message.id).toBe(`m${conversations}`)
    },
  )

  test('200 messages of one conversation accepted at once are all there, each once', async () => {
    const messages = Array.from({ length: 200 }, () => bench().message())

    await Promise.all([...messages, ...messages].map((message) => bench().store.inbox.accept(message)))

    const turns = (await bench().store.conversations.transcript(bench().key()))?.turns ?? []
    expect(turns.map(({ message }) => message.id).toSorted()).toEqual(messages.map(({ id }) => id).toSorted())
  })
}
