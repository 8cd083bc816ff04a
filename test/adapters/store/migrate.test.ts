import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, onTestFinished } from 'vitest'
import { integer, type Database } from '../../../adapters/store/database.ts'
import { migrate } from '../../../adapters/store/migrate.ts'
import { openPglite } from '../../../adapters/store/pglite.ts'
import { MigrationError } from '../../../src/core/errors.ts'
import { migrateAsRelease, migrationFiles, readMigration } from '../../release.ts'
import { openOwnDatabase } from '../../store.ts'

let database: Database
beforeEach(async () => {
  database = await openOwnDatabase()
})
afterEach(() => database.close())

const known = migrationFiles.length

/** Later migrations, each with the oldest version that can go on after it. */
async function applyLater(...oldest: readonly (number | null)[]): Promise<void> {
  for (const [index, compatibleWith] of oldest.entries())
    await database.query('insert into migrations (version, name, compatible_with) values ($1, $2, $3)', [
      known + 1 + index,
      'later.sql',
      compatibleWith,
    ])
}

test.each([
  ['one migration ahead', [known]],
  ['two migrations ahead, made for this release', [known, known]],
  ['ahead, made for this release and older ones', [known - 1]],
])('a database %s is used', async (_which, oldest) => {
  await applyLater(...oldest)

  await expect(migrate(database)).resolves.toBeUndefined()
})

test.each([
  ['ahead, of a migration that says nothing', [null]],
  ['two releases ahead', [known, known + 1]],
  ['two releases ahead, of which the first says nothing', [null, known]],
])('a database %s is refused with the version it takes', async (_which, oldest) => {
  await applyLater(...oldest)

  const refusal: unknown = await migrate(database).catch((error: unknown) => error)

  expect(refusal).toBeInstanceOf(MigrationError)
  expect(String(refusal)).toContain(`from version ${known + 1} on; this one knows ${known}`)
})

test('every migration since the eighth says in its first line which version can go on', () => {
  const silent = migrationFiles
    .slice(7)
    .filter((name) => !/^-- compatible-with: (?:\d+|none)\n/.test(readMigration(name)))

  expect(silent).toEqual([])
})

test('what a migration says of itself is on record', async () => {
  const rows = await database.query(
    'select version, compatible_with from migrations where version >= 7 order by version',
  )

  expect(rows.slice(0, 2).map((row) => [integer(row, 'version'), row['compatible_with']])).toEqual([
    [7, null],
    [8, 7],
  ])
})

test('an embedded database of the release before is brought up to date with what it holds', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-older-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const older = await openPglite(folder)
  await migrateAsRelease(older, 7)
  await older.query(`insert into secrets (name, value) values ('cookies', 'kept')`)

  await migrate(older)

  expect(await older.query('select value from secrets')).toEqual([{ value: 'kept' }])
  expect(await older.query('select count(*)::integer as versions from migrations')).toEqual([{ versions: known }])
  await older.close()
})
