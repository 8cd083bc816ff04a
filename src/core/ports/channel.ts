import type { Address, Author, ChannelName, ConversationId, Message, MessageId, TenantId } from '../message.ts'
import type { Form, Picture, Reply, StoredReply } from '../reply.ts'

/** Names one conversation. Tenants never share one. */
export interface ConversationKey {
  readonly tenant: TenantId
  readonly conversation: ConversationId
}

/** What a platform tells us. */
export type ChannelEvent =
  /** `isAddressed`: in private, or the bot is named. Without it the message counts only where the bot takes part already. */
  | { readonly kind: 'message'; readonly message: Message; readonly isAddressed: boolean }
  /** A pressed button: its message carries `pressed`. */
  | { readonly kind: 'action'; readonly message: Message }
  | {
      readonly kind: 'edit'
      readonly key: ConversationKey
      readonly message: MessageId
      readonly text: string
      /** When it was changed, where the platform says so. */
      readonly at?: Date
    }
  | { readonly kind: 'delete'; readonly key: ConversationKey; readonly message: MessageId }
  /** The customer wants no answer any more: everything owed in the conversation is given up, and no more money spent. */
  | { readonly kind: 'stop'; readonly key: ConversationKey }
  | CommandEvent
  | ShortcutEvent
  | FormEvent
  | HomeEvent

/** Somebody opened the bot's own page. */
export interface HomeEvent {
  readonly kind: 'home'
  readonly tenant: TenantId
  readonly channel: ChannelName
  readonly author: Author
  readonly address: Address
}

/** A slash command, without its slash. */
export interface CommandEvent {
  readonly kind: 'command'
  readonly tenant: TenantId
  readonly channel: ChannelName
  readonly author: Author
  readonly name: string
  readonly text: string
  readonly address: Address
}

/** Something chosen from the menu of a message. */
export interface ShortcutEvent {
  readonly kind: 'shortcut'
  /** Who chose it. */
  readonly author: Author
  readonly name: 'make-ticket' | 'try-advanced'
  /** The message whose menu it was, as if its author had just sent it. */
  readonly message: Message
}

/** A form that was filled in. `id` names this one submission, so that two of it count once. */
export interface FormEvent {
  readonly kind: 'form'
  readonly tenant: TenantId
  readonly channel: ChannelName
  readonly author: Author
  readonly id: string
  readonly form: Form['id']
  readonly values: Readonly<Record<string, string>>
  readonly address: Address
}

/** What became of an event. Only after this may the platform hear "got it": `new` and `seen` mean that it is stored. */
export type Intake =
  | { readonly kind: 'new' | 'seen' }
  | { readonly kind: 'ignored'; readonly because: IgnoredBecause }
  /** Shown to whoever acted and nobody else; in place of what was pressed where `replaces` says so. */
  | { readonly kind: 'shown'; readonly reply: Reply; readonly picture?: Picture; readonly replaces?: boolean }
  /** Asks whoever acted to fill in a form. */
  | { readonly kind: 'form'; readonly form: Form }

export type IgnoredBecause =
  | 'action-used'
  | 'action-unknown'
  | 'not-addressed'
  | 'not-handled'
  | 'someone-else'
  | 'too-late'
  | 'unchanged'
  | 'unknown-message'

/** What a platform is asked to show. `key` is ours: a delivery whose end is unknown is looked for by it before it is sent again. */
export type Delivery =
  | {
      readonly kind: 'post'
      readonly key: string
      readonly address: Address
      readonly reply: StoredReply
      /** An earlier try may have been shown: it is looked for by its key, and only what is missing is sent. */
      readonly mayExist: boolean
    }
  | {
      readonly kind: 'edit'
      readonly key: string
      readonly address: Address
      readonly platformId: string
      readonly reply: StoredReply
    }
  | { readonly kind: 'remove'; readonly key: string; readonly address: Address; readonly platformId: string }
  | {
      readonly kind: 'ephemeral'
      readonly key: string
      readonly address: Address
      readonly author: Author
      readonly reply: StoredReply
    }
  | { readonly kind: 'home'; readonly key: string; readonly author: Author; readonly reply: StoredReply }
  /** A passing word on what is being done for the message `key`; it goes away by itself, and at once by an empty text. */
  | { readonly kind: 'status'; readonly key: string; readonly address: Address; readonly text: string }
  /** Removes everything shown under the key but the message `keep`; gives how many were removed. */
  | { readonly kind: 'tidy'; readonly key: string; readonly address: Address; readonly keep: string }

/** A chat platform. Errors are ChannelError, with how long to wait where the platform says so. */
export interface Channel {
  readonly name: ChannelName
  /** Begins to listen. The platform hears "got it" only after `onEvent` has resolved. Without it the channel only sends. */
  start(onEvent?: (event: ChannelEvent) => Promise<Intake>): Promise<void>
  /** Shows something; gives the platform's id of it. */
  send(delivery: Delivery): Promise<string>
  /** The platform's id of an earlier delivery with this key, or undefined when it never arrived. */
  find(key: string, address: Address): Promise<string | undefined>
  stop(): Promise<void>
}

/**
 * Whether the platform itself lets this person run the workspace or server, asked live and remembered for a minute at most;
 * `other-server` where they acted in a server that is not the company's, whatever they are there.
 * @param address where they acted
 */
export type IsPlatformAdmin = (author: Author['id'], address: Address) => Promise<boolean | 'other-server'>

/** A platform that was reached. */
export interface OpenPlatform {
  readonly channel: Channel
  readonly isAdmin: IsPlatformAdmin
  /** Answers what the platform sends to our own address; undefined where only the bot calls. It never throws. */
  readonly receive?: Receive
}

/** One HTTP request and its answer. */
export type Receive = (request: Request) => Promise<Response>
