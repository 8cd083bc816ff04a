import { UsageError } from '../../src/core/errors.ts'
import type { Arguments } from './arguments.ts'

/**
 * The precision that `--target` asks for.
 *
 * @throws UsageError when it is none from 0.5 to below 1
 */
export function targetOf(parsed: Arguments, otherwise: number): number {
  const given = parsed.values['target']
  if (given === undefined) return otherwise
  const target = Number(given)
  if (target >= 0.5 && target < 1) return target
  throw new UsageError(
    `--target is "${String(given)}"; give a precision from 0.5 to below 1, for example --target 0.98.`,
  )
}
