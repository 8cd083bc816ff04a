import type { Message, MessageId } from '../src/core/message.ts'
import type { ConversationKey } from '../src/core/ports.ts'

/** The messages this process is answering, one of a conversation at a time, each with what ends the work on it. */
export interface RunningTurns {
  /**
   * From now on the message may be stopped, until `end`.
   * @param isSuspect whether it may be what ended earlier processes; of those one is answered at a time
   * @returns false when another such one is being answered, and nothing was begun
   */
  begin(message: Message, isSuspect?: boolean): boolean
  end(message: Message): void
  /** Aborted when the message was stopped; undefined when it is not being answered. */
  signalOf(message: Pick<Message, 'tenant' | 'id'>): AbortSignal | undefined
  /** Ends the work on a message and on what it was asked again as, or on whatever is answered in the conversation. */
  stop(key: ConversationKey, message?: MessageId): void
}

interface Running {
  readonly message: Message
  readonly isSuspect: boolean
  readonly controller: AbortController
}

export function createRunningTurns(): RunningTurns {
  const running = new Map<string, Running>()
  const nameOf = ({ tenant, id }: Pick<Message, 'tenant' | 'id'>): string => `${tenant} ${id}`
  return {
    begin: (message, isSuspect = false) => {
      if (isSuspect && running.values().some((other) => other.isSuspect)) return false
      running.set(nameOf(message), { message, isSuspect, controller: new AbortController() })
      return true
    },
    end: (message) => void running.delete(nameOf(message)),
    signalOf: (message) => running.get(nameOf(message))?.controller.signal,
    stop: ({ tenant, conversation }, id) => {
      for (const { message, controller } of running.values()) {
        const isThere = message.tenant === tenant && message.conversation === conversation
        if (isThere && (id === undefined || message.id === id || message.id.startsWith(`${id}#`))) controller.abort()
      }
    },
  }
}
