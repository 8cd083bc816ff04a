import type { Classification } from '../core/intent.ts'

/**
 * A slower look at a message that the first stages were unsure of. Gives the classification as it stands afterwards, which
 * is the one it was given where it has nothing better to say. Never throws.
 */
export type FurtherStage = (
  text: string,
  classification: Classification,
  signal: AbortSignal,
) => Promise<Classification>
