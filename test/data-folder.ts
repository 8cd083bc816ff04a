import { cpSync, existsSync, mkdtempSync, readdirSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where Postgres keeps the log of its writes, and how long each of its files is. */
export const logFolder = 'pg_wal'
const logFileBytes = 16 * 1024 ** 2

/**
 * A data folder of its own, as a first start and a stop leave it: the configured intents are trained, and the database
 * is empty and up to date. The caller removes it.
 *
 * @param within where it is made; nobody but who runs the tests reaches their own temporary folder
 */
export function newDataFolder(within = tmpdir()): string {
  const folder = mkdtempSync(join(within, 'tuppence-test-'))
  const prepared = process.env['TEST_PREPARED_FOLDER'] ?? ''
  if (existsSync(prepared)) copyPrepared(prepared, folder)
  return folder
}

/** The same without the database. */
export function newFolderWithoutDatabase(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-test-'))
  const prepared = process.env['TEST_PREPARED_FOLDER'] ?? ''
  cpSync(prepared, folder, { recursive: true, filter: (path) => path !== join(prepared, 'pglite') })
  return folder
}

/** The setup has cut the log after what was written; the zeros behind it take no room. */
function copyPrepared(prepared: string, folder: string): void {
  cpSync(prepared, folder, { recursive: true })
  const log = join(folder, 'pglite', logFolder)
  for (const file of readdirSync(log, { withFileTypes: true }))
    if (file.isFile()) truncateSync(join(log, file.name), logFileBytes)
}
