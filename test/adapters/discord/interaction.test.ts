import { describe, expect, test } from 'vitest'
import type { DiscordReader } from '../../../adapters/discord/event.ts'
import { type InteractionReading, readInteraction } from '../../../adapters/discord/interaction.ts'
import { payloads } from './stand.ts'

const receivedAt = new Date('2026-11-21T10:00:00Z')
const reader: DiscordReader = {
  tenant: 'acme',
  botId: '900000000000000001',
  place: () => undefined,
  isOwnRole: () => false,
  conversationOf: () => undefined,
  receivedAt,
}

function read(name: keyof typeof payloads, fields: object = {}): InteractionReading {
  return readInteraction({ ...payloads[name], ...fields }, reader)
}

test('a button press carries its label, and what it is answered with', () => {
  expect(read('button')).toMatchObject({
    interaction: {
      id: '1300000000000000004',
      token: 'example-interaction-token',
      application: '900000000000000002',
      kind: 'button',
      isOnMessage: true,
      member: { guild: '400000000000000001', user: '700000000000000001', permissions: 0n },
    },
    event: {
      kind: 'action',
      message: {
        id: 'discord:1300000000000000004',
        pressed: 'act-1',
        text: 'Yes, a refund',
        conversation: 'discord:500000000000000001:700000000000000001',
        address: { channel: '500000000000000001', message: '1400000000000000002', guild: '400000000000000001' },
      },
    },
  })
})

test('what is chosen from a list is a press of the button it stands for', () => {
  expect(read('list')).toMatchObject({
    event: {
      kind: 'action',
      message: {
        pressed: 'act-4',
        text: 'An invoice',
        conversation: 'discord:500000000000000077',
        address: { channel: '500000000000000077', parent: '500000000000000001' },
      },
    },
  })
})

test('/ask is a message whose answer may take the place of what Discord shows meanwhile', () => {
  expect(read('ask')).toMatchObject({
    interaction: { kind: 'ask', isOnMessage: false },
    event: {
      kind: 'message',
      isAddressed: true,
      message: {
        id: 'discord:1300000000000000008',
        text: 'what are your opening hours?',
        address: {
          channel: '500000000000000001',
          guild: '400000000000000001',
          interaction: 'example-interaction-token',
          interactionAt: String(receivedAt.getTime()),
          application: '900000000000000002',
        },
      },
    },
  })
})

test('/spend is a command with its words, and tells what its author may do at this moment', () => {
  expect(read('spend')).toMatchObject({
    interaction: { kind: 'command', member: { permissions: 9_007_199_254_740_991n } },
    event: {
      kind: 'command',
      channel: 'discord',
      name: 'spend',
      text: 'limit 50',
      author: { id: '700000000000000009' },
    },
  })
})

test.each([
  ['Make a ticket', 'make-ticket'],
  ['Try advanced AI', 'try-advanced'],
])('%j in the menu of a message is the shortcut %s, with the message as its author wrote it', (name, shortcut) => {
  expect(read('menu', { data: { ...Object(payloads.menu['data']), name } })).toMatchObject({
    event: {
      kind: 'shortcut',
      name: shortcut,
      author: { id: '700000000000000002' },
      message: {
        id: 'discord:1300000000000000013',
        author: { id: '700000000000000001', name: 'Ann' },
        text: 'my parcel is wet',
        conversation: 'discord:500000000000000001:700000000000000001',
        address: { channel: '500000000000000001', message: '1300000000000000013', guild: '400000000000000001' },
      },
    },
  })
})

test('a form that was sent carries its id, its values by name, and an id of this one submission', () => {
  expect(read('form')).toMatchObject({
    event: {
      kind: 'form',
      channel: 'discord',
      id: 'discord:1300000000000000014',
      form: 'desk:note:142',
      values: { note: 'Called them back.' },
      author: { id: '700000000000000002' },
      address: { channel: '500000000000000001', message: '1400000000000000002' },
    },
  })
})

test('a button in a direct message names its person without a member', () => {
  const { member, guild_id: _guild, ...rest } = payloads.button
  const channel = { id: '600000000000000001', type: 1 }

  const reading = readInteraction({ ...rest, user: Object(member).user, channel, channel_id: channel.id }, reader)

  expect(reading).toMatchObject({
    event: {
      message: { isPrivate: true, conversation: 'discord:600000000000000001', author: { id: '700000000000000001' } },
    },
  })
})

test('a button in a group of people is not private', () => {
  const { guild_id: _guild, ...rest } = payloads.button

  expect(readInteraction({ ...rest, channel: { type: 3 } }, reader)).toMatchObject({
    event: { message: { isPrivate: false } },
  })
})

describe('everything else has a name', () => {
  test.each<[string, InteractionReading, string]>([
    ['a ping', read('button', { type: 1 }), 'unused-interaction'],
    ['a half-typed command', read('ask', { type: 4 }), 'unused-interaction'],
    ['another command', read('ask', { data: { name: 'dance', type: 1 } }), 'unused-interaction'],
    [
      'the menu of a person',
      read('menu', { data: { ...Object(payloads.menu['data']), type: 2 } }),
      'unused-interaction',
    ],
    ['/ask without a word', read('ask', { data: { name: 'ask', type: 1, options: [] } }), 'no-text'],
    ['a list of people', read('button', { data: { custom_id: 'x', component_type: 5 } }), 'unused-interaction'],
    ['a list with nothing chosen', read('list', { data: { custom_id: 'x', component_type: 3 } }), 'malformed'],
    [
      'a message that is not there',
      read('menu', { data: { name: 'Make a ticket', type: 3, target_id: '13', resolved: {} } }),
      'malformed',
    ],
    ['a token with a path in it', read('button', { token: '../../channels/1' }), 'malformed'],
    ['an id with a path in it', read('button', { id: '1/../2' }), 'malformed'],
    [
      'a button id of 101 characters',
      read('button', { data: { custom_id: 'x'.repeat(101), component_type: 2 } }),
      'malformed',
    ],
    ['a form with a line break in its id', read('form', { data: { custom_id: 'a\nb', components: [] } }), 'malformed'],
    ['nothing', readInteraction(undefined, reader), 'malformed'],
  ])('%s', (_name, reading, because) => {
    expect(reading).toMatchObject({ kind: 'ignored', because })
  })
})

test.each(['-1', '99999999999999999999999999', 8, null])('permissions of %j are none', (permissions) => {
  const member = { ...Object(payloads.spend['member']), permissions }

  expect(read('spend', { member })).toMatchObject({ interaction: { member: undefined } })
})
