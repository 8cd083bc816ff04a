import { type Fields, fields, textOf } from './fields.ts'
import type { Deed, Interactions } from './interactions.ts'
import { call, type Endpoint, type Signature } from './signature.ts'
import { applicationId, type DiscordChannel, discordBot, exampleChannel, type World } from './world.ts'

/** Who does something, and where; without them the example's customer in the example's channel. */
export interface Doer {
  readonly user?: string
  readonly channel?: string
}

const exampleUser = '700000000000000001'

interface PeopleParts {
  readonly world: World
  readonly interactions: Interactions
  readonly signature: Signature
  readonly dispatch: (type: string, data: unknown) => void
}

/** What people do in Discord: write, press, choose, type commands, send forms. */
export class People {
  /** Where interactions are sent instead of the gateway. */
  endpoint: Endpoint | undefined
  readonly #parts: PeopleParts

  constructor(parts: PeopleParts) {
    this.#parts = parts
  }

  /** Somebody writes; gives the id of the message. */
  say(
    text: string,
    { user = exampleUser, channel = exampleChannel, ...more }: Doer & { readonly reply?: string } = {},
  ): string {
    const place = this.#parts.world.channels.get(channel)
    const id = this.#parts.world.newId()
    const isNamed = text.includes(`<@${discordBot.id}>`)
    const message = {
      id,
      type: more.reply === undefined ? 0 : 19,
      channel_id: channel,
      ...(place?.guild === undefined ? {} : { guild_id: place.guild }),
      author: this.#parts.world.shapePerson(user),
      content: text,
      timestamp: new Date(this.#parts.world.now()).toISOString(),
      edited_timestamp: null,
      mentions: isNamed ? [discordBot] : [],
      attachments: [],
      embeds: [],
      components: [],
    }
    this.#parts.dispatch('MESSAGE_CREATE', message)
    return id
  }

  /** Somebody presses a button of a message, or chooses from a list in it. */
  async press(action: string, message: string, doer: Doer = {}): Promise<Deed | undefined> {
    const post = this.#parts.world.messages.find(({ id }) => id === message)
    const place = post === undefined ? doer : { channel: post.channel, ...doer }
    const shape = post === undefined ? { id: message, channel_id: doer.channel } : this.#parts.world.shape(post)
    const isChosen = JSON.stringify(post?.body['components'] ?? []).includes(`"value":${JSON.stringify(action)}`)
    const chosen = { custom_id: 'list', component_type: 3, values: [action] }
    const data = isChosen ? chosen : { custom_id: action, component_type: 2 }
    return await this.hand({ type: 3, data, message: shape, doer: place })
  }

  /** Somebody types a command. */
  async type(name: string, options: Readonly<Record<string, string>> = {}, doer: Doer = {}): Promise<Deed | undefined> {
    const given = Object.entries(options).map(([option, value]) => ({ type: 3, name: option, value }))
    return await this.hand({ type: 2, data: { id: '1', name, type: 1, options: given }, doer })
  }

  /** Somebody chooses from the menu of a message. */
  async choose(name: string, message: string, doer: Doer = {}): Promise<Deed | undefined> {
    const post = this.#parts.world.messages.find(({ id }) => id === message)
    const messages = post === undefined ? {} : { [message]: { ...fields(post.body), ...this.#parts.world.shape(post) } }
    const data = { id: '1', name, type: 3, target_id: message, resolved: { messages } }
    return await this.hand({ type: 2, data, doer: post === undefined ? doer : { channel: post.channel, ...doer } })
  }

  /** Somebody sends a form that was opened for them. */
  async submit(opened: Deed, values: Readonly<Record<string, string>>): Promise<Deed | undefined> {
    const components = Object.entries(values).map(([name, value], index) => ({
      type: 18,
      id: index * 2 + 1,
      component: { type: 4, id: index * 2 + 2, custom_id: name, value },
    }))
    const data = { custom_id: textOf(opened.modal, 'custom_id'), components }
    const message = opened.message === undefined ? {} : { message: this.#parts.world.shape(opened.message) }
    return await this.hand({ type: 5, data, ...message, doer: { user: opened.user, channel: opened.channel } })
  }

  /** Hands over any interaction at all: signed to the bot's address, or over the gateway where there is none. */
  async hand(given: Omit<NewDeed, 'id'>): Promise<Deed | undefined> {
    const { world, interactions, signature, dispatch } = this.#parts
    const payload = toPayload(world, { ...given, id: world.newId() })
    if (this.endpoint === undefined) {
      dispatch('INTERACTION_CREATE', payload)
      return interactions.deeds.get(textOf(payload, 'id'))
    }
    const deed = interactions.keep(payload)
    try {
      const response = await call(this.endpoint, JSON.stringify(payload), signature)
      if (response.status === 200 && deed !== undefined)
        interactions.callback(deed.id, deed.token, { body: fields(await response.json()), files: [] })
      else if (response.status !== 202) fail(deed, `HTTP status ${response.status}`)
    } catch (error) {
      fail(deed, error instanceof Error ? error.message : String(error))
    }
    return deed
  }
}

/** An interaction's payload, as https://docs.discord.com/developers/interactions/receiving-and-responding describes it. */
function toPayload(world: World, { id, type, data, message, doer }: NewDeed): Fields {
  const { user = exampleUser, channel = '500000000000000001' } = doer
  const place = world.channels.get(channel)
  const person = world.shapePerson(user)
  const member = { user: person, roles: [], permissions: String(world.permissionsOf(place?.guild ?? '', user)) }
  return {
    id,
    application_id: applicationId,
    type,
    token: `token-of-${id}`,
    version: 1,
    channel_id: channel,
    channel: place === undefined ? { id: channel, type: 0 } : shapeOf(place),
    ...(place?.guild === undefined ? { user: person } : { guild_id: place.guild, member }),
    ...(message === undefined ? {} : { message }),
    data,
    app_permissions: '0',
    locale: 'en-GB',
    entitlements: [],
    context: place?.guild === undefined ? 1 : 0,
  }
}

export interface NewDeed {
  readonly id: string
  readonly type: number
  readonly data: Fields
  readonly message?: Fields
  readonly doer: Doer
}

function shapeOf({ id, type, name, parent, guild }: DiscordChannel): Fields {
  return {
    id,
    type,
    name,
    ...(parent === undefined ? {} : { parent_id: parent }),
    ...(guild === undefined ? {} : { guild_id: guild }),
  }
}

function fail(deed: Deed | undefined, why: string): void {
  if (deed !== undefined) deed.failure = why
}
