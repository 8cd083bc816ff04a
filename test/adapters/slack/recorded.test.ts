import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ChannelEvent, OpenPlatform } from '../../../src/core/ports.ts'
import { Secret } from '../../../src/core/secret.ts'
import { SlackServer } from '../../servers/slack.ts'
import { signed, signingSecret } from './http-stand.ts'
import { openPlatform } from './stand.ts'

const data = process.env['TUPPENCE_TEST_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const files = globSync(['recorded/slack/*.json', 'hostile/slack-payloads/**/*.json'], { cwd: data })
const now = new Date()

/** Every payload of a file: of a recording each part, of a shape the shape itself. */
function payloadsOf(name: string): readonly object[] {
  const file: unknown = JSON.parse(readFileSync(`${data}/${name}`, 'utf8'))
  if (typeof file !== 'object' || file === null) return []
  const parts: readonly unknown[] = name.startsWith('recorded') ? Object.values(file) : [file]
  return parts.filter((part) => typeof part === 'object' && part !== null && 'type' in part)
}

/** As Slack would send it: events as JSON, everything else as a form. */
function requestFor(payload: object): Request {
  const json = JSON.stringify(payload)
  const isEvent = 'type' in payload && payload.type === 'event_callback'
  const body = isEvent ? json : new URLSearchParams({ payload: json }).toString()
  return signed(body, { timestamp: Math.floor(now.getTime() / 1000) })
}

// Payloads that Slack really sent and shapes it publishes; a stranger's copy has none of them, and none of these tests.
if (files.length > 0) {
  describe('through the real Bolt', () => {
    const [events, failures]: [ChannelEvent[], string[]] = [[], []]
    let server: SlackServer
    let platform: OpenPlatform
    beforeAll(async () => {
      server = await new SlackServer().start()
      const teams = new Set(
        files.flatMap(payloadsOf).flatMap((payload) => JSON.stringify(payload).match(/T00FAKE\w+/g) ?? []),
      )
      const own = [...teams].map((team) => ({
        team,
        token: `xoxb-${team}`,
        user: 'U00FAKEBOT',
        bot: 'B0BOT',
        name: team,
      }))
      server.workspaces.push(...own)
      platform = await openPlatform(server, {
        botTokens: ['example', ...teams].map((team) => new Secret(`xoxb-${team}`)),
        appToken: undefined,
        signingSecret: new Secret(signingSecret),
        now: () => now,
        onFailure: (error) => failures.push(String(error)),
      })
      await platform.channel.start(async (event) => {
        events.push(event)
        return { kind: 'new' }
      })
    })
    afterAll(async () => {
      await platform.channel.stop()
      await server.close()
    })

    test.each(files)('%s is taken without a fault', async (name) => {
      const statuses: (number | undefined)[] = []
      for (const payload of payloadsOf(name)) statuses.push((await platform.receive?.(requestFor(payload)))?.status)

      expect(statuses.filter((status) => status !== 200)).toEqual([])
      expect(failures.filter((failure) => !failure.includes('token'))).toEqual([])
    })

    test('the messages, presses and forms among them have arrived', () => {
      const kinds = new Set(events.map(({ kind }) => kind))

      expect([...kinds]).toEqual(expect.arrayContaining(['message', 'action', 'form']))
    })
  })
}
