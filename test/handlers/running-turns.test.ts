import { expect, test } from 'vitest'
import { createRunningTurns } from '../../handlers/running-turns.ts'
import type { Message } from '../../src/core/message.ts'

function message(id: string, conversation = 'c-1', tenant = 'acme'): Message {
  const place = { tenant, id, conversation, channel: 'slack', address: {} } as const
  return { ...place, author: { id: 'U1' }, text: '', isPrivate: true, receivedAt: new Date() }
}

test('a message that is stopped hears so, and no other does', () => {
  const running = createRunningTurns()
  const messages = [message('m1'), message('m10'), message('m2'), message('m1', 'c-2', 'other')]
  for (const one of messages) running.begin(one)

  running.stop({ tenant: 'acme', conversation: 'c-1' }, 'm1')

  expect(messages.map((one) => running.signalOf(one)?.aborted)).toEqual([true, false, false, false])
})

test('a message that was asked again is stopped under its first id', () => {
  const running = createRunningTurns()
  running.begin(message('m1#2'))

  running.stop({ tenant: 'acme', conversation: 'c-1' }, 'm1')

  expect(running.signalOf(message('m1#2'))?.aborted).toBe(true)
})

test('a stop of the whole conversation ends whatever is answered there', () => {
  const running = createRunningTurns()
  running.begin(message('m1'))
  running.begin(message('m2', 'c-2'))

  running.stop({ tenant: 'acme', conversation: 'c-1' })

  expect(['m1', 'm2'].map((id) => running.signalOf(message(id))?.aborted)).toEqual([true, false])
})

test('a message that is over cannot be stopped, and one that begins again is not stopped any more', () => {
  const running = createRunningTurns()
  running.begin(message('m1'))
  running.stop({ tenant: 'acme', conversation: 'c-1' })
  running.end(message('m1'))

  const over = running.signalOf(message('m1'))
  running.begin(message('m1'))

  expect([over, running.signalOf(message('m1'))?.aborted]).toEqual([undefined, false])
})
