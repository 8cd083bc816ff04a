import { expect, test } from 'vitest'
import {
  type ManifestOptions,
  manifestLink,
  missingScopes,
  slackScopes,
  toManifest,
} from '../../../adapters/slack/manifest.ts'

const options: ManifestOptions = {
  name: 'Kettle & Co. Help',
  description: 'Answers questions on orders, charges and accounts.',
  suggestions: ['Where is my order?', 'I want a refund', 'Change my plan', 'Opening hours', 'A fifth'],
  agentView: true,
}
const agentsAlone = ['assistant:write', 'agent_session_stopped']

test('the app has the home page, the messages, the command, the menus and the agent view', () => {
  expect(toManifest(options)).toMatchObject({
    display_information: { name: 'Kettle & Co. Help' },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: 'kettle-co.-help' },
      agent_view: { agent_description: options.description, suggested_prompts: { length: 4 } },
      shortcuts: [
        { type: 'message', callback_id: 'make-ticket' },
        { type: 'message', callback_id: 'try-advanced' },
      ],
      slash_commands: [{ command: '/spend' }],
    },
    settings: { interactivity: { is_enabled: true }, token_rotation_enabled: false },
  })
})

test('it asks for the least: eight scopes, each with its reason', () => {
  expect(slackScopes.map(({ name }) => name)).toEqual([
    'app_mentions:read',
    'assistant:write',
    'channels:history',
    'chat:write',
    'commands',
    'groups:history',
    'im:history',
    'users:read',
  ])
  expect(slackScopes.filter(({ why }) => !why.startsWith('to '))).toEqual([])
})

test('without an address of its own it connects to Slack, with one Slack calls it there and nowhere else', () => {
  const url = 'https://bot.example/slack/events'

  expect(toManifest(options)).toMatchObject({ settings: { socket_mode_enabled: true } })
  expect(JSON.stringify(toManifest(options))).not.toContain('url')
  expect(toManifest({ ...options, url })).toMatchObject({
    features: { slash_commands: [{ url }] },
    settings: {
      socket_mode_enabled: false,
      event_subscriptions: { request_url: url },
      interactivity: { request_url: url },
    },
  })
})

test('without the agent view nothing of it is asked for', () => {
  const written = JSON.stringify(toManifest({ ...options, agentView: false }))

  expect(agentsAlone.filter((word) => written.includes(word))).toEqual([])
  expect(missingScopes([], false).map(({ name }) => name)).not.toContain('assistant:write')
})

test('the link carries the whole manifest', () => {
  const link = new URL(manifestLink(options))

  expect(`${link.origin}${link.pathname}`).toBe('https://api.slack.com/apps')
  expect(link.searchParams.get('new_app')).toBe('1')
  expect(JSON.parse(link.searchParams.get('manifest_json') ?? '')).toEqual(toManifest(options))
})

test('long and odd names fit Slack’s limits', () => {
  const long = {
    ...options,
    name: `!!${'Ü'.repeat(100)}`,
    description: 'x'.repeat(1000),
    suggestions: ['y'.repeat(500)],
  }

  expect(toManifest(long)).toMatchObject({
    display_information: { name: expect.stringMatching(/^.{34}…$/u), description: expect.stringMatching(/^x{139}…$/) },
    features: {
      bot_user: { display_name: 'tuppence' },
      agent_view: {
        agent_description: expect.stringMatching(/^x{299}…$/),
        suggested_prompts: [{ title: expect.stringMatching(/^y{74}…$/) }],
      },
    },
  })
})

test('what an installation lacks is named with its reason, and what it has besides is no matter', () => {
  const granted = ['app_mentions:read', 'assistant:write', 'channels:history', 'chat:write', 'commands', 'emoji:read']

  expect(missingScopes(granted, true)).toMatchObject([
    { name: 'groups:history' },
    { name: 'im:history', why: 'to read what is written to it directly' },
    { name: 'users:read' },
  ])
})
