import type { SlackPost } from './channels.ts'
import type { Fields } from './fields.ts'
import type { Handed, SlackKind } from './handing.ts'
import {
  type Handles,
  toBlockActions,
  toCommand,
  toEventCallback,
  toMessageAction,
  toMessageEvents,
  toViewSubmission,
} from './payloads.ts'
import type { SlackView } from './views.ts'
import type { SlackWorkspace } from './workspaces.ts'

/** What a person's doings need of the server. */
export interface Surroundings {
  readonly hand: (payload: object, kind: SlackKind) => Handed
  readonly newTs: () => string
  readonly newId: (prefix: string) => string
  readonly handles: (place: { channel: string; user: string; ts: string | undefined }) => Handles
  readonly find: (channel: string, ts: string) => SlackPost | undefined
}

/** Where something is written or pressed. */
export interface SlackPlace {
  readonly channel: string
  readonly thread_ts?: string
}

/** A message that was written, and its way to the bot: one event, or two where it names the bot in a channel. */
export interface Said {
  readonly ts: string
  /** Its thread: its own ts at the top of a direct message. */
  readonly thread_ts: string
  readonly handed: readonly Handed[]
}

/** Somebody in Slack. Whatever they do reaches the bot as Slack would tell it. */
export class Person {
  readonly #id: string
  readonly #workspace: SlackWorkspace
  readonly #world: Surroundings

  constructor(id: string, workspace: SlackWorkspace, world: Surroundings) {
    this.#id = id
    this.#workspace = workspace
    this.#world = world
  }

  /** @param more further fields of the event, for example `files` */
  says(text: string, place: SlackPlace, more: Fields = {}): Said {
    const ts = this.#world.newTs()
    const { thread_ts: thread, channel } = place
    const events = toMessageEvents({ text, ts, thread_ts: thread, more }, this.#origin(channel))
    return { ts, thread_ts: thread ?? ts, handed: events.map((event) => this.#event(event)) }
  }

  edits(ts: string, text: string, place: SlackPlace): Handed {
    const shared = { type: 'message', user: this.#id, ts, ...(place.thread_ts && { thread_ts: place.thread_ts }) }
    const message = { ...shared, text, edited: { user: this.#id, ts: this.#world.newTs() } }
    return this.#changed('message_changed', place, { message, previous_message: { ...shared, text: '' } })
  }

  deletes(ts: string, place: SlackPlace): Handed {
    const shared = { type: 'message', user: this.#id, ts, ...(place.thread_ts && { thread_ts: place.thread_ts }) }
    return this.#changed('message_deleted', place, { deleted_ts: ts, previous_message: { ...shared, text: '' } })
  }

  /** @param value of feedback buttons, the value of one of the two */
  presses(actionId: string, { channel, ts, value }: { channel: string; ts: string; value?: string }): Handed {
    const post = this.#world.find(channel, ts)
    if (post === undefined) throw new Error(`there is no message ${ts} in ${channel} whose button could be pressed`)
    const pressed = { post, action_id: actionId, at: this.#world.newTs(), ...(value === undefined ? {} : { value }) }
    const handles = this.#world.handles({ channel, user: this.#id, ts })
    return this.#world.hand(toBlockActions(pressed, this.#origin(channel), handles), 'interactive')
  }

  /** From the menu of a message, which `message` describes. */
  chooses(callbackId: string, channel: string, message: Fields): Handed {
    const handles = this.#world.handles({ channel, user: this.#id, ts: undefined })
    const chosen = { callback_id: callbackId, message, at: this.#world.newTs() }
    return this.#world.hand(toMessageAction(chosen, this.#origin(channel), handles), 'interactive')
  }

  /** Submits a modal that is open. */
  submits({ view }: SlackView, values: Readonly<Record<string, string>>): Handed {
    const trigger = this.#world.handles({ channel: '', user: this.#id, ts: undefined }).trigger_id
    const origin = { workspace: this.#workspace, user: this.#id }
    return this.#world.hand(toViewSubmission({ view, values }, origin, trigger), 'interactive')
  }

  /** @throws Error in a thread, where Slack has no commands of apps */
  runs(command: string, text: string, { channel, thread_ts: thread }: SlackPlace): Handed {
    if (thread !== undefined) throw new Error(`${command} is not supported in threads. Sorry!`)
    const handles = this.#world.handles({ channel, user: this.#id, ts: undefined })
    return this.#world.hand(toCommand({ command, text }, this.#origin(channel), handles), 'slash_commands')
  }

  /** Opens the app, on its Home page or where its messages are. */
  opens(tab: 'home' | 'messages', channel: string): Handed {
    return this.#event({ type: 'app_home_opened', user: this.#id, channel, tab, event_ts: this.#world.newTs() })
  }

  /** Presses Stop while the bot is at work. */
  stops({ channel, thread_ts: thread }: Required<SlackPlace>, streaming: readonly string[] = []): Handed {
    const event = { type: 'agent_session_stopped', channel, user: this.#id, thread_ts: thread }
    return this.#event({ ...event, streaming_message_ts: streaming, event_ts: this.#world.newTs() })
  }

  #changed(subtype: string, { channel }: SlackPlace, more: Fields): Handed {
    const at = this.#world.newTs()
    const kind = channel.startsWith('D') ? 'im' : channel.startsWith('G') ? 'group' : 'channel'
    const shared = { channel, ts: at, event_ts: at, channel_type: kind, hidden: true }
    return this.#event({ type: 'message', subtype, ...shared, ...more })
  }

  #event(event: Fields): Handed {
    const payload = toEventCallback(event, { workspace: this.#workspace }, this.#world.newId('Ev'))
    return this.#world.hand(payload, 'events_api')
  }

  #origin(channel: string): { workspace: SlackWorkspace; user: string; channel: string } {
    return { workspace: this.#workspace, user: this.#id, channel }
  }
}
