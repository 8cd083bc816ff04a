import { UsageError } from '../src/core/errors.ts'
import type { MessageId, TenantId } from '../src/core/message.ts'
import type { ParkedDecision, ParkedMessages } from '../src/core/parked.ts'
import type { NewId, Now, Observer, Queue } from '../src/core/ports.ts'
import {
  toWireParked,
  toWireParkedDetails,
  type WireParkedDetails,
  type WireParkedList,
} from '../src/safety/wire-parked.ts'

/** What reading and deciding about parked messages needs. */
export interface ParkedParts {
  readonly tenant: TenantId
  readonly parked: ParkedMessages
  /** Left out where no bot runs in this process: recovery of one that does finds a replayed message within seconds. */
  readonly queue?: Pick<Queue, 'wake'>
  readonly observer?: Observer
  readonly newId: NewId
  readonly now: Now
}

/** What `GET /api/parked` and `tuppence parked` tell. @param which `all`: with those somebody has decided about */
export async function readParked(
  which: 'parked' | 'all',
  { tenant, parked }: Pick<ParkedParts, 'tenant' | 'parked'>,
): Promise<WireParkedList> {
  return { parked: (await parked.list(tenant, which)).map(toWireParked) }
}

/**
 * One parked message, with what was done for it and what a replay would do.
 * @throws UsageError when no such message was ever parked
 */
export async function showParked(
  message: MessageId,
  { tenant, parked }: Pick<ParkedParts, 'tenant' | 'parked'>,
): Promise<WireParkedDetails> {
  const found = await parked.find(tenant, message)
  if (found === undefined) throw unknown(message)
  return toWireParkedDetails(found)
}

/** What an admin decides, and who that is, as the record shall name them. */
export interface ParkedWish {
  readonly message: MessageId
  readonly decision: ParkedDecision
  readonly by: string
}

/**
 * Has a parked message answered anew, or gives it up, and gives it back as it stands then.
 * @throws UsageError when there is no such message, or somebody decided before, or its customer has taken it back
 */
export async function decideParked(
  { message, decision, by }: ParkedWish,
  parts: ParkedParts,
): Promise<WireParkedDetails> {
  const { tenant, parked, observer } = parts
  const entry = { id: parts.newId(), at: parts.now(), by }
  const result = await parked.decide({ tenant, message, decision }, entry)
  const found = await parked.find(tenant, message)
  if (result === 'unknown' || found === undefined) throw unknown(message)
  if (result !== 'done') throw new UsageError(whyNot(message, result, found.closed?.by))
  const name = decision === 'replay' ? 'message.replayed' : 'message.discarded'
  observer?.event({ name, level: 'info', fields: { message, channel: found.channel } })
  if (decision === 'replay') await wake({ message, conversation: found.conversation }, parts)
  return toWireParkedDetails(found)
}

async function wake(
  { message, conversation }: { readonly message: MessageId; readonly conversation: string },
  { tenant, queue, observer }: ParkedParts,
): Promise<void> {
  try {
    await queue?.wake({ tenant, conversation })
  } catch (error) {
    // It is owed, and recovery finds it.
    observer?.event({ name: 'queue.failed', level: 'warn', fields: { message }, error })
  }
}

function unknown(message: MessageId): UsageError {
  return new UsageError(
    `No message "${message.slice(0, 80)}" was parked; "tuppence parked --all" lists those that were, with their ids.`,
  )
}

function whyNot(message: MessageId, result: 'closed' | 'withdrawn', by = 'somebody'): string {
  return result === 'closed'
    ? `The message "${message}" is not parked any more: ${by} has decided about it.`
    : `The message "${message}" was taken back by its customer, so it cannot be replayed; discard it.`
}
