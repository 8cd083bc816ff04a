import { LogLevel, webApi } from '@slack/bolt'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { silentLogger } from '../../adapters/slack/bolt.ts'
import { SlackServer } from './slack.ts'

let server: SlackServer
beforeEach(async () => {
  server = await new SlackServer().start()
})
afterEach(() => server.close())

type Arguments = Record<string, unknown>

/** The word with which Slack refuses a call; `ok` when it does not. */
async function refusalOf(method: string, options: Arguments, token = 'xoxb-example'): Promise<unknown> {
  const settings = { slackApiUrl: server.apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true }
  const client = new webApi.WebClient(token, { ...settings, logger: silentLogger({ LogLevel }) })
  try {
    await client.apiCall(method, options)
    return 'ok'
  } catch (error) {
    return error instanceof webApi.WebAPIPlatformError ? error.data.error : error
  }
}

const times = <Value>(count: number, make: (index: number) => Value): Value[] =>
  Array.from({ length: count }, (_unused, index) => make(index))
const plain = (length: number): object => ({ type: 'plain_text', text: 'x'.repeat(length) })
const section = (length: number): object => ({ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(length) } })
const button = (more: object = {}): object => ({ type: 'button', action_id: 'a', text: plain(1), ...more })
const actions = (...elements: object[]): object => ({ type: 'actions', elements })
const rich = (...elements: object[]): object => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
})
const words = (length: number): object => rich({ type: 'text', text: 'x'.repeat(length) })
const feedback = { text: plain(1), value: 'v' }
const feedbackButtons = (index = 0): object => ({
  type: 'feedback_buttons',
  action_id: `f${index}`,
  positive_button: feedback,
  negative_button: feedback,
})

const blocks: readonly (readonly [string, unknown, string])[] = [
  ['50 blocks', times(50, () => ({ type: 'divider' })), 'ok'],
  ['51 blocks', times(51, () => ({ type: 'divider' })), 'invalid_blocks'],
  ['no list', { type: 'divider' }, 'invalid_blocks_format'],
  ['a section of 3,000', [section(3000)], 'ok'],
  ['a section of 3,001', [section(3001)], 'invalid_blocks'],
  ['an empty section', [section(0)], 'invalid_blocks'],
  ['11 fields', [{ type: 'section', fields: times(11, () => plain(1)) }], 'invalid_blocks'],
  ['a header of 150', [{ type: 'header', text: plain(150) }], 'ok'],
  ['a header of 151', [{ type: 'header', text: plain(151) }], 'invalid_blocks'],
  ['a label of 75', [actions(button({ text: plain(75) }))], 'ok'],
  ['a label of 76', [actions(button({ text: plain(76) }))], 'invalid_blocks'],
  ['a value of 2,001', [actions(button({ value: 'x'.repeat(2001) }))], 'invalid_blocks'],
  ['an action id of 256', [actions(button({ action_id: 'x'.repeat(256) }))], 'invalid_blocks'],
  ['25 buttons', [actions(...times(25, (index) => button({ action_id: `a${index}` })))], 'ok'],
  ['26 buttons', [actions(...times(26, (index) => button({ action_id: `a${index}` })))], 'invalid_blocks'],
  ['an action id twice in a block', [actions(button(), button())], 'invalid_blocks'],
  ['an action id in two blocks', [actions(button()), actions(button())], 'ok'],
  ['a block id twice', times(2, () => ({ type: 'divider', block_id: 'b' })), 'invalid_blocks'],
  ['an unknown style', [actions(button({ style: 'warning' }))], 'invalid_blocks'],
  ['a question of 301', [actions(button({ confirm: confirm(301) }))], 'invalid_blocks'],
  ['a question of 300', [actions(button({ confirm: confirm(300) }))], 'ok'],
  ['an unknown block', [{ type: 'marquee' }], 'invalid_blocks'],
  ['an unknown element', [actions({ type: 'lever', action_id: 'a' })], 'invalid_blocks'],
  ['feedback among the actions', [actions(feedbackButtons())], 'invalid_blocks'],
  ['feedback buttons', [{ type: 'context_actions', elements: [feedbackButtons()] }], 'ok'],
  ['six context actions', [{ type: 'context_actions', elements: times(6, feedbackButtons) }], 'invalid_blocks'],
  ['11 in a context', [{ type: 'context', elements: times(11, () => plain(1)) }], 'invalid_blocks'],
  ['rich text', [words(10)], 'ok'],
  ['empty rich text', [words(0)], 'invalid_blocks'],
  ['a section of rich text without elements', [rich()], 'invalid_blocks'],
  ['an unknown piece of rich text', [rich({ type: 'blink', text: 'x' })], 'invalid_blocks'],
  ['13,000 characters', [words(6500), words(6500)], 'ok'],
  ['13,300 characters', [words(6650), words(6650)], 'msg_blocks_too_long'],
  ['a markdown block of 12,001', [{ type: 'markdown', text: 'x'.repeat(12_001) }], 'invalid_blocks'],
  ['a table of 101 rows', [table(101, 1)], 'invalid_blocks'],
  ['a table of 21 columns', [table(1, 21)], 'invalid_blocks'],
  ['a card title of 151', [{ type: 'card', title: { type: 'mrkdwn', text: 'x'.repeat(151) } }], 'invalid_blocks'],
  ['11 children', [{ type: 'container', title: plain(1), child_blocks: times(11, () => words(1)) }], 'invalid_blocks'],
]

function confirm(length: number): object {
  return { title: plain(1), text: plain(length), confirm: plain(1), deny: plain(1) }
}

function table(rows: number, columns: number): object {
  return { type: 'table', rows: times(rows, () => times(columns, () => ({ type: 'raw_text', text: 'x' }))) }
}

describe('a message', () => {
  test.each(blocks)('with %s: %#', async (_what, content, expected) => {
    expect(await refusalOf('chat.postMessage', { channel: 'C1', text: 'x', blocks: content })).toBe(expected)
    expect(server.posts).toHaveLength(expected === 'ok' ? 1 : 0)
  })

  test.each<[string, Arguments, string]>([
    ['without words', { channel: 'C1', text: '' }, 'no_text'],
    ['of 40,001 characters', { channel: 'C1', text: 'x'.repeat(40_001) }, 'msg_too_long'],
    ['of 12,001 characters of markdown', { channel: 'C1', markdown_text: 'x'.repeat(12_001) }, 'msg_too_long'],
    ['of two kinds of words', { channel: 'C1', text: 'x', markdown_text: 'x' }, 'markdown_text_conflict'],
    ['nowhere', { channel: 'general', text: 'x' }, 'channel_not_found'],
    ['under another name', { channel: 'C1', text: 'x', username: 'Boss' }, 'missing_scope'],
    ['in no thread', { channel: 'C1', text: 'x', thread_ts: 'yesterday' }, 'invalid_thread_ts'],
    [
      'with a mark that is none',
      { channel: 'C1', text: 'x', metadata: { event_type: 'x' } },
      'invalid_metadata_format',
    ],
  ])('%s is refused', async (_what, options, expected) => {
    expect(await refusalOf('chat.postMessage', options)).toBe(expected)
  })

  test('in an archived channel, or where the bot is not, is refused', async () => {
    server.world.channels.archived.add('C1')
    server.world.channels.leave('C2', 'U0BOT')

    expect(await refusalOf('chat.postMessage', { channel: 'C1', text: 'x' })).toBe('is_archived')
    expect(await refusalOf('chat.postMessage', { channel: 'C2', text: 'x' })).toBe('not_in_channel')
  })

  test('to one person who is not in the channel is refused', async () => {
    server.world.channels.leave('C1', 'U1')

    const options = { channel: 'C1', user: 'U1', text: 'x' }

    expect(await refusalOf('chat.postEphemeral', options)).toBe('user_not_in_channel')
    expect(await refusalOf('chat.postEphemeral', { ...options, user: 'U2' })).toBe('ok')
  })

  test('that is gone cannot be changed or removed', async () => {
    const gone = { channel: 'C1', ts: '1763700001.000001', text: 'x' }

    expect(await refusalOf('chat.update', gone)).toBe('message_not_found')
    expect(await refusalOf('chat.delete', gone)).toBe('message_not_found')
  })
})

const chunk = (length = 1): object => ({ type: 'blocks', blocks: [words(length)] })
const inThread = { channel: 'D1', thread_ts: '1763700001.000001' }

describe('a stream', () => {
  test.each<[string, Arguments, string]>([
    ['in a direct message', { ...inThread, chunks: [chunk()] }, 'ok'],
    ['outside a thread', { channel: 'D1', chunks: [chunk()] }, 'invalid_arguments'],
    ['in a channel for nobody', { ...inThread, channel: 'C1', chunks: [chunk()] }, 'missing_recipient_user_id'],
    [
      'in a channel for somebody of no team',
      { ...inThread, channel: 'C1', recipient_user_id: 'U1' },
      'missing_recipient_team_id',
    ],
    ['of too much text', { ...inThread, markdown_text: 'x'.repeat(12_001) }, 'msg_too_long'],
    ['of unknown chunks', { ...inThread, chunks: [{ type: 'video' }] }, 'invalid_chunks'],
  ])('%s: %#', async (_what, options, expected) => {
    expect(await refusalOf('chat.startStream', options)).toBe(expected)
  })

  test('takes appends of its own kind until it is stopped, and no change before', async () => {
    await refusalOf('chat.startStream', { ...inThread, chunks: [chunk()] })
    const message = { channel: 'D1', ts: server.posts[0]?.ts }

    const during = [
      await refusalOf('chat.appendStream', { ...message, chunks: [chunk()] }),
      await refusalOf('chat.appendStream', { ...message, markdown_text: 'x' }),
      await refusalOf('chat.update', { ...message, text: 'x' }),
      await refusalOf('chat.stopStream', { ...message, blocks: [actions(button())] }),
    ]
    const after = [
      await refusalOf('chat.appendStream', { ...message, chunks: [chunk()] }),
      await refusalOf('chat.stopStream', message),
      await refusalOf('chat.update', { ...message, text: 'x' }),
    ]

    expect(during).toEqual(['ok', 'streaming_mode_mismatch', 'streaming_state_conflict', 'ok'])
    expect(after).toEqual(['message_not_in_streaming_state', 'message_not_in_streaming_state', 'ok'])
  })

  test('ends of itself after its lifetime', async () => {
    await refusalOf('chat.startStream', { ...inThread, chunks: [chunk()] })
    server.world.streams.lifetimeMs = 0

    const options = { channel: 'D1', ts: server.posts[0]?.ts, chunks: [chunk()] }

    expect(await refusalOf('chat.appendStream', options)).toBe('message_not_in_streaming_state')
  })
})

const modal = (more: object = {}): object => ({ type: 'modal', title: plain(24), blocks: [section(1)], ...more })

describe('a view', () => {
  test.each<[string, object, string]>([
    ['a modal', modal(), 'ok'],
    ['a title of 25', modal({ title: plain(25) }), 'invalid_arguments'],
    ['a button of 25', modal({ submit: plain(25) }), 'invalid_arguments'],
    ['3,001 characters of metadata', modal({ private_metadata: 'x'.repeat(3001) }), 'invalid_arguments'],
    ['101 blocks', modal({ blocks: times(101, () => ({ type: 'divider' })) }), 'invalid_blocks'],
    ['questions without a button', modal({ blocks: [question()] }), 'invalid_arguments'],
    ['questions with a button', modal({ blocks: [question()], submit: plain(1) }), 'ok'],
    ['a home page', { ...modal(), type: 'home' }, 'invalid_arguments'],
  ])('%s: %#', async (_what, view, expected) => {
    const { trigger_id: trigger } = server.newHandles()

    expect(await refusalOf('views.open', { trigger_id: trigger, view })).toBe(expected)
  })

  test('opens once and at once for each thing somebody did', async () => {
    const { trigger_id: once } = server.newHandles()
    await refusalOf('views.open', { trigger_id: once, view: modal() })
    const { trigger_id: late } = server.newHandles()
    server.world.views.triggerLifeMs = -1

    expect([
      await refusalOf('views.open', { trigger_id: once, view: modal() }),
      await refusalOf('views.open', { trigger_id: late, view: modal() }),
      await refusalOf('views.open', { trigger_id: 'made.up', view: modal() }),
    ]).toEqual(['exchanged_trigger_id', 'expired_trigger_id', 'invalid_trigger_id'])
  })
})

function question(): object {
  return { type: 'input', label: plain(1), element: { type: 'plain_text_input', action_id: 'a' } }
}

describe('a token', () => {
  test.each([
    ['xoxb-other', 'ok'],
    ['xapp-example', 'not_allowed_token_type'],
    ['xoxp-person', 'invalid_auth'],
    ['xoxb-revoked', 'token_revoked'],
  ])('%s: %s', async (token, expected) => {
    server.revoke('xoxb-revoked')

    expect(await refusalOf('auth.test', {}, token)).toBe(expected)
  })

  test('is one of a workspace where there are several', async () => {
    server.workspaces.push({ team: 'T2', token: 'xoxb-two', user: 'U2BOT', bot: 'B2', name: 'Two' })

    expect(await refusalOf('auth.test', {}, 'xoxb-two')).toBe('ok')
    expect(await refusalOf('auth.test', {}, 'xoxb-other')).toBe('invalid_auth')
  })

  test('does only what its scopes allow', async () => {
    server.scopes.delete('channels:history')

    expect(await refusalOf('conversations.history', { channel: 'C1' })).toBe('missing_scope')
    expect(await refusalOf('conversations.history', { channel: 'D1' })).toBe('ok')
  })
})

test('a channel takes a few messages at once and then one a second; other channels are not held', async () => {
  let now = 0
  server.limitRates({ burst: 3, now: () => now })
  const post = async (channel: string): Promise<unknown> => await refusalOf('chat.postMessage', { channel, text: 'x' })

  const first = [await post('C1'), await post('C1'), await post('C1'), await post('C1'), await post('C2')]
  now = 1000
  const later = await post('C1')

  expect(first).toEqual(['ok', 'ok', 'ok', expect.objectContaining({ retryAfter: 1 }), 'ok'])
  expect(later).toBe('ok')
})
