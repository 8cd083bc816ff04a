import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

test('the Slack manifest asks for the agent view the adapter takes for granted, and for every event it reads', () => {
  const page = readFileSync(new URL('../../docs/connect-slack.md', import.meta.url), 'utf8')

  const manifest: unknown = parse(/```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '')

  expect(manifest).toMatchObject({
    features: { agent_view: {}, app_home: { messages_tab_enabled: true, messages_tab_read_only_enabled: false } },
    oauth_config: {
      scopes: {
        bot: ['app_mentions:read', 'channels:history', 'groups:history', 'im:history', 'chat:write', 'assistant:write'],
      },
    },
    settings: {
      event_subscriptions: { bot_events: ['app_mention', 'message.channels', 'message.groups', 'message.im'] },
      interactivity: { is_enabled: true },
      socket_mode_enabled: true,
    },
  })
})
