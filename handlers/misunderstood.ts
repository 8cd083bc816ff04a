import type { Stage } from '../src/core/intent.ts'
import type { Outcome } from '../src/core/outcome.ts'
import type { MessageParts, OpenTurn } from './message-parts.ts'
import { findRated, type Rated } from './rated.ts'

/** What these decided is kept for messages like it. */
const keptStages: readonly Stage[] = ['cache', 'encoder', 'model']

/** The question behind an answer that was not helpful, where how it was understood is kept for others. */
export function misunderstoodIn(rated: Rated | undefined): Pick<Outcome, 'misunderstood'> {
  if (rated === undefined || !keptStages.includes(rated.receipt.classification.stage)) return {}
  return { misunderstood: rated.question }
}

/** The same for the last answer before somebody asked for a person instead. */
export async function misunderstoodBefore(
  { message }: Pick<OpenTurn, 'message'>,
  parts: Pick<MessageParts, 'conversations'>,
): Promise<Pick<Outcome, 'misunderstood'>> {
  const key = { tenant: message.tenant, conversation: message.conversation }
  const [last] = await parts.conversations.before(key, message.id, 1)
  return last === undefined ? {} : misunderstoodIn(await findRated(key, last.message.id, parts))
}
