import { cpSync, existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A data folder of its own, as a first start and a stop leave it: the configured intents are trained, and the database
 * is empty and up to date. The caller removes it.
 */
export function newDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-test-'))
  const prepared = process.env['TEST_PREPARED_FOLDER'] ?? ''
  if (existsSync(prepared)) cpSync(prepared, folder, { recursive: true })
  return folder
}
