import type { Inbox } from './core/ports.ts'

/** The messages this process takes. */
export interface Claims {
  readonly inbox: Inbox
  /** Nothing is taken any more: what is owed is for another process, or for the next start. */
  end(): void
}

export function createClaims(inbox: Inbox): Claims {
  let hasEnded = false
  return {
    inbox: { ...inbox, claim: async (key) => (hasEnded ? undefined : await inbox.claim(key)) },
    end: () => {
      hasEnded = true
    },
  }
}
