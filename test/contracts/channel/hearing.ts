import { expect, test } from 'vitest'
import type { ChannelName } from '../../../src/core/message.ts'
import type { ChannelEvent, Intake } from '../../../src/core/ports.ts'
import { limit, type PlatformStand, storeInto } from './stand.ts'

/** What becomes of what people write and press. */
export function hearingPromises(name: ChannelName, opened: () => Promise<PlatformStand>): void {
  test("a customer's message arrives once, with their words, although it is delivered twice", async () => {
    const stand = await opened()
    const events: ChannelEvent[] = []
    let calls = 0
    const store = storeInto(events)
    await stand.channel.start(async (event) => ((calls += 1), store(event)))

    stand.writeTwice('where is my order 1042?')

    await expect.poll(() => calls, limit).toBe(2)
    expect(events).toMatchObject([
      { kind: 'message', message: { text: 'where is my order 1042?', channel: name, address: stand.address } },
    ])
  })

  test('a button press arrives with the id of its button', async () => {
    const stand = await opened()
    const events: ChannelEvent[] = []
    await stand.channel.start(storeInto(events))

    const heard = stand.press('act-42')

    await expect.poll(heard, limit).toBe(true)
    expect(events).toMatchObject([{ kind: 'action', message: { pressed: 'act-42', address: stand.address } }])
  })

  test('the platform hears "got it" only after the event was stored', async () => {
    const stand = await opened()
    const { promise: storing, resolve: stored } = Promise.withResolvers<Intake>()
    let asked = 0
    await stand.channel.start(async () => ((asked += 1), await storing))

    const heard = stand.press('act-1')
    await expect.poll(() => asked, limit).toBe(1)
    const before = heard()
    stored({ kind: 'new' })

    await expect.poll(heard, limit).toBe(true)
    expect(before).toBe(false)
  })

  test('an event that could not be stored is never acknowledged, and the next one is handled', async () => {
    const stand = await opened()
    let asked = 0
    await stand.channel.start(async () => {
      asked += 1
      if (asked === 1) throw new Error('the database is away')
      return { kind: 'new' }
    })

    const first = stand.press('act-1')
    await expect.poll(() => asked, limit).toBe(1)
    const second = stand.press('act-2')

    await expect.poll(second, limit).toBe(true)
    expect(first()).toBe(false)
  })

  test('stop closes the connection, and nothing arrives afterwards', async () => {
    const stand = await opened()
    const events: ChannelEvent[] = []
    await stand.channel.start(storeInto(events))
    expect(stand.connections()).toBe(1)

    await stand.channel.stop()

    await expect.poll(stand.connections, limit).toBe(0)
    stand.writeTwice('anybody there?')
    expect(events).toEqual([])
  })
}
