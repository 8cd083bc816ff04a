import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Config } from '../../config/config.ts'
import { loadConfig } from '../../config/load.ts'
import type { ConfigFault } from '../../src/core/errors.ts'
import type { ModelSpec } from '../../src/core/model.ts'
import { faultsOf } from './faults-of.ts'

/** A folder of an operator, gone after the test. */
export function ownFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-models-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  return folder
}

/** models.yaml with these entries; YAML is written as JSON, which it contains. */
export function modelsYaml(...entries: readonly Readonly<Record<string, unknown>>[]): string {
  return JSON.stringify({ models: entries })
}

/** prices.yaml with these entries. */
export function pricesYaml(...entries: readonly Readonly<Record<string, unknown>>[]): string {
  return JSON.stringify({ prices: entries })
}

export function loadOwn(files: Readonly<Record<string, string>>, environment: Record<string, string> = {}): Config {
  return loadConfig({ ...environment, TUPPENCE_CONFIG_DIR: ownFolder(files) })
}

export function faultsOfOwn(
  files: Readonly<Record<string, string>>,
  environment: Record<string, string> = {},
): readonly ConfigFault[] {
  return faultsOf({ ...environment, TUPPENCE_CONFIG_DIR: ownFolder(files) })
}

export function modelOf(config: Config, alias: string): ModelSpec {
  const model = config.modelList.models.find((candidate) => candidate.alias === alias)
  if (model === undefined) throw new Error(`no model ${alias}`)
  return model
}
