import type { ForgetOld, Now } from '../../src/core/ports.ts'
import type { Database } from './database.ts'

/**
 * What a platform has not delivered within a day it never will. Of most changed messages nothing ever comes, because they
 * were not written to the bot; so their texts are kept for an hour only, which is longer than a platform repeats anything.
 * A form comes back within a day, an event of the team within thirty. A message in a thread that has not turned out to be
 * below a card within a day is none of the team's.
 */
const statements = [
  `delete from early_deletions where at < $1::timestamptz - interval '1 day'`,
  `delete from early_edits where at < $1::timestamptz - interval '1 hour'`,
  `delete from ticket_drafts where at < $1::timestamptz - interval '1 day'`,
  `delete from desk_acts where at < $1::timestamptz - interval '30 days'`,
  `delete from desk_strays where (message ->> 'receivedAt')::timestamptz < $1::timestamptz - interval '1 day'`,
] as const

export function createForgetOld(database: Database, now: Now): ForgetOld {
  return async () => {
    for (const statement of statements) await database.query(statement, [now()])
  }
}
