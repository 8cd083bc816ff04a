import { describe, expect, test } from 'vitest'
import { altered, eventOf, interactions, pressing, reader } from './interactions.ts'
import { readSlackEvent } from '../../../adapters/slack/event.ts'

describe('files', () => {
  test('come with the message, named as far as Slack names them, also without a word', () => {
    expect(eventOf(interactions.fileOnly)).toMatchObject({
      kind: 'message',
      message: {
        text: '',
        attachments: [{ name: 'broken cup.jpg', type: 'image/jpeg', bytes: 482_113 }, { name: 'file' }],
      },
    })
  })

  test('also without a text at all', () => {
    expect(eventOf(altered('fileOnly', 'event', { text: undefined }))).toMatchObject({ message: { text: '' } })
  })

  test('30 files are noted as 20, and a name of 10,000 characters is cut', () => {
    const files = Array.from({ length: 30 }, () => ({ name: 'x'.repeat(10_000), mimetype: '\n', size: -1 }))

    expect(eventOf(altered('fileOnly', 'event', { files }))).toMatchObject({
      message: { attachments: Array.from({ length: 20 }, () => ({ name: 'x'.repeat(200) })) },
    })
  })
})

describe('what is pressed, chosen, filled in', () => {
  test.each([
    ['a thumb carries its action as its value', interactions.feedback, 'act-helpful', 'Helpful'],
    ['a menu carries the action that was chosen', interactions.select, 'act-order', 'Order 1042'],
    [
      'an icon carries its action as its value',
      pressing('feedback', { type: 'icon_button' }),
      'act-helpful',
      'Helpful',
    ],
    ['a button is its action', pressing('feedback', { type: 'button' }), 'rating', 'Helpful'],
  ])('%s', (_name, payload, ...[pressed, text]) => {
    expect(eventOf(payload)).toMatchObject({ kind: 'action', message: { pressed, text } })
  })

  test('a press in a direct message is private and belongs to its thread', () => {
    expect(eventOf(interactions.feedback)).toMatchObject({
      message: { isPrivate: true, conversation: 'slack:T0EXAMPLE:D0CUSTOMER:1763700003.000100' },
    })
  })

  test('a press on the home page has no channel', () => {
    expect(readSlackEvent(interactions.homeButton, reader)).toMatchObject({
      event: {
        kind: 'action',
        message: {
          id: 'slack:T0EXAMPLE:V0HOME:T0EXAMPLE:U0OWNER:1763700012.000100',
          pressed: 'spend:week',
          address: { team: 'T0EXAMPLE', home: '1' },
          author: { id: 'T0EXAMPLE:U0OWNER' },
        },
      },
      origin: { view: { kind: 'home' }, user: 'U0OWNER' },
    })
  })

  test('a shortcut names who chose it, and the message with its own author', () => {
    expect(eventOf(interactions.shortcut)).toMatchObject({
      kind: 'shortcut',
      name: 'make-ticket',
      author: { id: 'T0EXAMPLE:U0HELPER' },
      message: {
        id: 'slack:T0EXAMPLE:C0HELP:1763700002.000100',
        conversation: 'slack:T0EXAMPLE:C0HELP:1763700001.000100',
        author: { id: 'T0EXAMPLE:U0CUSTOMER' },
        text: 'it is still not here',
      },
    })
  })

  test('a shortcut on an answer of the bot has the bot as the author of the message', () => {
    const onAnswer = altered('shortcut', 'message', { user: undefined, bot_id: 'B0BOT' })

    expect(eventOf(onAnswer)).toMatchObject({ message: { author: { id: 'T0EXAMPLE:B0BOT' } } })
  })

  test('a form has our names of its fields and the place it was opened at', () => {
    expect(eventOf(interactions.submission)).toEqual({
      kind: 'form',
      tenant: 'acme',
      channel: 'slack',
      author: expect.objectContaining({ id: 'T0EXAMPLE:U0HELPER' }),
      id: 'slack:T0EXAMPLE:V0FORM:1763700014.form',
      form: 'desk:note:7',
      values: { note: 'Asked the warehouse.', subject: '' },
      address: { team: 'T0EXAMPLE', channel: 'C0STAFF', thread: '1763700009.000100' },
    })
  })

  test.each([
    ['not JSON', 'x'],
    ['nothing', undefined],
    ['another workspace', '{"team":"T9","channel":"C0STAFF"}'],
    ['a channel that is none', '{"team":"T0EXAMPLE","channel":"C0:STAFF"}'],
  ])('a form whose place is %s belongs to the workspace alone', (_name, metadata) => {
    const payload = altered('submission', 'view', { private_metadata: metadata })

    expect(eventOf(payload)).toMatchObject({ kind: 'form', address: { team: 'T0EXAMPLE' } })
  })

  test('a field named __proto__ is a field and nothing more', () => {
    const values: unknown = JSON.parse('{"a":{"__proto__":{"value":"x"}},"b":{"note":{"value":"y"}}}')

    const event = eventOf(altered('submission', 'view', { state: { values } }))

    expect(event).toMatchObject({ kind: 'form', values: { note: 'y' } })
    expect(Object.getPrototypeOf(event)).toBe(Object.prototype)
  })

  test('Stop belongs to the conversation of its thread', () => {
    expect(eventOf(interactions.stop)).toEqual({
      kind: 'stop',
      key: { tenant: 'acme', conversation: 'slack:T0EXAMPLE:D0CUSTOMER:1763700003.000100' },
    })
  })

  test('opening the messages asks for suggestions where the app has the agent view', () => {
    expect(readSlackEvent(interactions.messagesTab, reader)).toMatchObject({
      kind: 'opened',
      origin: { channel: 'D0CUSTOMER' },
    })
    expect(readSlackEvent(interactions.messagesTab, { ...reader, agentView: false })).toEqual({
      kind: 'ignored',
      because: 'other-tab',
    })
  })
})
