import { readFile, readdir } from 'node:fs/promises'
import { MigrationError } from '../../src/core/errors.ts'
import { integer, lockStart, type Database } from './database.ts'

const folder = new URL('migrations/', import.meta.url)

/**
 * Brings the database to this version: each file of migrations/ once, in order, in a transaction of its own together
 * with the note that it ran. Two processes starting at once wait for each other.
 * @throws MigrationError when a newer Tuppence wrote the database.
 */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (transaction) => {
    await lockStart(transaction)
    await transaction.query(
      'create table if not exists migrations (version integer primary key, name text not null, at timestamptz not null default now())',
    )
  })
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted()
  const rows = await database.query('select coalesce(max(version), 0) as version from migrations')
  const present = integer(rows[0] ?? { version: 0 }, 'version')
  if (present > files.length) {
    throw new MigrationError(
      `The database is at version ${present}, this Tuppence knows ${files.length}. Update Tuppence, or restore the backup made before the update.`,
    )
  }
  for (const [index, name] of files.entries()) {
    if (index + 1 > present) await applyOnce(database, index + 1, name)
  }
}

async function applyOnce(database: Database, version: number, name: string): Promise<void> {
  const script = await readFile(new URL(name, folder), 'utf8')
  const statements = statementsOf(script)
  await database.transaction(async (transaction) => {
    await transaction.query('lock table migrations in exclusive mode')
    const done = await transaction.query('select 1 from migrations where version = $1', [version])
    if (done.length > 0) return
    for (const statement of statements) await transaction.query(statement)
    await transaction.query('insert into migrations (version, name) values ($1, $2)', [version, name])
  })
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
