import { copyFileSync, existsSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A data folder of its own, in which the configured intents are trained already. The caller removes it. */
export function newDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-test-'))
  const trained = process.env['TEST_TRAINED_FOLDER'] ?? ''
  if (existsSync(trained))
    for (const name of readdirSync(trained)) copyFileSync(join(trained, name), join(folder, name))
  return folder
}
