import { expect, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { linkHostsOf } from '../../src/channels.ts'

test('links lead to the hosts of bot.yaml, of articles and of what customers read, not to those of the desk', () => {
  const hosts = linkHostsOf({
    linkHosts: ['help.example'],
    articles: [{ name: 'returns.md', text: 'See https://Shop.Example/returns, or mailto:ann@mail.example.' }],
    wording: new Map([
      ['dialogue.greeting', 'Hello from https://say.example/x'],
      ['desk.link.discord', 'https://discord.com/channels/{guild}/{channel}/{message}'],
    ]),
  })

  expect([...hosts]).toEqual(['help.example', 'shop.example', 'mail.example', 'say.example'])
})

test('as it comes, no link may lead to Slack or to Discord, where invitations look like everything else', () => {
  const hosts = linkHostsOf(loadConfig({}))

  expect([...hosts].filter((host) => /slack|discord/.test(host))).toEqual([])
})
