import type { Inbox } from './core/ports.ts'

/** The messages this process takes. */
export interface Claims {
  readonly inbox: Inbox
  /** Nothing is taken any more: what is owed is for another process, or for the next start. */
  end(): void
}

/** Claims as the inbox gives them, until they are ended. */
export function createClaims(inbox: Inbox): Claims {
  let hasEnded = false
  return {
    inbox: { ...inbox, claim: async (...asked) => (hasEnded ? undefined : await inbox.claim(...asked)) },
    end: () => {
      hasEnded = true
    },
  }
}
