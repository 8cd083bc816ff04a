import type { Effect } from '../src/core/agent.ts'
import type { WishedAction } from '../src/core/reply.ts'
import type { Conversation } from '../src/core/conversation.ts'
import type { Route } from '../src/core/route.ts'

/** What a message is answered with, before ids, receipt and storage. */
export interface Decision {
  readonly route: Route
  readonly text: string
  readonly actions: readonly WishedAction[]
  readonly effects: readonly Effect[]
  /** The conversation after this turn, but for what the effects change in it. */
  readonly conversation: Conversation
}
