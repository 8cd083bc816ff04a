import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { runNpm } from '../../bin/npm.mjs'

const folder = import.meta.dirname

/** The packages of the peers; a peer's API is untyped, so whoever uses one says what it takes and gives. */
export const requirePeer: NodeJS.Require = createRequire(join(folder, 'package.json'))

/**
 * Installs the peers beside this file where one is missing or of another version.
 *
 * @throws Error with the remedy when npm is missing or reaches no registry
 */
export async function installPeers(): Promise<void> {
  if (areInstalled()) return
  const args = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts']
  await runNpm({ label: 'Installing the peers of the benchmark', node: process.execPath, folder, args })
}

function areInstalled(): boolean {
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  return Object.entries(dependencies).every(([name, version]) => {
    const file = join(folder, 'node_modules', name, 'package.json')
    if (!existsSync(file)) return false
    return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version === version
  })
}
