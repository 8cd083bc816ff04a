import type { ChannelEvent, Intake, OpenPlatform } from '../../../src/core/ports.ts'
import type { Reply } from '../../../src/core/reply.ts'
import { replyOf } from '../../contracts/channel.ts'
import type { DiscordServer } from '../../servers/discord.ts'
import { managed } from './stand.ts'

export const member = { user: '700000000000000001', channel: '500000000000000001' }
export const said: Reply = { text: 'Today: **$0.12**', actions: [], audience: 'staff' }

export interface Rig {
  readonly server: DiscordServer
  readonly events: ChannelEvent[]
  readonly failures: unknown[]
  readonly platform: OpenPlatform
}

export type Way = 'gateway' | 'http'

/** Makes a bot that answers every event with this, and hears of interactions in this way. */
export type MakeRig = (way: Way, intake: (event: ChannelEvent) => Promise<Intake>) => Promise<Rig>

/** Bots and servers that are closed after each test of the file that calls this. */
export function rigs(): MakeRig {
  const { startServer, openWhole } = managed()
  return async (way, intake) => {
    const server = await startServer()
    server.interactions.answerWithinMs = 20_000 // a busy machine is not what is tested here
    const [events, failures]: [ChannelEvent[], unknown[]] = [[], []]
    const onFailure = (error: unknown): void => void failures.push(error)
    const platform = await openWhole(server, { publicKey: server.publicKey, onFailure })
    await platform.channel.start(async (event) => (events.push(event), await intake(event)))
    if (way === 'http') server.endpoint = platform.receive
    return { server, events, failures, platform }
  }
}

export function texts(server: DiscordServer): unknown[] {
  return server.posts.map(({ body }) => body['content'])
}

/** What only whoever acted can read. */
export function whispers(server: DiscordServer): unknown[] {
  return server.world.messages.filter(({ onlyFor }) => onlyFor === member.user).map(({ body }) => body['content'])
}

export async function postCard(rig: Rig): Promise<string> {
  const address = { channel: member.channel }
  const reply = { ...replyOf('card', 'T-142 refund'), actions: [] }
  return await rig.platform.channel.send({ kind: 'post', key: 'card', address, reply, mayExist: false })
}
