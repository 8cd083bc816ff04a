import type { Address } from '../../src/core/message.ts'
import type { Delivery } from '../../src/core/ports.ts'
import { type SlackRules, toHomeView } from './blocks.ts'
import type { SlackClient } from './bolt.ts'
import { isWorkspaceWide, toSendingError } from './failure.ts'
import { Messages, toParts } from './messages.ts'
import { asWritten, placeOf } from './metadata.ts'
import { Pace, type PaceClock, type PacedCall } from './pace.ts'
import { Status } from './status.ts'

export interface SendingOptions extends SlackRules {
  /** Whether direct messages have threads, with a status, a Stop button and streams. */
  readonly agentView: boolean
  /** Left out, the real one. */
  readonly clock?: PaceClock
}

/** What goes into one workspace. */
interface Workspace {
  readonly messages: Messages
  readonly status: Status
  readonly paced: (channel: string, what: string) => PacedCall
}

type Of<Kind extends Delivery['kind']> = Extract<Delivery, { kind: Kind }>

/** Everything that goes out to Slack, in the name of whichever workspace's client is given. */
export class Sending {
  readonly #options: SendingOptions
  readonly #workspaces = new Map<SlackClient, Workspace>()

  constructor(options: SendingOptions) {
    this.#options = options
  }

  /**
   * Carries out one delivery. A reply's id is the timestamp of its first part; `tidy` gives how many messages it removed.
   * @throws ChannelError, but never for a status
   */
  async send(client: SlackClient, delivery: Delivery): Promise<string> {
    const { messages, status } = this.#of(client)
    switch (delivery.kind) {
      case 'post': {
        const id = await messages.post(delivery)
        const { message, hadSteps = false } = delivery.reply
        if (message !== undefined && this.#options.agentView)
          await status.end(delivery.address, hadSteps || delivery.mayExist)
        return id
      }
      case 'edit':
        return await messages.edit(delivery)
      case 'remove':
        return await messages.remove(delivery)
      case 'tidy':
        return await messages.tidy(delivery)
      case 'status':
        if (this.#options.agentView) await status.show(delivery.address, delivery.text)
        return delivery.key
      case 'ephemeral':
        return await this.#whisper(client, delivery)
      case 'home':
        return await this.#publish(client, delivery)
    }
  }

  /** The oldest message that carries a key. @throws ChannelError */
  async find(client: SlackClient, key: string, address: Address): Promise<string | undefined> {
    return await this.#of(client).messages.find(key, address)
  }

  async #whisper(client: SlackClient, { address, author, key, reply }: Of<'ephemeral'>): Promise<string> {
    const place = placeOf(address)
    const paced = this.#of(client).paced(place.channel, `Slack did not show reply ${key} to one person`)
    const ids: string[] = []
    for (const part of toParts(reply, this.#options)) {
      const message = { ...place, user: userOf(author.id), ...part, ...asWritten }
      const shown = await paced('other', () => client.chat.postEphemeral(message))
      ids.push(shown.message_ts ?? '')
    }
    return ids[0] ?? ''
  }

  async #publish(client: SlackClient, { author, key, reply }: Of<'home'>): Promise<string> {
    const user = userOf(author.id)
    const paced = this.#of(client).paced(user, `Slack did not show the home page ${key}`)
    const view = toHomeView(reply, this.#options)
    const published = await paced('other', () => client.views.publish({ user_id: user, view }))
    return published.view?.id ?? ''
  }

  #of(client: SlackClient): Workspace {
    const known = this.#workspaces.get(client)
    if (known !== undefined) return known
    const pace = new Pace(this.#options.clock)
    const paced = (channel: string, what: string): PacedCall => {
      return async (kind, make) => await pace.call(channel, kind, () => told(what, make, pace))
    }
    const messages = new Messages({ client, paced, ...this.#options })
    const made = { messages, status: new Status(client), paced }
    this.#workspaces.set(client, made)
    return made
  }
}

/** A call whose failure is one of ours. What Slack says of the whole workspace holds all of its channels. */
async function told<Result>(what: string, make: () => Promise<Result>, pace: Pace): Promise<Result> {
  try {
    return await make()
  } catch (error) {
    const failure = toSendingError(what, error)
    if (isWorkspaceWide(error)) pace.hold(failure.retryAfterMs ?? 0)
    throw failure
  }
}

/** Our author is `team:user`; Slack wants the user. */
function userOf(author: string): string {
  return author.split(':').at(-1) ?? ''
}
