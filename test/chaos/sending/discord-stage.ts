import { setTimeout as pause } from 'node:timers/promises'
import { DiscordServer } from '../../servers/discord.ts'
import type { Malice, Stage } from './stage.ts'

/** Messages that the platform takes late come within this. */
const latestMs = 1800
/** A first message that is not answered by then was never heard: nobody can page a direct message nobody knows of. */
const heardLimitMs = 60_000

/**
 * A malicious Discord. Each conversation is a direct message. The gateway has no "got it": what was missed is paged from a
 * channel that is known, so a first message counts once it is answered, and every later one at once. Some are told twice.
 */
export async function openDiscordStage(seed: number, malice: Malice): Promise<Stage> {
  const discord = await new DiscordServer().start()
  discord.token = 'example-token-of-some-length'
  const { refused: status, ...shared } = malice
  discord.malice({ seed, latestMs, seconds: 1, status, ...shared })
  const isOpen = new Set<string>()
  const visible: Stage['visible'] = () =>
    discord.posts.map(({ channel, body }) => ({ conversation: nameOf(channel), text: JSON.stringify(body) }))
  return {
    environment: () => ({ DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl }),
    say: (conversation, text, random) => {
      const place = { channel: channelOf(conversation), user: `7000000000${conversation.padStart(8, '0')}` }
      const id = discord.people.say(text, place)
      const message = discord.world.messages.find((kept) => kept.id === id)
      if (random() < 0.1 && message !== undefined) discord.gateway.dispatch('MESSAGE_CREATE', message.body)
      if (isOpen.has(conversation)) return [Promise.resolve(true)]
      isOpen.add(conversation)
      return [untilAnswered(() => visible().some((one) => one.conversation === conversation))]
    },
    visible,
    seenTwice: () => {
      const sent = discord.world.messages.filter(({ author }) => author['bot'] === true)
      return sent.length - new Set(sent.map(({ channel, nonce }) => `${channel} ${String(nonce)}`)).size
    },
    mishaps: () => {
      const kinds = Map.groupBy(discord.mishaps, ({ fault }) => fault.kind)
      return Object.fromEntries([...kinds].map(([kind, faults]) => [kind, faults.length]))
    },
    close: () => discord.close(),
  }
}

async function untilAnswered(isAnswered: () => boolean): Promise<boolean> {
  const limitAt = performance.now() + heardLimitMs
  while (!isAnswered() && performance.now() < limitAt) await pause(20)
  return isAnswered()
}

function channelOf(conversation: string): string {
  return `5000000001${conversation.padStart(8, '0')}`
}

function nameOf(channel: string): string {
  return String(Number(channel.slice(10)))
}
