import type { Author, Message } from '../../src/core/message.ts'
import type { ChannelEvent } from '../../src/core/ports.ts'
import { authorOf, type DiscordReader, pointedMessageOf } from './event.ts'
import { readSaidAt, type SaidAt } from './said-at.ts'
import { bitsAt, listed, property, snowflake, textAt } from './shape.ts'

/** What has to be answered within 3 seconds, or whoever acted reads "The application did not respond". */
export interface Interaction {
  readonly id: string
  readonly token: string
  readonly application: string
  /** How it is answered: in public, only to whoever acted, or not at all beyond the button that stops spinning. */
  readonly kind: 'ask' | 'command' | 'button' | 'form'
  /** Whether it began at a message of ours, which the answer may change. */
  readonly isOnMessage: boolean
  /** Whether that message is a card, which it has to stay. */
  readonly isOnCard: boolean
  /** What whoever acted may do where they did, as Discord says at this moment. */
  readonly member: { readonly guild: string; readonly user: string; readonly permissions: bigint } | undefined
}

/** What an interaction means to us. Without an id and a token it cannot even be answered. */
export type InteractionReading =
  | { readonly kind: 'event'; readonly event: ChannelEvent; readonly interaction: Interaction }
  | { readonly kind: 'ignored'; readonly because: string; readonly interaction?: Interaction }

/** Discord's limits are 45 characters for a name and 4,000 for a value. */
const longestValue = 4000
/** https://docs.discord.com/developers/resources/message, "Message Flags". */
const componentsV2 = 1 << 15

/** Discord's numbers for what somebody did (https://docs.discord.com/developers/interactions/receiving-and-responding). */
const kinds: ReadonlyMap<unknown, 'command' | 'button' | 'form'> = new Map([
  [2, 'command'],
  [3, 'button'],
  [5, 'form'],
])

/** Names of the menu of a message, as they are registered, and what they mean. */
const shortcuts = new Map([
  ['Make a ticket', 'make-ticket'],
  ['Try advanced AI', 'try-advanced'],
] as const)

/** Reads an interaction from the gateway or a signed request. Whatever it is given, it never throws. */
export function readInteraction(data: unknown, reader: DiscordReader): InteractionReading {
  const kind = kinds.get(property(data, 'type'))
  const id = snowflake(data, 'id')
  const application = snowflake(data, 'application_id')
  const token = property(data, 'token')
  if (kind === undefined)
    return ignored(typeof property(data, 'type') === 'number' ? 'unused-interaction' : 'malformed')
  if (id === undefined || application === undefined || !isToken(token)) return ignored('malformed')
  const user = property(property(data, 'member'), 'user') ?? property(data, 'user')
  const author = authorOf(user)
  const message = property(data, 'message')
  const flags = property(message, 'flags')
  const interaction: Interaction = {
    id,
    token,
    application,
    kind,
    isOnMessage: snowflake(message, 'id') !== undefined,
    isOnCard: typeof flags === 'number' && (flags & componentsV2) !== 0,
    member: memberOf(data, author),
  }
  const place = readSaidAt(data, author?.id, reader)
  if (author === undefined || place === undefined) return ignored('malformed', interaction)
  const given: GivenInteraction = { data, interaction, author, place, reader }
  switch (kind) {
    case 'command':
      return readCommand(given)
    case 'button':
      return readButton(given)
    case 'form':
      return readForm(given)
  }
}

interface GivenInteraction {
  readonly data: unknown
  readonly interaction: Interaction
  readonly author: Author
  readonly place: SaidAt
  readonly reader: DiscordReader
}

function readCommand(given: GivenInteraction): InteractionReading {
  const { data, interaction, author, place, reader } = given
  const command = property(data, 'data')
  const [name, type] = [property(command, 'name'), property(command, 'type')]
  if (type === 3) return readMenu(given)
  if (type !== 1) return ignored('unused-interaction', interaction)
  if (name === 'ask') return readQuestion(given)
  if (name !== 'spend') return ignored('unused-interaction', interaction)
  const text = optionOf(command, 'what')
  return {
    kind: 'event',
    event: { kind: 'command', channel: 'discord', tenant: reader.tenant, author, name, text, address: place.address },
    interaction,
  }
}

/** `/ask`: a message whose answer replaces what Discord shows meanwhile, as long as the interaction lives. */
function readQuestion({ data, interaction, author, place, reader }: GivenInteraction): InteractionReading {
  const text = optionOf(property(data, 'data'), 'question')
  if (text === '') return ignored('no-text', interaction)
  const { id, token, application } = interaction
  const message: Message = {
    tenant: reader.tenant,
    id: `discord:${id}`,
    channel: 'discord',
    conversation: place.conversation,
    address: {
      ...place.address,
      interaction: token,
      interactionAt: String(reader.receivedAt.getTime()),
      application,
    },
    author,
    text,
    isPrivate: place.isPrivate,
    receivedAt: reader.receivedAt,
  }
  return {
    kind: 'event',
    event: { kind: 'message', message, isAddressed: true },
    interaction: { ...interaction, kind: 'ask' },
  }
}

/** The menu of a message. Discord hands over what it says, with or without the message content intent. */
function readMenu({ data, interaction, author, place, reader }: GivenInteraction): InteractionReading {
  const command = property(data, 'data')
  const chosen = textAt(command, 'name')
  const name = [...shortcuts].find(([shown]) => shown === chosen)?.[1]
  const target = snowflake(command, 'target_id')
  if (name === undefined || target === undefined) return ignored('unused-interaction', interaction)
  const found = property(property(property(command, 'resolved'), 'messages'), target)
  if (typeof found !== 'object' || found === null) return ignored('malformed', interaction)
  const { guild } = place.address
  // What Discord repeats of a message names neither its server nor the kind of its channel.
  const whole = { ...found, channel: property(data, 'channel'), ...(guild === undefined ? {} : { guild_id: guild }) }
  const message = pointedMessageOf(whole, reader)
  if (typeof message === 'string') return ignored(message, interaction)
  return { kind: 'event', event: { kind: 'shortcut', author, name, message }, interaction }
}

/** A pressed button, or something chosen from a list, whose value is the id of a button. */
function readButton({ data, interaction, author, place, reader }: GivenInteraction): InteractionReading {
  const component = property(data, 'data')
  const shown = property(data, 'message')
  const shownId = snowflake(shown, 'id')
  const type = property(component, 'component_type')
  if (type !== 2 && type !== 3) return ignored('unused-interaction', interaction)
  const pressed = type === 2 ? property(component, 'custom_id') : listed(component, 'values')[0]
  if (shownId === undefined || !isButtonId(pressed)) return ignored('malformed', interaction)
  const message: Message = {
    tenant: reader.tenant,
    id: `discord:${interaction.id}`,
    channel: 'discord',
    conversation: place.conversation,
    address: { ...place.address, message: shownId },
    author,
    text: labelOf(shown, pressed),
    pressed,
    isPrivate: place.isPrivate,
    receivedAt: reader.receivedAt,
  }
  return { kind: 'event', event: { kind: 'action', message }, interaction }
}

/** A form that was filled in. Each submission has an interaction of its own; the form's id says what it was about. */
function readForm({ data, interaction, author, place, reader }: GivenInteraction): InteractionReading {
  const form = property(property(data, 'data'), 'custom_id')
  if (!isButtonId(form)) return ignored('malformed', interaction)
  const shownId = snowflake(property(data, 'message'), 'id')
  return {
    kind: 'event',
    event: {
      kind: 'form',
      channel: 'discord',
      tenant: reader.tenant,
      author,
      id: `discord:${interaction.id}`,
      form,
      values: valuesOf(property(data, 'data')),
      address: { ...place.address, ...(shownId === undefined ? {} : { message: shownId }) },
    },
    interaction,
  }
}

/** What was written, by the names of the fields; a label holds one field, a row of older forms a list. */
function valuesOf(submitted: unknown): Readonly<Record<string, string>> {
  const fields = listed(submitted, 'components').flatMap((row) => [
    property(row, 'component'),
    ...listed(row, 'components'),
  ])
  return Object.fromEntries(
    fields.flatMap((field) => {
      const [name, value] = [property(field, 'custom_id'), property(field, 'value')]
      return isButtonId(name) && typeof value === 'string' ? [[name, value.slice(0, longestValue)]] : []
    }),
  )
}

function optionOf(command: unknown, name: string): string {
  const option = listed(command, 'options').find((found) => property(found, 'name') === name)
  return textAt(option, 'value').trim()
}

/** What stood on the button or in the list, which Discord repeats only inside the message, however deep. */
function labelOf(message: unknown, pressed: string): string {
  const waiting = [...listed(message, 'components')]
  for (let seen = 0; seen < 200; seen += 1) {
    if (waiting.length === 0) return ''
    const component = waiting.shift()
    const label = property(component, 'label')
    const isIt = property(component, 'custom_id') === pressed || property(component, 'value') === pressed
    if (isIt && typeof label === 'string') return label.slice(0, 100)
    waiting.push(...listed(component, 'components'), ...listed(component, 'options'), property(component, 'accessory'))
  }
  return ''
}

function memberOf(data: unknown, author: Author | undefined): Interaction['member'] {
  const guild = snowflake(data, 'guild_id')
  const member = property(data, 'member')
  if (guild === undefined || author === undefined || snowflake(member, 'permissions') === undefined) return undefined
  return { guild, user: author.id, permissions: bitsAt(member, 'permissions') }
}

function ignored(because: string, interaction?: Interaction): InteractionReading {
  return interaction === undefined ? { kind: 'ignored', because } : { kind: 'ignored', because, interaction }
}

/** It becomes a part of a URL. */
function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.~-]{1,1000}$/.test(value)
}

/** Discord's own limit is 100 characters. */
function isButtonId(value: unknown): value is string {
  return typeof value === 'string' && /^[^\p{Cc}]{1,100}$/u.test(value)
}
