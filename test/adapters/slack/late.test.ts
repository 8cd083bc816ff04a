import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { SlackReading } from '../../../adapters/slack/reading.ts'
import { InboxFirstReceiver } from '../../../adapters/slack/receiver.ts'
import type { Intake } from '../../../src/core/ports.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

const command: SlackReading = {
  kind: 'event',
  event: {
    kind: 'command',
    tenant: 'acme',
    channel: 'slack',
    author: { id: 'T0EXAMPLE:U0OWNER' },
    name: 'spend',
    text: '',
    address: { team: 'T0EXAMPLE', channel: 'C0STAFF' },
  },
  origin: { team: 'T0EXAMPLE', user: 'U0OWNER', responseUrl: 'https://hooks.slack.com/commands/1' },
}
const shown: Intake = { kind: 'shown', reply: { text: 'Today: $0.12', actions: [], audience: 'staff' } }

interface Rig {
  readonly receiver: InboxFirstReceiver
  readonly said: object[]
  readonly failures: unknown[]
  readonly acknowledged: (object | undefined)[]
  readonly take: () => Promise<boolean>
}

function rig(becomes: Promise<Intake> | undefined, reading: SlackReading = command): Rig {
  const [said, failures, acknowledged]: [object[], unknown[], (object | undefined)[]] = [[], [], []]
  const receiver = new InboxFirstReceiver({
    read: () => reading,
    named: async (event) => event,
    answers: {
      clientFor: () => expect.unreachable('no method of Slack is called'),
      respond: async (_address, body) => void said.push(body),
      linkHosts: new Set(),
      suggestions: ['Where is my order?'],
      sentences: { suggestions: '', formFailed: '', cancel: 'No' },
    },
    onFailure: (error) => failures.push(error),
  })
  if (becomes !== undefined) receiver.listen(() => becomes, undefined)
  const take = (): Promise<boolean> => receiver.take({}, async (body) => void acknowledged.push(body))
  return { receiver, said, failures, acknowledged, take }
}

test('a command whose answer takes longer than 2.5 s is acknowledged without it, and answered when it is there', async () => {
  const { promise, resolve } = Promise.withResolvers<Intake>()
  const { acknowledged, said, take } = rig(promise)

  const taking = take()
  await vi.advanceTimersByTimeAsync(2499)
  const before = acknowledged.length
  await vi.advanceTimersByTimeAsync(1)
  const during = [...acknowledged]
  resolve(shown)
  await taking

  expect([before, during]).toEqual([0, [undefined]])
  expect(said).toMatchObject([{ response_type: 'ephemeral', text: 'Today: $0.12' }])
})

test('one that fails after its acknowledgement is told of', async () => {
  const { promise, reject } = Promise.withResolvers<Intake>()
  const { acknowledged, failures, take } = rig(promise)

  const taking = take()
  await vi.advanceTimersByTimeAsync(2500)
  reject(new Error('the database is away'))

  expect(await taking).toBe(true)
  expect([acknowledged, failures.map(String)]).toEqual([[undefined], ['Error: the database is away']])
})

test('one that fails in time is not acknowledged', async () => {
  const { acknowledged, failures, take } = rig(Promise.reject(new Error('the database is away')))

  expect(await take()).toBe(false)
  expect([acknowledged, failures.map(String)]).toEqual([[], ['Error: the database is away']])
})

test('a picture is left out, because its reply says the same', async () => {
  const picture = { png: new Uint8Array([1, 2, 3]), description: 'the day' }
  const { acknowledged, take } = rig(Promise.resolve({ ...shown, picture }))

  await take()

  expect(acknowledged).toMatchObject([{ text: 'Today: $0.12' }])
  expect(JSON.stringify(acknowledged)).not.toContain('the day')
})

test('what whoever runs the bot has to know is told once, however often it comes', async () => {
  const { acknowledged, failures, take } = rig(Promise.resolve(shown), {
    kind: 'notice',
    sentence: 'The app was removed.',
  })

  for (let times = 0; times < 3; times += 1) await take()

  expect(acknowledged).toHaveLength(3)
  expect(failures.map(String)).toEqual(['ChannelError: The app was removed.'])
})

test('suggestions that Slack does not take are told of once, however often the messages are opened', async () => {
  const opened = { kind: 'opened', origin: { team: 'T0EXAMPLE', channel: 'D0CUSTOMER' } } as const
  const { acknowledged, failures, take } = rig(Promise.resolve(shown), opened)

  for (let times = 0; times < 3; times += 1) await take()

  expect([acknowledged.length, failures.length]).toEqual([3, 1])
})

test('before the start and after the stop nothing is acknowledged, so Slack keeps it', async () => {
  const { receiver, acknowledged, failures, take } = rig(Promise.resolve(shown))
  const starting = rig(undefined)

  const before = await starting.take()
  const during = await take()
  await receiver.stop()
  const after = await take()

  expect([before, starting.acknowledged.length, starting.failures.length]).toEqual([false, 0, 1])
  expect([during, after, acknowledged.length, failures.length]).toEqual([true, false, 1, 1])
})
