import type { ActionId, MessageId } from './message.ts'
import type { RatingKind, ReplyAction } from './reply.ts'

/** A button as a terminal needs it. */
export type ChatAction = Pick<ReplyAction, 'id' | 'label'> & { readonly kind?: RatingKind }

/** An answer as a person at a terminal sees it. */
export interface ChatAnswer {
  readonly conversation: string
  readonly message: MessageId
  readonly replies: readonly { readonly text: string; readonly actions: readonly ChatAction[] }[]
  /** The receipt as it goes over the wire. */
  readonly receipt: Readonly<Record<string, unknown>> | undefined
}

/** One conversation with the bot, in this process or with the one that is running. */
export interface ChatClient {
  say(text: string): Promise<ChatAnswer>
  press(action: ActionId): Promise<ChatAnswer>
  close(): Promise<void>
}
