import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { UsageError } from '../src/core/errors.ts'

/**
 * The flags of a command.
 * @throws UsageError naming the flag that is wrong, and those there are
 */
export function readFlags<Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    const [said = ''] = (error instanceof Error ? error.message : String(error)).split('. ')
    const known = Object.keys(options).map((name) => `--${name}`)
    throw new UsageError(`${said.replace(/\.$/, '')}. The flags are ${known.join(', ')}.`, error)
  }
}

/** @throws UsageError for what is no number above 0 */
export function positive(flag: string, value: string): number {
  const number = Number(value)
  if (number > 0 && Number.isFinite(number)) return number
  throw new UsageError(`--${flag} ${value} is no number above 0; write --${flag} 10, for example.`)
}

/** @throws UsageError for what is no whole number above 0 */
export function positiveWhole(flag: string, value: string): number {
  const number = positive(flag, value)
  if (Number.isSafeInteger(number)) return number
  throw new UsageError(`--${flag} ${value} is no whole number; write --${flag} 10, for example.`)
}

/** Runs a command; what is wrong with its flags is told, and the exit code is 2 then. */
export async function orUsage(command: () => Promise<number>): Promise<number> {
  try {
    return await command()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`${error.message}\n`)
    return 2
  }
}
