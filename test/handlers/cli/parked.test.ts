import { expect, test } from 'vitest'
import { createParkedCommand, type ParkedSource } from '../../../handlers/cli/parked.ts'
import { UsageError } from '../../../src/core/errors.ts'
import type { ParkedMessage, ParkedTraces } from '../../../src/core/parked.ts'
import { toWireParked, toWireParkedDetails } from '../../../src/safety/wire-parked.ts'
import { createMemoryIo } from './io.ts'

const parked: ParkedMessage = {
  tenant: 'default',
  message: 'slack:T1:D1:17.3',
  conversation: 'talk',
  channel: 'slack',
  text: 'Refund to my card 4111 1111 1111 1111,\nplease',
  reason: 'attempts-used-up',
  fault: 'It was tried 5 times, and 5 times the process ended before it was answered.',
  tries: 5,
  replays: 0,
  at: new Date('2026-11-28T08:15:30Z'),
  state: 'parked',
  ticket: 'T-3',
}
const traces: ParkedTraces = {
  replies: [{ state: 'sent', at: parked.at }],
  ticket: { id: 'T-3', state: 'waiting-team', isOwn: true },
  card: 'claimed',
  with: 'bot',
  later: { answered: 2, owed: 0 },
}

/** One parked message, and what was asked about it. */
function sourceOf(messages: readonly ParkedMessage[] = [parked]) {
  const asked: string[] = []
  const details = toWireParkedDetails({ ...parked, traces })
  const source: ParkedSource = {
    list: async (which) => {
      asked.push(which)
      return await Promise.resolve({ parked: messages.map(toWireParked) })
    },
    show: async (message) => {
      asked.push(`show ${message}`)
      return await Promise.resolve(details)
    },
    decide: async (message, decision) => {
      asked.push(`${decision} ${message}`)
      const state = decision === 'replay' ? 'replayed' : 'discarded'
      return await Promise.resolve({ ...details, state })
    },
    close: async () => void asked.push('closed'),
  }
  return { command: createParkedCommand(() => Promise.resolve(source)), asked }
}

async function printed({ command }: ReturnType<typeof sourceOf>, ...args: string[]): Promise<string> {
  const io = createMemoryIo()
  expect(await command.run(args, io)).toBe(0)
  return io.output()
}

test('the list says which, where, when, why and under which ticket, and is closed', async () => {
  const source = sourceOf()

  const list = await printed(source)

  expect(list).toBe(
    'message           channel  parked            reason            tries  ticket\n' +
      'slack:T1:D1:17.3  slack    2026-11-28 08:15  attempts-used-up      5  T-3\n',
  )
  expect(source.asked).toEqual(['parked', 'closed'])
  expect(await printed(sourceOf([]))).toBe('No message is parked.\n')
})

test('--all asks for those somebody has decided about as well, and --json is one object without personal details', async () => {
  const source = sourceOf()

  const json = await printed(source, '--all', '--json')

  expect(source.asked).toEqual(['all', 'closed'])
  expect(JSON.parse(json)).toMatchObject({
    parked: [{ message: parked.message, at: '2026-11-28T08:15:30.000Z', ticket: 'T-3', closed: null }],
  })
  expect(json).not.toContain('4111')
})

test('before a replay stands what was done already, and what would be', async () => {
  const shown = await printed(sourceOf(), 'show', parked.message)

  expect(shown).toContain('text     Refund to my card [CARD_1], please')
  expect(shown).toContain('ticket T-3               waiting-team  finds it, and opens no other')
  expect(shown).toContain("the team's card          claimed       notes there that the customer has an answer")
  expect(shown).toContain('Will be done by a replay: the bot answers the message, below what it has said already.')
  expect(shown).toContain('2 messages of the conversation came after it.')
})

test.each([
  ['replay', 'Replayed: slack:T1:D1:17.3 is answered anew.'],
  ['discard', 'Discarded: nothing more is done for slack:T1:D1:17.3'],
])('%s tells what was decided', async (verb, told) => {
  const source = sourceOf()

  expect(await printed(source, verb, parked.message)).toContain(told)
  expect(source.asked).toEqual([`${verb} ${parked.message}`, 'closed'])
})

test.each([
  [['repeat', 'x'], 'parked knows no "repeat"; known: show, replay, discard'],
  [['replay'], 'parked replay takes the id of one message'],
  [['show', 'a', 'b'], 'parked show takes the id of one message'],
])('%j is refused before anything is opened', async (args, message) => {
  const source = sourceOf()

  const refused = source.command.run([...args], createMemoryIo())

  await expect(refused).rejects.toThrow(UsageError)
  await expect(refused).rejects.toThrow(message)
  expect(source.asked).toEqual([])
})
