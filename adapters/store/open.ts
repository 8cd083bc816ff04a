import { StoreOpenError } from '../../src/core/errors.ts'
import type { TenantId } from '../../src/core/message.ts'
import type { Database } from './database.ts'
import { migrate } from './migrate.ts'
import { openPglite } from './pglite.ts'
import { codeOf } from './postgres-faults.ts'
import { openPostgres } from './postgres.ts'
import { enterTenant, prepareTenantRole } from './tenant.ts'

/**
 * Where the store lives: `folder` for the embedded database, `url` for Postgres. With a tenant
 * the database itself shows and takes that tenant's rows only, and the money that all share.
 */
export type StorePlace = { readonly tenant?: TenantId } & (
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly schema?: string }
)

/**
 * Opens the database of a store and brings it up to date, as its owner; then, for one tenant, binds it to that tenant.
 * @throws DataFolderInUseError, StoreOpenError, MigrationError
 */
export async function openDatabase(place: StorePlace): Promise<Database> {
  const database =
    place.kind === 'postgres'
      ? await openPostgres(place.url, place.schema, { limits: { answerMs: longestMigrationMs } })
      : await openPglite(place.folder)
  try {
    await migrate(database)
    if (place.kind === 'folder') await releaseAll(database)
    return await bound(database, place)
  } catch (error) {
    await database.close().catch(() => undefined) // what failed first is what is told
    throw codeOf(error) === notAllowed ? toOpenError(error) : error
  }
}

/** A little more than a statement of a migration has, which may rewrite a large table. */
const longestMigrationMs = 310_000

/** SQLSTATE of a statement that the user has no right to. */
const notAllowed = '42501'

function toOpenError(error: unknown): StoreOpenError {
  const reason = error instanceof Error ? error.message : String(error)
  return new StoreOpenError(
    `The user of DATABASE_URL may not make or change the tables: ${reason}. Use the user that owns them, or, for a new ` +
      'database, one with the right to create in its schema: grant usage, create on schema public to USER.',
    error,
  )
}

async function bound(database: Database, place: StorePlace): Promise<Database> {
  const { tenant } = place
  if (tenant === undefined) return database
  const role = await prepareTenantRole(database)
  if (place.kind !== 'postgres') {
    await enterTenant(database, { tenant, role })
    return database
  }
  await database.close()
  return await openPostgres(place.url, place.schema, { bounds: { tenant, role } })
}

/** An embedded database has one process. Whatever an earlier one had taken was left by its end, and shows that it was. */
async function releaseAll(database: Database): Promise<void> {
  await database.query(`update inbox set lease_until = 'epoch' where state = 'owed' and lease_until is not null`)
  await database.query(`update outbox set due_at = at where state = 'owed'`)
}
