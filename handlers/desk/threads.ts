import type { Message, TenantId } from '../../src/core/message.ts'
import type { Intake } from '../../src/core/ports.ts'
import type { TeamPlatform } from '../../src/core/team.ts'
import { actOn, answer, note } from './acts.ts'
import { actorOf, type DeskParts } from './parts.ts'
import { noteIn, withFiles } from './words.ts'

/**
 * The platform's id of the message below which something was written in the team's channel. On Discord a thread has the id
 * of the message it began with, and a reply to that message is meant as one in its thread.
 */
export function threadOf({ id, channel, address }: Message, { team }: DeskParts): string | undefined {
  const place = channel === 'slack' || channel === 'discord' ? team.channels[channel] : undefined
  if (place === undefined) return undefined
  const { thread, reply } = address
  if (address['channel'] === place && channel === 'discord') return reply
  // In Slack a message that begins a thread has itself for it.
  if (address['channel'] === place) return thread !== undefined && id.endsWith(thread) ? undefined : thread
  return address['parent'] === place ? address['channel'] : undefined
}

interface Written {
  readonly message: Message
  readonly thread: string
  /** Whether the bot is named. */
  readonly isAddressed: boolean
}

/** Takes what was written below a message of the team's channel; undefined when that message is no card. */
export async function written(
  { message, thread, isAddressed }: Written,
  parts: DeskParts,
): Promise<Intake | undefined> {
  const { tenant, channel } = message
  if (channel !== 'slack' && channel !== 'discord') return undefined
  const place = { tenant, platform: channel, thread }
  if ((await parts.desk.shownAs(tenant, channel, thread)) === undefined) {
    // Whoever names the bot is answered by it at once, in whatever thread that is.
    const kept = isAddressed ? 'none' : await parts.strays.keep(message, thread)
    const isCard = (await parts.desk.shownAs(tenant, channel, thread)) !== undefined
    if (!isCard) return kept === 'kept' ? { kind: 'new' } : undefined
  }
  await takeStrays(place, parts)
  return await take(message, place, parts)
}

/** Where something was written. */
interface Place {
  readonly tenant: TenantId
  readonly platform: TeamPlatform
  readonly thread: string
}

/**
 * Takes what came before it was known that the message above is a card. Each counts once, because its event does, so whoever
 * comes after a crash takes them again.
 */
export async function takeStrays(place: Place, parts: DeskParts): Promise<void> {
  for (const message of await parts.strays.of(place.tenant, place.platform, place.thread)) {
    await take(message, place, parts)
    await parts.strays.forget(message)
  }
}

async function take(
  message: Message,
  { tenant, platform, thread }: Place,
  parts: DeskParts,
): Promise<Intake | undefined> {
  const { author, channel } = message
  const card = await parts.desk.shownAs(tenant, platform, thread)
  if (card === undefined) return undefined
  if (!parts.roles.isSupport(actorOf(message))) return { kind: 'ignored', because: 'someone-else' }
  if (card.kind === 'answer') return { kind: 'ignored', because: 'not-handled' } // the team talks among itself
  const text = withFiles(message.text.trim(), message.attachments, parts.say)
  if (text === '') return { kind: 'ignored', because: 'not-handled' }
  const kept = noteIn(text)
  const decide = kept === undefined ? answer({ text, isShown: true }) : note({ text: kept, isShown: true })
  return await actOn({ tenant, card: card.id, decide }, { event: message.id, channel, author }, parts)
}
