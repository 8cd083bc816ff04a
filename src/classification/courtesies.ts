import type { IntentName } from '../core/intent.ts'

/**
 * Shipped intents that are said beside a request rather than asked for, so that they are neither a second request nor
 * refused. They are named here because nothing tells them apart otherwise: "What can you do?" is worded like any question,
 * and the agent `general` answers real questions too. An owner's intents under other names are all taken for requests,
 * which costs one button too many at worst.
 */
export const courtesies: ReadonlySet<IntentName> = new Set([
  'general.greeting',
  'general.thanks',
  'general.goodbye',
  'general.small-talk',
  'general.capabilities',
  'tickets.complaint',
])
