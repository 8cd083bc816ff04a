import { readFile, readdir } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { MigrationError, StoreUnavailableError } from '../../src/core/errors.ts'
import { integer, lockStart, type Database } from './database.ts'
import { codeOf } from './postgres-faults.ts'

const folder = new URL('migrations/', import.meta.url)

/** About half a minute when a long transaction holds a table, or three minutes of another process's migration. */
const usualTries = 20

/**
 * Brings the database to this version: each file of migrations/ once, in order, in a transaction of its own together
 * with the note that it ran, so that one that is killed leaves nothing. Two processes starting at once wait for each other.
 * Processes of other versions may be at work: those before, for which a file says in its first line from which version on
 * they can go on (`-- compatible-with: 7`, or `none`), and those after, if their migrations say so of this one.
 * @param mostTries how often a migration is begun that does not get its locks
 * @throws MigrationError when a newer Tuppence wrote the database that this one cannot work with, or a lock is not given
 */
export async function migrate(database: Database, mostTries = usualTries): Promise<void> {
  await database.transaction(async (transaction) => {
    await lockStart(transaction)
    await transaction.query(
      'create table if not exists migrations (version integer primary key, name text not null, at timestamptz not null default now())',
    )
  })
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted()
  const rows = await database.query('select coalesce(max(version), 0) as version from migrations')
  const present = integer(rows[0] ?? { version: 0 }, 'version')
  if (present > files.length) await mustBeCompatible(database, present, files.length)
  for (const [index, name] of files.entries()) {
    if (index + 1 > present) await applyPatiently(database, { version: index + 1, name }, mostTries)
  }
}

/** A database beyond `known` has all columns of the version `known`. */
async function mustBeCompatible(database: Database, present: number, known: number): Promise<void> {
  const [row] = await database.query(
    'select max(coalesce(compatible_with, version)) as oldest from migrations where version > $1',
    [known],
  )
  const oldest = integer(row ?? {}, 'oldest')
  if (oldest <= known) return
  throw new MigrationError(
    `The database is at version ${present}, with which Tuppence works from version ${oldest} on; this one knows ${known}. ` +
      'Update Tuppence, or restore the backup made before the update.',
  )
}

interface Migration {
  readonly version: number
  readonly name: string
}

/**
 * A table is changed under a lock for which all others wait that come after. So the lock is waited for but shortly, and
 * asked for again after those have had their turn.
 */
async function applyPatiently(database: Database, migration: Migration, mostTries: number): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await applyOnce(database, migration)
    } catch (error) {
      if (!isBlocked(error)) throw error
      if (tries >= mostTries) throw toMigrationError(migration, error)
    }
    await pause(250 + Math.random() * 750)
  }
}

/** A lock that was not given in time, or a dead lock with somebody at work. */
function isBlocked(error: unknown): boolean {
  return error instanceof StoreUnavailableError && ['55P03', '40P01'].includes(codeOf(error.cause))
}

function toMigrationError({ name }: Migration, error: unknown): MigrationError {
  return new MigrationError(
    `The migration ${name} does not get the locks it needs, because another transaction holds them; nothing of it was done. ` +
      'End that transaction (pg_stat_activity shows it, most likely as "idle in transaction"), and start again.',
    error,
  )
}

async function applyOnce(database: Database, { version, name }: Migration): Promise<void> {
  const script = await readFile(new URL(name, folder), 'utf8')
  const compatibleWith = /^-- compatible-with: (\d+)$/m.exec(firstLine(script))?.[1]
  await database.transaction(async (transaction) => {
    await transaction.query('lock table migrations in exclusive mode')
    const done = await transaction.query('select 1 from migrations where version = $1', [version])
    if (done.length > 0) return
    // No transaction of ours is longer than a second. A change of a large table may be, once it has its locks.
    await transaction.query(`set local lock_timeout = '1s'`)
    await transaction.query(`set local statement_timeout = '5min'`)
    for (const statement of statementsOf(script)) await transaction.query(statement)
    await transaction.query('insert into migrations (version, name) values ($1, $2)', [version, name])
    if (compatibleWith === undefined) return
    await transaction.query('update migrations set compatible_with = $2 where version = $1', [
      version,
      Number(compatibleWith),
    ])
  })
}

function firstLine(script: string): string {
  return script.slice(0, script.indexOf('\n'))
}

/** A comment, a text, the body of a function between dollar signs, the end of a statement, or anything else. */
const pieces = /--[^\n]*|'[^']*'|(\$\w*\$)[\s\S]*?\1|;|[^-'$;]+|[-'$]/g

/** The statements of a script without their ends, and without the comments between them. */
export function statementsOf(script: string): readonly string[] {
  const statements = ['']
  for (const [piece] of script.matchAll(pieces)) {
    if (piece === ';') statements.push('')
    else if (!piece.startsWith('--')) statements.push((statements.pop() ?? '') + piece)
  }
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== '')
}
