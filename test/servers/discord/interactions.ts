import { checkMessage, checkModal } from './checks.ts'
import { type Answer, field, type Fields, fields, invalid, numberOf, Refusal, textOf } from './fields.ts'
import { applicationId, discordBot, type DiscordFile, type DiscordPost, type World } from './world.ts'

/** One thing somebody did, and how it was answered. */
export interface Deed {
  readonly id: string
  readonly token: string
  /** 2 a command, 3 a button or list, 5 a form. */
  readonly type: number
  readonly user: string
  readonly channel: string
  readonly sentAt: number
  /** The pressed message, while it exists. */
  readonly message: DiscordPost | undefined
  readonly isOnMessage: boolean
  /** The first answer, as it was given. */
  answer: Fields | undefined
  answeredAt: number | undefined
  original: DiscordPost | undefined
  /** The form it opened. */
  modal: Fields | undefined
  /** What the person reads when the bot did not answer as Discord demands. */
  failure: string | undefined
}

const tokenLivesMs = 15 * 60_000

type Told = (type: string, post: DiscordPost) => void

/** Interactions: their first answer within 3 seconds, once, and what may follow for 15 minutes. */
export class Interactions {
  readonly deeds = new Map<string, Deed>()
  /** Discord waits 3 seconds; a test of something else may have it wait longer. */
  answerWithinMs = 3000
  readonly #world: World
  readonly #told: Told

  constructor(world: World, told: Told) {
    this.#world = world
    this.#told = told
  }

  /** Takes an interaction's payload as sent. */
  keep(data: unknown): Deed | undefined {
    const [id, token, channel] = [textOf(data, 'id'), textOf(data, 'token'), textOf(data, 'channel_id')]
    if (id === '' || token === '') return undefined
    const pressed = textOf(field(data, 'message'), 'id')
    const user = field(field(data, 'member'), 'user') ?? field(data, 'user')
    const deed: Deed = {
      id,
      token,
      type: numberOf(data, 'type'),
      user: textOf(user, 'id'),
      channel,
      sentAt: this.#world.now(),
      message: this.#world.messages.find((message) => message.id === pressed),
      isOnMessage: pressed !== '',
      answer: undefined,
      answeredAt: undefined,
      original: undefined,
      modal: undefined,
      failure: undefined,
    }
    this.deeds.set(id, deed)
    return deed
  }

  /** The first answer, by a call or as the answer to Discord's own. */
  callback(
    id: string,
    token: string,
    given: { readonly body: Fields; readonly files: readonly DiscordFile[] },
  ): Answer {
    const deed = this.deeds.get(id)
    if (deed === undefined || deed.token !== token) throw new Refusal(404, 10_062)
    if (deed.answer !== undefined) throw new Refusal(400, 40_060)
    if (this.#world.now() - deed.sentAt > this.answerWithinMs) throw new Refusal(404, 10_062)
    this.#perform(deed, given.body, given.files)
    deed.answer = given.body
    deed.answeredAt = this.#world.now()
    return { status: 204 }
  }

  /** What comes after the first answer: `POST`, or the first answer read, changed, removed. */
  webhook(
    method: string,
    path: string,
    given: { readonly body: Fields; readonly files: readonly DiscordFile[] },
  ): Answer {
    const [, application = '', token = '', message] =
      /^\/webhooks\/(\d+)\/([^/]+)(?:\/messages\/(.+))?$/.exec(path) ?? []
    const deed = [...this.deeds.values()].find((found) => found.token === token)
    if (deed?.answer === undefined || application !== applicationId) throw new Refusal(404, 10_015)
    if (this.#world.now() - deed.sentAt > tokenLivesMs) throw new Refusal(401, 50_027)
    if (method === 'POST' && message === undefined) return { status: 200, body: this.#followUp(deed, given) }
    const post = message === '@original' ? deed.original : this.#world.messages.find(({ id }) => id === message)
    if (post === undefined || !this.#world.messages.includes(post)) throw new Refusal(404, 10_008)
    if (method === 'GET') return { status: 200, body: this.#world.shape(post) }
    if (method === 'DELETE') return (this.#world.remove(post), { status: 204 })
    this.#change(post, given)
    return { status: 200, body: this.#world.shape(post) }
  }

  #perform(deed: Deed, body: Fields, files: readonly DiscordFile[]): void {
    const data = fields(body['data'])
    switch (body['type']) {
      case 4:
        checkMessage(data, files.length)
        deed.original = this.#say(deed, { body: data, files })
        return
      case 5:
        deed.original = this.#say(deed, { body: data, files, isLoading: true })
        return
      case 6:
      case 7:
        if (!deed.isOnMessage) throw invalid('type', 'only for what began at a message')
        deed.original = deed.message
        if (body['type'] === 7) this.#replace(deed, { body: data, files })
        return
      case 9:
        if (deed.type === 5) throw invalid('type', 'a form cannot open a form')
        checkModal(data)
        deed.modal = data
        return
      default:
        throw invalid('type', 'unknown')
    }
  }

  #replace({ message }: Deed, given: { readonly body: Fields; readonly files: readonly DiscordFile[] }): void {
    if (message === undefined || !this.#world.messages.includes(message)) throw new Refusal(404, 10_008)
    this.#change(message, given)
  }

  #followUp(deed: Deed, { body, files }: { readonly body: Fields; readonly files: readonly DiscordFile[] }): Fields {
    checkMessage(body, files.length)
    // The first one after a deferral takes the deferral's place, seen by whom that was seen by.
    if (deed.original?.isLoading === true && this.#world.messages.includes(deed.original)) {
      this.#change(deed.original, { body: { ...body, flags: numberOf(body, 'flags') & ~64 }, files })
      return this.#world.shape(deed.original)
    }
    return this.#world.shape(this.#say(deed, { body, files }))
  }

  #change(post: DiscordPost, { body, files }: { readonly body: Fields; readonly files: readonly DiscordFile[] }): void {
    if ((numberOf(body, 'flags') & ~((1 << 2) | (1 << 15))) !== 0)
      throw invalid('flags', 'a flag that cannot be changed')
    checkMessage({ ...post.body, ...body }, files.length)
    if (((numberOf(body, 'flags') ^ numberOf(post.body, 'flags')) & (1 << 15)) !== 0 && !post.isLoading)
      throw invalid('flags', 'the components v2 flag stays as it is')
    post.body = { ...post.body, ...body }
    Object.assign(post, { files })
    post.isLoading = false
    post.editedAt = this.#world.now()
    if (post.onlyFor === undefined) this.#told('MESSAGE_UPDATE', post)
  }

  #say(
    deed: Deed,
    given: { readonly body: Fields; readonly files: readonly DiscordFile[]; readonly isLoading?: boolean },
  ): DiscordPost {
    const isHidden = (numberOf(given.body, 'flags') & 64) !== 0
    const onlyFor = isHidden ? deed.user : undefined
    const { post } = this.#world.post({ author: discordBot, channel: deed.channel, onlyFor, ...given })
    if (!isHidden) this.#told('MESSAGE_CREATE', post)
    return post
  }
}
