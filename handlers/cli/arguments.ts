import { parseArgs, type ParseArgsConfig } from 'node:util'
import { UsageError } from '../../src/core/errors.ts'

type Options = NonNullable<ParseArgsConfig['options']>

/** What was given on the command line. */
export interface Arguments {
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>
  readonly files: readonly string[]
}

/**
 * Parses the arguments of one command; every command also knows `--help` and `--json`.
 *
 * @throws UsageError naming the argument that is not known and where to read on
 */
export function parseArguments(args: string[], command: string, options: Options): Arguments {
  try {
    const known: Options = { ...options, help: { type: 'boolean', short: 'h' }, json: { type: 'boolean' } }
    const { values, positionals } = parseArgs({ args, options: known, allowPositionals: true, strict: true })
    return { values, files: positionals }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`tuppence ${command}: ${reason} See \`tuppence ${command} --help\`.`, error)
  }
}

/**
 * A flag that must be given.
 *
 * @throws UsageError with an example
 */
export function required(parsed: Arguments, flag: string, example: string): string {
  const value = parsed.values[flag]
  if (typeof value === 'string' && value !== '') return value
  throw new UsageError(`--${flag} is missing; for example \`${example}\`.`)
}

/** @throws UsageError when files were given to a command that takes none */
export function refuseFiles(parsed: Arguments, example: string): void {
  const [first] = parsed.files
  if (first !== undefined) throw new UsageError(`"${first}" is not expected here; for example \`${example}\`.`)
}

/** The value of a flag; undefined when it was not given. */
export function textOf(parsed: Arguments, flag: string): string | undefined {
  const value = parsed.values[flag]
  return typeof value === 'string' ? value : undefined
}

/** All values of a flag that may be repeated. */
export function textsOf(parsed: Arguments, flag: string): readonly string[] {
  const value = parsed.values[flag]
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []
}
