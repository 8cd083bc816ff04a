import { readFileSync, readdirSync } from 'node:fs'
import type { Database } from '../adapters/store/database.ts'
import { statementsOf } from '../adapters/store/migrate.ts'

const folder = new URL('../adapters/store/migrations/', import.meta.url)

/** The files of all migrations, the first first. */
export const migrationFiles: readonly string[] = readdirSync(folder).toSorted()

export function readMigration(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8')
}

/** Leaves an empty database as the release that knew so many migrations left it. */
export async function migrateAsRelease(database: Database, version: number): Promise<void> {
  await database.query(
    'create table migrations (version integer primary key, name text not null, at timestamptz not null default now())',
  )
  for (const [index, name] of migrationFiles.slice(0, version).entries()) {
    for (const statement of statementsOf(readMigration(name))) await database.query(statement)
    await database.query('insert into migrations (version, name) values ($1, $2)', [index + 1, name])
  }
}
