import { afterEach, expect, test } from 'vitest'
import { takeTurns } from '../../handlers/turn.ts'
import { StoreUnavailableError } from '../../src/core/errors.ts'
import type { Message } from '../../src/core/message.ts'
import { openRig, tenant, untilEvent, untilShown, type Rig } from './rig.ts'

let rig: Rig
afterEach(() => rig.close())

const windowMs = 10_000
const notice = "You've sent several messages at once, so I'm taking them one at a time. I'll go on in a moment."
const texts = (): string[] => rig.platform.shown.map(({ text }) => text)
const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index))
const writeAll = async (names: readonly string[], more: Partial<Message> = {}): Promise<void> => {
  for (const name of names) await rig.write(name, more)
}

test('beyond the limit one message is answered with a notice, and those behind it in their turn, in order, each once', async () => {
  rig = await openRig({ userLimit: { most: 3, windowMs } })

  await writeAll(numbers(1, 9))
  await untilEvent(rig, 'message.limited', 2)
  expect(texts()).toEqual(['You said 1', 'You said 2', 'You said 3', `You said 4\n\n${notice}`])
  for (const shown of [7, 9]) {
    rig.pass(windowMs)
    await rig.sweep()
    await untilShown(rig, shown)
  }

  expect(texts().slice(4)).toEqual(numbers(5, 9).map((name) => `You said ${name}`))
  expect((await rig.turns()).every(({ isAnswered }) => isAnswered)).toBe(true)
})

test('a long burst is worked off one window after the other with one notice, and is no message that failed', async () => {
  rig = await openRig({ userLimit: { most: 1, windowMs } })
  await writeAll(numbers(1, 9))
  await untilEvent(rig, 'message.limited', 2)

  for (let shown = 3; shown <= 9; shown += 1) {
    rig.pass(windowMs)
    await rig.sweep()
    await untilShown(rig, shown)
    if (shown < 9) await untilEvent(rig, 'message.limited', shown) // the next one has its place
  }

  expect(texts().map((text) => text.replace(`\n\n${notice}`, '!'))).toEqual(
    numbers(1, 9).map((name) => `You said ${name}${name === '2' ? '!' : ''}`),
  )
  expect(await rig.tickets()).toEqual([])
})

test('whoever else writes meanwhile is answered at once, and other channels of the same person count for themselves', async () => {
  rig = await openRig({ userLimit: { most: 1, windowMs } })
  await writeAll(numbers(1, 4))
  await untilEvent(rig, 'message.limited', 2)

  await rig.write('from Ben', { conversation: 'c-2', author: { id: 'U2' } })
  await untilShown(rig, 3)
  await rig.write('from another channel', { conversation: 'c-3', channel: 'discord' })

  await expect.poll(async () => (await rig.turns('c-3'))[0]?.isAnswered).toBe(true)
  expect(texts().at(-1)).toBe('You said from Ben')
})

/** Of a person in a channel, in a thread of their own. */
const at = (person: number, channel: string): Partial<Message> => ({
  conversation: `c-${channel}-${person}`,
  author: { id: `U${person}` },
  address: { channel, thread: `t-${person}` },
})

test('what several people write beyond one message each shares the limit of their channel, which others do not have', async () => {
  rig = await openRig({ channelLimit: { most: 2, windowMs } })

  for (const person of [1, 2, 3, 4]) await writeAll([`first of ${person}`, `second of ${person}`], at(person, 'C1'))
  await untilEvent(rig, 'message.limited', 2)
  await writeAll(['one', 'two'], at(5, 'C2'))
  await untilShown(rig, 9)

  // Four first ones, two of the channel and one that is told; of the other channel both.
  expect(texts().filter((text) => text.includes(notice))).toHaveLength(1)
  expect(texts()).toHaveLength(9)
})

test('somebody new is answered at once and told nothing, however much others have waiting in the channel', async () => {
  rig = await openRig({ channelLimit: { most: 2, windowMs } })
  for (const person of [1, 2, 3]) await writeAll(numbers(1, 9), at(person, 'C1'))
  await untilEvent(rig, 'message.limited', 4)

  await rig.write('a question', at(9, 'C1'))

  await expect.poll(texts).toContain('You said a question')
})

test('each of many people is answered at least once in a window', async () => {
  rig = await openRig({ channelLimit: { most: 1, windowMs }, isIdle: true }) // the clock is moved on between turns only
  const people = [1, 2, 3, 4, 5]
  for (const person of people) await writeAll(numbers(1, 4), at(person, 'C1'))

  for (let windows = 1; windows <= 4; windows += 1) {
    for (const person of people) await takeTurns({ tenant, conversation: `c-C1-${person}` }, rig.parts)
    const turns = await Promise.all(people.map((person) => rig.turns(`c-C1-${person}`)))
    const fewest = Math.min(...turns.map((own) => own.filter(({ isAnswered }) => isAnswered).length))
    expect(fewest).toBeGreaterThanOrEqual(windows)
    rig.pass(windowMs)
  }
})

test('the team is not limited', async () => {
  rig = await openRig({ userLimit: { most: 1, windowMs }, isOfTeam: () => true })

  await writeAll(numbers(1, 9))
  await untilShown(rig, 9)

  expect(texts()).toEqual(numbers(1, 9).map((name) => `You said ${name}`))
})

test('a press is not limited, and takes no place', async () => {
  rig = await openRig({
    userLimit: { most: 1, windowMs },
    answer: () => ({ kind: 'escalate', because: 'a test wants a person' }),
  })
  await rig.write('I am lost')
  await untilShown(rig, 1)
  const button = (await rig.turns())[0]?.replies[0]?.actions.find(({ meaning }) => meaning.kind === 'bot')

  await rig.write('Back to the bot', { pressed: button?.id ?? 'none' })
  await untilShown(rig, 2)

  expect(rig.events.filter(({ name }) => name === 'message.limited')).toEqual([])
})

test('the same message twice is one message', async () => {
  rig = await openRig({ userLimit: { most: 2, windowMs } })

  for (let time = 0; time < 5; time += 1) await rig.write('1', { id: 'same' })
  await rig.write('2')
  await untilShown(rig, 2)

  expect(texts()).toEqual(['You said 1', 'You said 2'])
})

test('an answer that fails and is tried again takes no second place', async () => {
  const failed = new Set<string>()
  rig = await openRig({
    userLimit: { most: 2, windowMs },
    answer: ({ message: { text } }) => {
      if (!failed.has(text)) {
        failed.add(text)
        throw new StoreUnavailableError('The records do not answer. It is tried again.')
      }
      return { kind: 'reply', text: `You said ${text}` }
    },
  })

  await writeAll(['1', '2'])
  await untilShown(rig, 2)

  expect(texts()).toEqual(['You said 1', 'You said 2'])
  expect(rig.events.filter(({ name }) => name === 'message.limited')).toEqual([])
})

test('a queue that is away when a message has to wait leaves it to recovery', async () => {
  rig = await openRig({
    userLimit: { most: 1, windowMs },
    queue: (real) => ({
      ...real,
      work: (handler) => real.work(handler),
      stop: () => real.stop(),
      wake: async (key, at) => {
        if (at !== undefined) throw new StoreUnavailableError('The queue is away.')
        await real.wake(key)
      },
    }),
  })
  await writeAll(['1', '2', '3'])
  await untilEvent(rig, 'queue.failed')

  rig.pass(windowMs)
  await rig.sweep()
  await untilShown(rig, 3)

  expect(texts()).toEqual(['You said 1', `You said 2\n\n${notice}`, 'You said 3'])
})

test('the first message beyond the limit is still told, and still answered by rules alone, when its answer is tried again', async () => {
  let fails = 1
  rig = await openRig({
    userLimit: { most: 1, windowMs },
    answer: ({ message }) => {
      if (message.text === '2' && fails-- > 0) throw new StoreUnavailableError('The records do not answer.')
      return { kind: 'reply', text: `You said ${message.text}` }
    },
  })

  await writeAll(['1', '2'])
  await untilShown(rig, 2)

  expect(rig.events.filter(({ name }) => name === 'message.postponed')).toHaveLength(1)
  expect(texts()).toEqual(['You said 1', `You said 2\n\n${notice}`])
})

test('whoever floods threads is told once and answered in turn, and everybody else before that', async () => {
  rig = await openRig({ isIdle: true, userLimit: { most: 5, windowMs } })
  const flood = Array.from({ length: 400 }, (_, n) => n)
  const others = Array.from({ length: 10 }, (_, n) => n)

  for (const n of flood) await rig.write(`flood ${n}`, { conversation: `thread-${n % 40}`, author: { id: 'FLOOD' } })
  for (const n of others) await rig.write(`other ${n}`, { conversation: `other-${n}`, author: { id: `U-${n}` } })
  await rig.parts.queue.work((key) => takeTurns(key, rig.parts))
  await untilShown(rig, 5 + 1 + others.length)

  const isOfFlood = (text: string): boolean => text.startsWith('You said flood')
  expect(
    texts()
      .filter((text) => !isOfFlood(text))
      .toSorted(),
  ).toEqual(others.map((n) => `You said other ${n}`))
  expect(
    texts()
      .filter(isOfFlood)
      .filter((text) => text.includes(notice)),
  ).toHaveLength(1)
  const stored = await Promise.all(flood.slice(0, 40).map((n) => rig.turns(`thread-${n}`)))
  expect(stored.flat()).toHaveLength(flood.length)
}, 60_000)
