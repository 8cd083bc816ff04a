import { readFileSync } from 'node:fs'
import { afterEach } from 'vitest'
import { type DiscordOptions, openDiscord as open } from '../../../adapters/discord/discord.ts'
import type { Channel } from '../../../src/core/ports.ts'
import { Secret } from '../../../src/core/secret.ts'
import { DiscordServer } from '../../servers/discord.ts'

const file = readFileSync(new URL('../../fixtures/discord/payloads.json', import.meta.url), 'utf8')

type Name = 'mention' | 'directMessage' | 'reply' | 'edit' | 'deletion' | 'button'

export const payloads: Readonly<Record<Name, Readonly<Record<string, unknown>>>> = JSON.parse(file)

/** Where the customer of the fixtures writes, and what the answer refers to. */
export const address = { channel: '500000000000000001', message: '1300000000000000001' }

/** How a test opens Discord unless it says otherwise. */
export function optionsFor(server: DiscordServer, options: Partial<DiscordOptions> = {}): DiscordOptions {
  return {
    token: new Secret(server.token),
    apiUrl: server.apiUrl,
    messageContent: false,
    tenant: 'acme',
    now: () => new Date(),
    linkHosts: new Set(),
    onFailure: () => {},
    newest: async () => undefined,
    ...options,
  }
}

export async function openDiscord(server: DiscordServer, options: Partial<DiscordOptions> = {}): Promise<Channel> {
  return (await open(optionsFor(server, options))).channel
}

/** Servers and channels that are closed after each test of the file that calls this. */
export function managed(): {
  startServer: () => Promise<DiscordServer>
  open: (server: DiscordServer, options?: Partial<DiscordOptions>) => Promise<Channel>
} {
  const servers: DiscordServer[] = []
  const channels: Channel[] = []
  afterEach(async () => {
    for (const channel of channels.splice(0)) await channel.stop()
    for (const server of servers.splice(0)) await server.close()
  })
  return {
    async startServer() {
      const server = await new DiscordServer().start()
      servers.push(server)
      return server
    },
    async open(server, options) {
      const channel = await openDiscord(server, options)
      channels.push(channel)
      return channel
    },
  }
}
