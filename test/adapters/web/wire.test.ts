import { expect, test } from 'vitest'
import { toWireReply } from '../../../adapters/web/wire.ts'

const reply = {
  id: 'r1',
  text: 'Hello',
  actions: [],
  audience: 'customer',
  at: new Date('2026-11-27T12:00:00Z'),
} as const

test.each([
  ['a person is named', { ...reply, from: 'Ann' }, { kind: 'person', name: 'Ann' }],
  ['what answers no message is the bot’s unless somebody is named', reply, { kind: 'bot' }],
  ['an answer names nobody', { ...reply, message: 'cookie/m1' }, undefined],
])('%s', (_name, given, by) => {
  expect(toWireReply(given, false)).toMatchObject({ text: 'Hello', ...(by === undefined ? {} : { by }) })
  expect('by' in toWireReply(given, false)).toBe(by !== undefined)
})
