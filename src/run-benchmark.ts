import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { UsageError } from './core/errors.ts'

const program = fileURLToPath(new URL('../bench/run.ts', import.meta.url))
const starter = fileURLToPath(new URL('../bin/run.mjs', import.meta.url))

/**
 * Runs the benchmark of the classifier in a process of its own.
 *
 * @returns its exit code
 * @throws UsageError where only the bot is installed, without its benchmarks
 */
export async function runBenchmark(args: readonly string[]): Promise<number> {
  if (!existsSync(program)) {
    throw new UsageError(
      'The benchmark is not part of the installed package: clone the repository and run `npm run bench -- intents` there.',
    )
  }
  const child = spawn(process.execPath, [starter, program, 'intents', ...args], { stdio: 'inherit' })
  const [code] = (await once(child, 'close')) as [number | null]
  return code ?? 1
}
