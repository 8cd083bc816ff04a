import type { MessageId, TenantId } from '../../src/core/message.ts'
import type { Wording } from '../../src/core/ports.ts'
import type { Database } from './database.ts'

/** A message that is not there yet, and when that was found. */
export interface Early {
  readonly tenant: TenantId
  readonly message: MessageId
  readonly instant: Date
}

/** Keeps the message from being answered when it comes. */
export async function rememberDeletion(database: Database, { tenant, message, instant }: Early): Promise<void> {
  await database.query(
    'insert into early_deletions (tenant, message, at) values ($1, $2, $3::timestamptz) on conflict do nothing',
    [tenant, message, instant],
  )
}

// In: a message that is not there yet, its next text. Invariant: an older wording never takes the place of a newer one.
const editStatement = `
  insert into early_edits (tenant, message, text, revised_at, at) values ($1, $2, $3, $4::timestamptz, $5::timestamptz)
  on conflict (tenant, message) do update
  set text = excluded.text, revised_at = excluded.revised_at, at = excluded.at
  where not coalesce(excluded.revised_at < early_edits.revised_at, false)`

/** Keeps the text the message has when it comes. */
export async function rememberEdit(
  database: Database,
  { tenant, message, instant, text, at }: Early & Wording,
): Promise<void> {
  await database.query(editStatement, [tenant, message, text, at ?? null, instant])
}
