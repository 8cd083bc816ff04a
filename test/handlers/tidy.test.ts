import { afterEach, expect, test } from 'vitest'
import { tidy } from '../../handlers/tidy.ts'
import { ChannelError } from '../../src/core/errors.ts'
import { openRig, untilEvent, untilShown, type Rig } from './rig.ts'

let rig: Rig
afterEach(() => rig.close())

const texts = (): string[] => rig.platform.shown.map(({ text }) => text)
const looks = (): number => rig.platform.calls.filter((call) => call.startsWith('tidy')).length

/** The platform takes a reply after everybody believed that it had not. */
async function shownTwice(): Promise<void> {
  rig = await openRig()
  rig.platform.faults.push({ kind: 'take-late' })
  await rig.write('hello')
  await untilEvent(rig, 'reply.delivered')
  rig.platform.arrive()
  expect(texts()).toEqual(['You said hello', 'You said hello'])
}

test('a twin that appears later is removed five seconds after the reply, and counted', async () => {
  await shownTwice()

  await tidy(rig.parts)
  const before = texts()
  rig.pass(5000)
  await tidy(rig.parts)

  expect([before.length, texts().length]).toEqual([2, 1])
  expect(rig.platform.shown[0]?.id).toBe('platform-2') // the one whose sending was told
  expect(rig.events.filter(({ name }) => name === 'reply.tidied')).toMatchObject([
    { level: 'info', fields: { channel: 'slack', removed: 1 } },
  ])
})

test('it is looked for three times, 5, 20 and 65 seconds after the sending, and then no more', async () => {
  await shownTwice()

  const counts: number[] = []
  for (const seconds of [4.9, 0.1, 14.9, 0.1, 44.9, 0.1, 600]) {
    rig.pass(seconds * 1000)
    await tidy(rig.parts)
    counts.push(looks())
  }

  expect(counts).toEqual([0, 1, 1, 2, 2, 3, 3])
})

test('a twin that appears between two looks is removed by the next one', async () => {
  await shownTwice()
  rig.pass(5000)
  await tidy(rig.parts)
  rig.platform.shown.push({ ...(rig.platform.shown[0] ?? { key: '', text: '' }), id: 'very-late' })

  rig.pass(60_000)
  await tidy(rig.parts)

  expect(texts()).toEqual(['You said hello'])
})

test('nothing is looked for where every sending was told', async () => {
  rig = await openRig()
  rig.platform.faults.push({ kind: 'refuse', retryAfterMs: 5 })
  await rig.write('hello')
  await untilShown(rig, 1)

  rig.pass(60_000)
  await tidy(rig.parts)

  expect(looks()).toBe(0)
})

test('a look that fails is made again in five seconds, and counts only then', async () => {
  await shownTwice()
  let isAway = true
  const away = {
    ...rig.platform,
    send: async (...given: Parameters<typeof rig.platform.send>) => {
      if (isAway) throw new ChannelError('The platform is away.', { retryable: true })
      return await rig.platform.send(...given)
    },
  }
  const parts = { ...rig.parts, channels: new Map([['slack', away] as const]) }

  rig.pass(5000)
  await tidy(parts)
  isAway = false
  rig.pass(4000)
  await tidy(parts)
  const early = texts().length
  rig.pass(1000)
  await tidy(parts)

  expect([early, texts().length]).toEqual([2, 1])
})

test('a channel that is gone is not looked into again at once', async () => {
  await shownTwice()
  const gone = {
    ...rig.platform,
    send: async () => Promise.reject(new ChannelError('The channel is gone.', { retryable: false })),
  }
  rig.pass(5000)

  await tidy({ ...rig.parts, channels: new Map([['slack', gone] as const]) })

  expect(rig.events.filter(({ level }) => level === 'error')).toEqual([])
  expect(await rig.store.twins.due(['slack'], 60_000)).toEqual([])
})
