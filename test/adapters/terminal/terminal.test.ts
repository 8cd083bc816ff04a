import { afterEach, expect, test } from 'vitest'
import { createTerminal, type Terminal } from '../../../adapters/terminal/terminal.ts'
import { createIntake } from '../../../handlers/intake.ts'
import { takeTurns } from '../../../handlers/turn.ts'
import { ChannelError, InputError } from '../../../src/core/errors.ts'
import type { ChannelEvent } from '../../../src/core/ports.ts'
import { openRig, tenant, type Rig } from '../../handlers/rig.ts'

let rig: Rig
afterEach(() => rig.close())

/** A terminal before the real intake. Each test says itself what happens to a message that was stored. */
async function openTerminal(
  answerLimitMs: number,
  onStored: (terminal: Terminal, event: ChannelEvent) => Promise<void>,
): Promise<Terminal> {
  rig = await openRig({ isIdle: true })
  const { conversations, queue, observer, newId, now } = rig.parts
  const toWireReceipt = (): Readonly<Record<string, unknown>> => ({})
  const terminal = createTerminal(
    { tenant, conversations, toWireReceipt, linkHosts: new Set<string>(), newId, now },
    answerLimitMs,
  )
  const intake = createIntake({ inbox: rig.store.inbox, revisions: rig.store.revisions, queue, observer })
  await terminal.start(async (event) => {
    const taken = await intake(event)
    if (taken.kind === 'new') await onStored(terminal, event)
    return taken
  })
  return terminal
}

async function answer(event: ChannelEvent, channels: ReadonlyMap<'terminal', Terminal>): Promise<void> {
  if (!('message' in event) || typeof event.message === 'string') throw new TypeError('only messages are expected here')
  const onAnswered = (message: string): void => channels.get('terminal')?.onAnswered(message)
  await takeTurns({ tenant, conversation: event.message.conversation }, { ...rig.parts, channels, onAnswered })
}

test('an answer that is shown reaches whoever typed', async () => {
  const terminal = await openTerminal(60_000, (shown, event) => answer(event, new Map([['terminal', shown]])))

  expect((await terminal.client.say('hello')).replies).toMatchObject([{ text: 'You said hello' }])
})

test('an answer that is stored and was never shown is read when the time is over', async () => {
  const terminal = await openTerminal(1, (_, event) => answer(event, new Map()))

  expect((await terminal.client.say('hello')).replies).toMatchObject([{ text: 'You said hello' }])
})

test('a message that nobody answers is told of when the time is over, as something that may pass', async () => {
  const terminal = await openTerminal(1, async () => {})

  const failure: unknown = await terminal.client.say('hello').catch((error: unknown) => error)

  expect(failure).toBeInstanceOf(ChannelError)
  expect(failure).toMatchObject({ retryable: true, message: expect.stringContaining('no answer') })
})

test('a button that is refused is told at once, and the next message is answered', async () => {
  const terminal = await openTerminal(60_000, (shown, event) => answer(event, new Map([['terminal', shown]])))

  await expect(terminal.client.press('never offered')).rejects.toThrow(InputError)
  expect((await terminal.client.say('hello')).replies).toMatchObject([{ text: 'You said hello' }])
})

test('a press that is answered without a reply reaches whoever pressed, at once', async () => {
  const terminal = await openTerminal(60_000, (shown, event) => answer(event, new Map([['terminal', shown]])))
  const [said] = (await terminal.client.say('hello')).replies
  const thumb = said?.actions.find(({ label }) => label === '👍')

  const pressed = await terminal.client.press(thumb?.id ?? '')

  expect(said?.actions).toEqual([
    { id: expect.any(String), label: '👍', kind: 'feedback' },
    { id: expect.any(String), label: '👎', kind: 'feedback' },
  ])
  expect(pressed).toMatchObject({ replies: [], receipt: undefined })
})
