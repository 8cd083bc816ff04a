import { describe, expect, test } from 'vitest'
import { readSlackEvent } from '../../../adapters/slack/event.ts'
import type { SlackReading } from '../../../adapters/slack/reading.ts'
import { altered, eventOf, interactions, pressing, reader } from './interactions.ts'
import { changed, payloads } from './stand.ts'

const { receivedAt } = reader

function textOf(reading: SlackReading): unknown {
  return reading.kind === 'event' && 'message' in reading.event && typeof reading.event.message === 'object'
    ? reading.event.message.text
    : reading
}

describe('messages', () => {
  test('a mention becomes a message without the mention, in the conversation of its thread', () => {
    expect(readSlackEvent(payloads.mention, reader)).toMatchObject({
      kind: 'event',
      event: {
        kind: 'message',
        isAddressed: true,
        message: {
          tenant: 'acme',
          id: 'slack:T0EXAMPLE:C0HELP:1763700001.000100',
          channel: 'slack',
          conversation: 'slack:T0EXAMPLE:C0HELP:1763700001.000100',
          address: { team: 'T0EXAMPLE', channel: 'C0HELP', thread: '1763700001.000100' },
          author: { id: 'T0EXAMPLE:U0CUSTOMER' },
          text: 'where is my order 1042?',
          isPrivate: false,
          receivedAt,
        },
      },
    })
  })

  test('the same message as app_mention and as message event reads the same', () => {
    expect(eventOf(payloads.mentionAsMessage)).toEqual(eventOf(payloads.mention))
  })

  test('an answer in a thread belongs to the conversation of the thread, and is not addressed to the bot by itself', () => {
    const reading = readSlackEvent(payloads.threadReply, reader)

    expect(reading).toMatchObject({
      event: {
        isAddressed: false,
        message: { conversation: 'slack:T0EXAMPLE:C0HELP:1763700001.000100', text: 'it is still not here' },
      },
    })
  })

  test('a direct message is private, and reads as its writer sees it', () => {
    const reading = readSlackEvent(payloads.directMessage, reader)

    expect(reading).toMatchObject({
      event: {
        isAddressed: true,
        message: { isPrivate: true, text: 'change my e-mail to ann@example.com & my plan to <Pro>' },
      },
    })
  })

  test('with the agent view each direct message begins a thread; without it the channel is one conversation', () => {
    const conversationOf = (agentView: boolean): unknown =>
      readSlackEvent(payloads.directMessage, { ...reader, agentView })

    expect(conversationOf(true)).toMatchObject({
      event: { message: { conversation: 'slack:T0EXAMPLE:D0CUSTOMER:1763700003.000100' } },
    })
    expect(conversationOf(false)).toMatchObject({
      event: {
        message: { conversation: 'slack:T0EXAMPLE:D0CUSTOMER', address: { team: 'T0EXAMPLE', channel: 'D0CUSTOMER' } },
      },
    })
  })

  test('somebody from another company keeps the team they come from', () => {
    expect(readSlackEvent(changed('mention', { user_team: 'T0OTHER' }), reader)).toMatchObject({
      event: { message: { author: { id: 'T0OTHER:U0CUSTOMER' } } },
    })
  })

  test.each([
    ['<@U0BOT>: hi', ': hi'],
    ['hi <@U0BOT|tuppence> there', 'hi  there'],
    ['<@U0BOT> ask <@U0ANN|ann> or <@U0BOB>', 'ask ann or @U0BOB'],
    ['<@U0BOT> in <#C0HELP|help> and <#C1>', 'in #help and #C1'],
    ['<@U0BOT> <https://shop.example/a?b=1&amp;c=2>', 'https://shop.example/a?b=1&c=2'],
    ['<@U0BOT> <http://shop.example|shop.example>', 'shop.example'],
    ['<@U0BOT> <tel:+441632960000|+44 1632 960000>', '+44 1632 960000'],
    [
      '<@U0BOT> <!here> <!channel> <!subteam^S1|@support> <!date^1^{date}|yesterday>',
      '@here @channel @support yesterday',
    ],
    ['<@U0BOT> &amp;lt;b&amp;gt; &lt;3', '&lt;b&gt; <3'],
    ['<@U0BOT> a < b <unclosed', 'a < b <unclosed'],
    ['<@U0BOT> 🙂 שלום ‮', '🙂 שלום ‮'],
  ])('%s reads as %j', (written, text) => {
    expect(textOf(readSlackEvent(changed('mention', { text: written }), reader))).toBe(text)
  })

  test.each([
    ['a mention and nothing else', changed('mention', { text: ' <@U0BOT> ' })],
    ['a direct message without a word', changed('directMessage', { subtype: 'file_share', text: '' })],
  ])('%s is a message without a text, so that it is answered', (_name, payload) => {
    expect(readSlackEvent(payload, reader)).toMatchObject({
      event: { kind: 'message', isAddressed: true, message: { text: '' } },
    })
  })

  test('40,000 characters pass, the rest is cut', () => {
    const text = textOf(readSlackEvent(changed('directMessage', { text: 'x'.repeat(50_000) }), reader))

    expect(String(text)).toHaveLength(40_000)
  })
})

describe('everything that is not a message of a customer has a name', () => {
  test.each<[string, unknown, string]>([
    ['our own message', changed('directMessage', { user: 'U0BOT' }), 'own-message'],
    ['another bot', changed('directMessage', { bot_id: 'B0OTHER' }), 'bot-message'],
    ['an old-style bot', changed('directMessage', { subtype: 'bot_message' }), 'bot-message'],
    ['Slackbot', changed('directMessage', { user: 'USLACKBOT' }), 'bot-message'],
    ['somebody joins', changed('directMessage', { subtype: 'channel_join' }), 'notice'],
    ['a topic changes', changed('mentionAsMessage', { subtype: 'channel_topic' }), 'notice'],
    ['a hidden message', changed('directMessage', { hidden: true }), 'hidden'],
    ['talk in a channel', changed('mentionAsMessage', { text: 'lunch?' }), 'not-addressed'],
    ['another bot is meant', changed('mentionAsMessage', { text: '<@U0BOTTOM> lunch?' }), 'not-addressed'],
    ['nothing at all in a thread', changed('threadReply', { text: '  ' }), 'no-text'],
    ['the About tab', changed('home', { tab: 'about' }), 'other-tab'],
    ['the head of a thread that names nobody', changed('threadReply', { ts: '1763700001.000100' }), 'not-addressed'],
    ['a huddle', changed('directMessage', { subtype: 'huddle_thread' }), 'notice'],
    ['what the customer looks at', changed('mention', { type: 'app_context_changed' }), 'unused-event'],
    ['somebody leaves a channel', changed('mention', { type: 'member_left_channel' }), 'unused-event'],
    [
      'a token of a person is revoked',
      changed('mention', { type: 'tokens_revoked', tokens: { oauth: ['U1'] } }),
      'unused-event',
    ],
    ['a stop without a thread', altered('stop', 'event', { thread_ts: undefined }), 'malformed'],
    ['a shortcut of somebody else', { ...interactions.shortcut, callback_id: 'delete-all' }, 'unused-action'],
    ['a shortcut on nothing', { ...interactions.shortcut, message: null, message_ts: null }, 'malformed'],
    ['a form without a name', altered('submission', 'view', { callback_id: '' }), 'malformed'],
    ['thumbs without a value', pressing('feedback', { value: undefined }), 'malformed'],
    ['a menu with nothing chosen', pressing('select', { selected_option: null }), 'malformed'],
    ['a date that is picked', pressing('select', { type: 'datepicker' }), 'unused-action'],
    [
      'a press in an unknown workspace',
      { ...payloads.button, team: { id: 'T1' }, user: { id: 'U1' } },
      'unknown-workspace',
    ],
    ['a reaction', changed('mention', { type: 'reaction_added' }), 'unused-event'],
    ['an empty modal', { type: 'view_submission', team: { id: 'T0EXAMPLE' } }, 'malformed'],
    ['a closed modal', { ...interactions.submission, type: 'view_closed' }, 'unused-type'],
    ['a link preview', changed('edit', { previous_message: payloads.edit.event['message'] }), 'unchanged'],
    [
      'our own reply is edited',
      changed('edit', { message: { ...Object(payloads.edit.event['message']), user: 'U0BOT' } }),
      'own-message',
    ],
    [
      'our own reply is deleted',
      changed('deletion', { previous_message: { user: 'U0BOT', bot_id: 'B0BOT' } }),
      'own-message',
    ],
    ['an id with a separator', changed('mention', { channel: 'C0HELP:1' }), 'malformed'],
    ['an id with a line break', changed('mention', { user: 'U0\nX' }), 'malformed'],
    ['a time that is a number', changed('mention', { ts: 1763700001.0001 }), 'malformed'],
    ['a message without text', changed('directMessage', { text: null }), 'malformed'],
    ['nothing', undefined, 'malformed'],
    ['null', null, 'malformed'],
    ['a list', [], 'malformed'],
    ['a text', 'event_callback', 'malformed'],
    ['an inherited type', Object.create({ type: 'event_callback', team_id: 'T1', event: {} }), 'malformed'],
    [
      'a getter that throws',
      Object.defineProperty({}, 'type', {
        get: () => {
          throw new Error('trap')
        },
        enumerable: true,
      }),
      'malformed',
    ],
  ])('%s', (_name, payload, because) => {
    expect(readSlackEvent(payload, reader)).toEqual({ kind: 'ignored', because })
  })
})

describe('edits, deletions, buttons, commands, home', () => {
  test('an edit names the message it changes', () => {
    expect(readSlackEvent(payloads.edit, reader)).toMatchObject({
      event: {
        kind: 'edit',
        message: 'slack:T0EXAMPLE:C0HELP:1763700001.000100',
        key: { tenant: 'acme', conversation: 'slack:T0EXAMPLE:C0HELP:1763700001.000100' },
        text: 'where is my order 1043?',
        at: new Date(1_763_700_004_000),
      },
    })
  })

  test('a deletion names the message and its conversation', () => {
    expect(readSlackEvent(payloads.deletion, reader)).toMatchObject({
      event: {
        kind: 'delete',
        message: 'slack:T0EXAMPLE:C0HELP:1763700002.000100',
        key: { conversation: 'slack:T0EXAMPLE:C0HELP:1763700001.000100' },
      },
    })
  })

  test('a message with answers is deleted by a tombstone', () => {
    const tombstone = changed('edit', {
      message: { subtype: 'tombstone', ts: '1763700001.000100', thread_ts: '1763700001.000100', user: 'USLACKBOT' },
    })

    expect(readSlackEvent(tombstone, reader)).toMatchObject({
      event: { kind: 'delete', message: 'slack:T0EXAMPLE:C0HELP:1763700001.000100' },
    })
  })

  test('a button press belongs to the conversation of its message, and two presses are two messages', () => {
    const again = {
      ...payloads.button,
      actions: [{ ...payloads.button.actions[0], action_ts: '1763700008.000100' }],
    }

    const [first, second] = [readSlackEvent(payloads.button, reader), readSlackEvent(again, reader)]

    expect(first).toMatchObject({
      event: {
        kind: 'action',
        message: {
          pressed: 'act-1',
          text: 'Yes, a refund & a receipt',
          conversation: 'slack:T0EXAMPLE:C0HELP:1763700001.000100',
          author: { id: 'T0EXAMPLE:U0CUSTOMER' },
        },
      },
    })
    const ids = [first, second].map(
      (reading) => reading.kind === 'event' && reading.event.kind === 'action' && reading.event.message.id,
    )
    expect(new Set(ids).size).toBe(2)
  })

  test('a command and the home page name their person', () => {
    expect(readSlackEvent(payloads.command, reader)).toMatchObject({
      event: {
        kind: 'command',
        name: 'spend',
        text: 'today',
        author: { id: 'T0EXAMPLE:U0OWNER' },
        address: { channel: 'C0STAFF' },
      },
    })
    expect(readSlackEvent(payloads.home, reader)).toMatchObject({
      event: { kind: 'home', author: { id: 'T0EXAMPLE:U0OWNER' } },
    })
  })
})
