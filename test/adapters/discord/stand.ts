import { readFileSync } from 'node:fs'
import { afterEach } from 'vitest'
import { type DiscordOptions, openDiscord } from '../../../adapters/discord/discord.ts'
import type { Channel, OpenPlatform } from '../../../src/core/ports.ts'
import { Secret } from '../../../src/core/secret.ts'
import { DiscordServer } from '../../servers/discord.ts'

const file = readFileSync(new URL('../../fixtures/discord/payloads.json', import.meta.url), 'utf8')

type Message = 'mention' | 'directMessage' | 'reply' | 'edit' | 'deletion' | 'inThread'
type Name = Message | 'button' | 'list' | 'ask' | 'spend' | 'menu' | 'form'

export const payloads: Readonly<Record<Name, Readonly<Record<string, unknown>>>> = JSON.parse(file)

/** Where the customer of the fixtures writes, and what the answer refers to. */
export const address = { channel: '500000000000000001', message: '1300000000000000001', guild: '400000000000000001' }

/** Sentences of an operator's own. */
export const sentences = {
  notStored: 'Nicht gespeichert.',
  tooSlow: 'Das dauerte zu lange.',
  nothingToDo: 'Hier ist nichts mehr zu tun.',
  notForThis: 'Das hat kein Mensch geschrieben.',
  done: 'Erledigt.',
}

/** How a test opens Discord unless it says otherwise. */
function optionsFor(server: DiscordServer, options: Partial<DiscordOptions> = {}): DiscordOptions {
  return {
    token: new Secret(server.token),
    apiUrl: server.apiUrl,
    messageContent: false,
    servers: [],
    teamChannel: undefined,
    tenant: 'acme',
    now: () => new Date(),
    linkHosts: new Set(),
    sentences,
    onFailure: () => {},
    newest: async () => undefined,
    conversationOf: async () => undefined,
    ...options,
  }
}

/** The platform of a test, opened for this server. */
export async function openFor(server: DiscordServer, options: Partial<DiscordOptions> = {}): Promise<OpenPlatform> {
  return await openDiscord(optionsFor(server, options))
}

interface Managed {
  readonly startServer: () => Promise<DiscordServer>
  readonly openWhole: (server: DiscordServer, options?: Partial<DiscordOptions>) => Promise<OpenPlatform>
  readonly open: (server: DiscordServer, options?: Partial<DiscordOptions>) => Promise<Channel>
}

/** Servers and channels that are closed after each test of the file that calls this. */
export function managed(): Managed {
  const servers: DiscordServer[] = []
  const channels: Channel[] = []
  afterEach(async () => {
    for (const channel of channels.splice(0)) await channel.stop()
    for (const server of servers.splice(0)) await server.close()
  })
  const openWhole: Managed['openWhole'] = async (server, options) => {
    const platform = await openFor(server, options)
    channels.push(platform.channel)
    return platform
  }
  return {
    async startServer() {
      const server = await new DiscordServer().start()
      servers.push(server)
      return server
    },
    openWhole,
    open: async (server, options) => (await openWhole(server, options)).channel,
  }
}
