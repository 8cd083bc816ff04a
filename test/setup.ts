import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../config/load.ts'
import { openClassifier } from '../src/classifier.ts'

/** Trains the configured intents once for all test files, which copy the file into their data folders. */
export async function setup(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-trained-'))
  process.env['TEST_TRAINED_FOLDER'] = folder
  await openClassifier(loadConfig({ TUPPENCE_DATA_DIR: folder }))
}

export function teardown(): void {
  rmSync(process.env['TEST_TRAINED_FOLDER'] ?? '', { recursive: true, force: true })
}
