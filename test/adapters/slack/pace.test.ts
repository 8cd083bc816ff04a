import { setImmediate as breath } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Pace } from '../../../adapters/slack/pace.ts'
import { ChannelError } from '../../../src/core/errors.ts'

/** Time that only the test moves; waits end when it has come far enough. */
function handClock(): { now: () => number; wait: (ms: number) => Promise<void>; advance: (ms: number) => void } {
  let now = 0
  let waiting: { readonly at: number; readonly resolve: () => void }[] = []
  return {
    now: () => now,
    wait: async (ms) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.push({ at: now + ms, resolve })
      await promise
    },
    advance(ms) {
      now += ms
      for (const { at, resolve } of waiting) if (at <= now) resolve()
      waiting = waiting.filter(({ at }) => at > now)
    },
  }
}

const nothing = async (): Promise<void> => {}
const limited = (retryAfterMs: number): ChannelError =>
  new ChannelError('too many calls', { retryable: true, retryAfterMs })

test('a channel takes three messages at once and then one a second, in the order they came', async () => {
  const clock = handClock()
  const pace = new Pace(clock)
  const sent: [number, number][] = []
  const all = Array.from({ length: 5 }, (_unused, index) =>
    pace.call('C1', 'message', async () => void sent.push([index, clock.now()])),
  )

  for (let ms = 0; ms < 2000; ms += 100) {
    await breath()
    clock.advance(100)
  }
  await Promise.all(all)

  expect(sent).toEqual([
    [0, 0],
    [1, 0],
    [2, 0],
    [3, 1000],
    [4, 2000],
  ])
})

test('a message that would wait longer than two seconds is told to come back, and takes no turn', async () => {
  const clock = handClock()
  const pace = new Pace(clock)
  const waiting = Array.from({ length: 5 }, () => pace.call('C1', 'message', nothing))

  const sixth = pace.call('C1', 'message', nothing)

  await expect(sixth).rejects.toMatchObject({ retryable: true, retryAfterMs: 3000, isAmbiguous: false })
  clock.advance(1000)
  const seventh = pace.call('C1', 'message', nothing)
  clock.advance(2000)
  await Promise.all([...waiting, seventh])
})

test('channels do not wait for one another, and other calls only for what Slack asked', async () => {
  const clock = handClock()
  const pace = new Pace(clock)
  for (let times = 0; times < 3; times += 1) await pace.call('C1', 'message', nothing)

  await pace.call('C2', 'message', nothing)
  await pace.call('C1', 'other', nothing)

  expect(clock.now()).toBe(0)
})

test('after a short refusal the call is made once more, when Slack wants it', async () => {
  const clock = handClock()
  const pace = new Pace(clock)
  const calls: number[] = []
  const call = pace.call('C1', 'message', async () => {
    calls.push(clock.now())
    if (calls.length === 1) throw limited(2000)
    return 'shown'
  })

  await expect.poll(() => calls.length).toBe(1)
  await expect.poll(() => (clock.advance(1000), calls.length)).toBe(2)

  expect(await call).toBe('shown')
  expect(calls[1]).toBeGreaterThanOrEqual(2000)
})

test('a call that is refused twice is refused', async () => {
  const clock = handClock()
  const pace = new Pace({ ...clock, wait: async (ms) => clock.advance(ms) })
  let calls = 0
  const call = pace.call('C1', 'message', async () => {
    calls += 1
    throw limited(1000)
  })

  await expect(call).rejects.toMatchObject({ retryAfterMs: 1000 })
  expect(calls).toBe(2)
})

test('a long refusal holds its channel for that long, whatever is called there', async () => {
  const clock = handClock()
  const pace = new Pace(clock)
  await pace.call('C1', 'message', () => Promise.reject(limited(30_000))).catch(() => {})

  clock.advance(20_000)
  await expect(pace.call('C1', 'other', nothing)).rejects.toMatchObject({ retryAfterMs: 10_000 })
  await pace.call('C2', 'message', nothing)
  clock.advance(10_000)
  await pace.call('C1', 'other', nothing)
})

test('a long refusal of something else holds only its own kind', async () => {
  const pace = new Pace(handClock())
  await pace.call('C1', 'stream', () => Promise.reject(limited(30_000))).catch(() => {})

  await expect(pace.call('C1', 'stream', nothing)).rejects.toMatchObject({ retryAfterMs: 30_000 })
  await pace.call('C1', 'message', nothing)
  await pace.call('C1', 'other', nothing)
  await pace.call('C2', 'stream', nothing)
})

test('a hold without a channel is for all of them', async () => {
  const clock = handClock()
  const pace = new Pace(clock)

  pace.hold(5000)

  await expect(pace.call('C1', 'message', nothing)).rejects.toMatchObject({ retryAfterMs: 5000 })
  clock.advance(5000)
  await pace.call('C1', 'message', nothing)
})

test('what fails for another reason is not made again', async () => {
  const pace = new Pace(handClock())
  let calls = 0
  const call = pace.call('C1', 'message', async () => {
    calls += 1
    throw new ChannelError('no_text', { retryable: false })
  })

  await expect(call).rejects.toThrow('no_text')
  expect(calls).toBe(1)
})
