import { readFileSync } from 'node:fs'
import { afterEach } from 'vitest'
import { createSlackChannel, type SlackOptions } from '../../../adapters/slack/slack.ts'
import type { Channel } from '../../../src/core/ports.ts'
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

export function openSlack(server: SlackServer, options: Partial<SlackOptions> = {}): Promise<Channel> {
  return createSlackChannel({
    botToken: 'xoxb-example',
    appToken: 'xapp-example',
    apiUrl: server.apiUrl,
    tenant: 'acme',
    ...options,
  })
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
