import { readFileSync } from 'node:fs'
import { afterEach } from 'vitest'
import type { PaceClock } from '../../../adapters/slack/pace.ts'
import { openSlack as open, type SlackOptions } from '../../../adapters/slack/slack.ts'
import type { Channel, OpenPlatform } from '../../../src/core/ports.ts'
import { Secret } from '../../../src/core/secret.ts'
import { SlackServer } from '../../servers/slack.ts'

const file = readFileSync(new URL('../../fixtures/slack/payloads.json', import.meta.url), 'utf8')

interface SlackPayload extends Record<string, unknown> {
  readonly event: Readonly<Record<string, unknown>>
  readonly actions: readonly [Readonly<Record<string, unknown>>]
}
type Name =
  | 'mention'
  | 'mentionAsMessage'
  | 'threadReply'
  | 'directMessage'
  | 'edit'
  | 'deletion'
  | 'button'
  | 'command'
  | 'home'

export const payloads: Readonly<Record<Name, SlackPayload>> = JSON.parse(file)

/** A payload with some of its event's fields replaced. */
export function changed(name: Name, fields: object): SlackPayload {
  return { ...payloads[name], event: { ...payloads[name].event, ...fields } }
}

/** Where the customer of the fixtures writes. */
export const address = { team: 'T0EXAMPLE', channel: 'C0HELP', thread: '1763700001.000100' }

/** Time that passes only where somebody waits, and then at once. */
export function instantClock(): PaceClock & { readonly waited: readonly number[] } {
  let now = 0
  const waited: number[] = []
  return {
    waited,
    now: () => now,
    wait: async (ms) => {
      waited.push(ms)
      now += ms
    },
  }
}

/** The real adapter before a loopback Slack. */
export async function openPlatform(server: SlackServer, options: Partial<SlackOptions> = {}): Promise<OpenPlatform> {
  return await open({
    tenant: 'acme',
    now: () => new Date(),
    linkHosts: new Set(['shop.example']),
    suggestions: [],
    sentences: {
      suggestions: 'For example',
      formFailed: 'The form could not be opened. Please try again.',
      cancel: 'No',
    },
    onFailure: () => {},
    botTokens: [new Secret('xoxb-example')],
    appToken: new Secret('xapp-example'),
    apiUrl: server.apiUrl,
    agentView: true,
    ...options,
  })
}

export async function openSlack(server: SlackServer, options: Partial<SlackOptions> = {}): Promise<Channel> {
  return (await openPlatform(server, options)).channel
}

/** Servers and channels that are closed after each test of the file that calls this. */
export function managed(): {
  startServer: () => Promise<SlackServer>
  open: (server: SlackServer, options?: Partial<SlackOptions>) => Promise<Channel>
} {
  const servers: SlackServer[] = []
  const channels: Channel[] = []
  afterEach(async () => {
    for (const channel of channels.splice(0)) await channel.stop()
    for (const server of servers.splice(0)) await server.close()
  })
  return {
    async startServer() {
      const server = await new SlackServer().start()
      servers.push(server)
      return server
    },
    async open(server, options) {
      const channel = await openSlack(server, options)
      channels.push(channel)
      return channel
    },
  }
}
