import type { AgentName, IntentName } from './intent.ts'

/** 0 free · 1 local · 2 cheap · 3 middle · 4 large. */
export type Tier = 0 | 1 | 2 | 3 | 4

/** Who answers, and why in one sentence for the receipt. */
export type Route = { readonly because: string } & (
  | { readonly kind: 'agent'; readonly agent: AgentName; readonly intent: IntentName }
  | { readonly kind: 'clarify'; readonly between: readonly [IntentName, IntentName] }
  /** A model writes the answer; `advanced` when a person asked for the large one with the button. */
  | { readonly kind: 'model'; readonly tier: Exclude<Tier, 0>; readonly isAdvanced?: boolean }
  | { readonly kind: 'person' }
)
