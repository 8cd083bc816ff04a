import { describe, expect, test } from 'vitest'
import {
  type DiscordReader,
  type DiscordReading,
  readDiscordEvent,
  unknownPlaceOf,
} from '../../../adapters/discord/event.ts'
import { payloads } from './stand.ts'

const thread = { type: 11, guild: '400000000000000001', parent: '500000000000000001', tags: [] }
const receivedAt = new Date('2026-11-21T10:00:00Z')
const reader: DiscordReader = {
  tenant: 'acme',
  botId: '900000000000000001',
  place: (id) => (id === '500000000000000077' ? thread : undefined),
  isOwnRole: (role) => role === '410000000000000001',
  conversationOf: (id) => (id === 'discord:1300000000000000009' ? 'discord:of-ann' : undefined),
  receivedAt,
}

function read(type: string, name: keyof typeof payloads, fields: object = {}): DiscordReading {
  return readDiscordEvent(type, { ...payloads[name], ...fields }, reader)
}

function textOf(reading: DiscordReading): unknown {
  return reading.kind === 'event' && 'message' in reading.event && typeof reading.event.message === 'object'
    ? reading.event.message.text
    : reading
}

describe('messages', () => {
  test('a mention becomes a message without the mention, in the conversation of its author in the channel', () => {
    expect(read('MESSAGE_CREATE', 'mention')).toEqual({
      kind: 'event',
      event: {
        kind: 'message',
        message: {
          tenant: 'acme',
          id: 'discord:1300000000000000001',
          channel: 'discord',
          conversation: 'discord:500000000000000001:700000000000000001',
          address: { channel: '500000000000000001', message: '1300000000000000001', guild: '400000000000000001' },
          author: { id: '700000000000000001', name: 'Ann' },
          text: 'where is my order 1042?',
          isPrivate: false,
          receivedAt,
        },
        isAddressed: true,
      },
    })
  })

  test('a direct message is private and one conversation', () => {
    expect(read('MESSAGE_CREATE', 'directMessage')).toMatchObject({
      event: {
        message: {
          isPrivate: true,
          conversation: 'discord:600000000000000001',
          text: 'change my e-mail to ann@example.com',
        },
      },
    })
  })

  test('a reply that notifies the bot is addressed to it', () => {
    expect(textOf(read('MESSAGE_CREATE', 'reply'))).toBe('it is still not here')
  })

  test('a thread is one conversation, read without a mention too, with its files noted and its channel named', () => {
    expect(read('MESSAGE_CREATE', 'inThread')).toMatchObject({
      event: {
        isAddressed: false,
        message: {
          conversation: 'discord:500000000000000077',
          address: { channel: '500000000000000077', parent: '500000000000000001' },
          isPrivate: false,
          attachments: [{ name: 'receipt.pdf', type: 'application/pdf', bytes: 48_211 }],
        },
      },
    })
  })

  test('a thread whose kind only the gateway told is one conversation as well', () => {
    const { channel_type: _type, ...rest } = payloads.inThread

    expect(readDiscordEvent('MESSAGE_CREATE', rest, reader)).toMatchObject({
      event: { message: { conversation: 'discord:500000000000000077' } },
    })
  })

  test('a mention in a thread is addressed to the bot', () => {
    const content = '<@900000000000000001> hello'

    expect(read('MESSAGE_CREATE', 'inThread', { content })).toMatchObject({ event: { isAddressed: true } })
  })

  test('a reply to the bot names the message it replies to, and one to somebody else none', () => {
    const [ours, others] = [reader.botId, '700000000000000002'].map((id) =>
      read('MESSAGE_CREATE', 'reply', { referenced_message: { id: '1300000000000000009', author: { id } } }),
    )

    expect(ours).toMatchObject({ event: { message: { address: { reply: '1300000000000000009' } } } })
    expect(others).not.toHaveProperty('event.message.address.reply')
  })

  test('a reply that notifies nobody is addressed to the bot all the same', () => {
    const author = { id: '900000000000000001' }

    expect(read('MESSAGE_CREATE', 'reply', { mentions: [], referenced_message: { author } })).toMatchObject({
      event: { isAddressed: true, message: { text: 'it is still not here' } },
    })
  })

  test('files without words are a message', () => {
    expect(read('MESSAGE_CREATE', 'inThread', { content: '' })).toMatchObject({
      event: { message: { text: '', attachments: [{ name: 'receipt.pdf' }] } },
    })
  })

  test.each([
    ['a mention and nothing else', read('MESSAGE_CREATE', 'mention', { content: '<@900000000000000001> ' })],
    ['a sticker in a direct message', read('MESSAGE_CREATE', 'directMessage', { content: '' })],
  ])('%s is a message without a word', (_name, reading) => {
    expect(reading).toMatchObject({ event: { kind: 'message', isAddressed: true, message: { text: '' } } })
  })

  test('the bot is named by the role that Discord made for it, and by no other', () => {
    const [own, other] = ['410000000000000001', '410000000000000002'].map((role) =>
      read('MESSAGE_CREATE', 'mention', { content: `<@&${role}> hello`, mentions: [], mention_roles: [role] }),
    )

    expect(own).toMatchObject({ event: { isAddressed: true, message: { text: 'hello' } } })
    expect(other).toEqual({ kind: 'ignored', because: 'not-addressed' })
  })

  test('text that is withheld in a thread has a name of its own', () => {
    expect(read('MESSAGE_CREATE', 'inThread', { content: '', attachments: [] })).toEqual({
      kind: 'ignored',
      because: 'no-content',
    })
  })

  test.each([
    ['<@!900000000000000001> hi', 'hi'],
    ['<@900000000000000001> is <@700000000000000009> here?', 'is @Bo here?'],
    ['<@900000000000000001> <@1>', '@somebody'],
    ['<@900000000000000001> <:shrug:123456789012345678> <a:party:123456789012345678>', ':shrug: :party:'],
    ['<@900000000000000001> in <#5> as <@&6> by </pay:7>', 'in #channel as @role by /pay'],
    ['<@900000000000000001> a < b & c > d', 'a < b & c > d'],
    ['<@900000000000000001> 🙂 שלום', '🙂 שלום'],
  ])('%s reads as %j', (content, text) => {
    const mentions = [
      ...Object.values(Object(payloads.mention['mentions'])),
      { id: '700000000000000009', username: 'bo', global_name: 'Bo' },
    ]

    expect(textOf(read('MESSAGE_CREATE', 'mention', { content, mentions }))).toBe(text)
  })
})

describe('everything that is not a message of a customer has a name', () => {
  test.each<[string, DiscordReading, string]>([
    [
      'our own message',
      read('MESSAGE_CREATE', 'mention', { author: { id: '900000000000000001', bot: true } }),
      'own-message',
    ],
    ['another bot', read('MESSAGE_CREATE', 'mention', { author: { id: '1', bot: true } }), 'bot-message'],
    ['a webhook', read('MESSAGE_CREATE', 'mention', { webhook_id: '1' }), 'bot-message'],
    ['somebody joins', read('MESSAGE_CREATE', 'mention', { type: 7 }), 'notice'],
    ['a pinned message', read('MESSAGE_CREATE', 'directMessage', { type: 6 }), 'notice'],
    ['talk in a channel', read('MESSAGE_CREATE', 'mention', { content: 'lunch?', mentions: [] }), 'not-addressed'],
    ['a link preview', read('MESSAGE_UPDATE', 'mention'), 'unchanged'],
    ['an edit of talk', read('MESSAGE_UPDATE', 'edit', { content: 'lunch?', mentions: [] }), 'not-addressed'],
    ['a deletion of talk', read('MESSAGE_DELETE', 'deletion'), 'unknown-message'],
    ['an id that is a number', read('MESSAGE_CREATE', 'mention', { id: 1300000000000000001n }), 'malformed'],
    ['a channel id with a separator', read('MESSAGE_CREATE', 'mention', { channel_id: '5:6' }), 'malformed'],
    ['no text', read('MESSAGE_CREATE', 'directMessage', { content: null }), 'malformed'],
    ['a typing notice', readDiscordEvent('TYPING_START', {}, reader), 'unused-event'],
    ['nothing', readDiscordEvent('MESSAGE_CREATE', undefined, reader), 'malformed'],
  ])('%s', (_name, reading, because) => {
    expect(reading).toEqual({ kind: 'ignored', because })
  })
})

describe('edits and deletions', () => {
  test('an edit names the message it changes', () => {
    expect(read('MESSAGE_UPDATE', 'edit')).toEqual({
      kind: 'event',
      event: {
        kind: 'edit',
        key: { tenant: 'acme', conversation: 'discord:500000000000000001:700000000000000001' },
        message: 'discord:1300000000000000001',
        text: 'where is my order 1043?',
        at: new Date('2026-11-21T10:00:03Z'),
      },
    })
  })

  test('a deletion finds its conversation: known in a channel, plain in a thread or direct message', () => {
    const inChannel = read('MESSAGE_DELETE', 'deletion', { id: '1300000000000000009' })
    const inThread = read('MESSAGE_DELETE', 'deletion', { channel_id: '500000000000000077' })

    expect([inChannel, inThread]).toMatchObject([
      { event: { kind: 'delete', key: { conversation: 'discord:of-ann' } } },
      { event: { kind: 'delete', key: { conversation: 'discord:500000000000000077' } } },
    ])
  })

  test('an edit that leaves only the mention leaves a message without a word', () => {
    expect(read('MESSAGE_UPDATE', 'edit', { content: '<@900000000000000001>' })).toMatchObject({
      event: { kind: 'edit', text: '' },
    })
  })

  test('an edit of a known message that names nobody any more still counts', () => {
    const edited = { id: '1300000000000000009', content: 'never mind', mentions: [] }

    expect(read('MESSAGE_UPDATE', 'edit', edited)).toMatchObject({ event: { kind: 'edit', text: 'never mind' } })
  })
})

test('only the place of a message that can be read has to be looked up', () => {
  const places = [
    unknownPlaceOf('MESSAGE_CREATE', payloads.mention, reader),
    unknownPlaceOf('MESSAGE_CREATE', { ...payloads.mention, content: '', mentions: [] }, reader),
    unknownPlaceOf('MESSAGE_CREATE', payloads.inThread, reader),
    unknownPlaceOf('MESSAGE_CREATE', payloads.directMessage, reader),
    unknownPlaceOf('MESSAGE_CREATE', null, reader),
  ]

  expect(places).toEqual(['500000000000000001', undefined, '500000000000000077', undefined, undefined])
})
