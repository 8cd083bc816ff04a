import { UsageError } from '../../src/core/errors.ts'

/** The faults of one file, gathered so that all are told at once. */
export interface FaultList {
  /** @param line counted from 1; 0 where the fault is of the whole file */
  add(line: number, problem: string): void
  readonly count: number
  /** All of them in one message, by line; the first 50 in full, the others as a number. @param closing ends the message */
  toError(closing: string): UsageError
}

const mostShown = 50
/** More are only counted: a file that is wrong on every line must not fill the memory. */
const mostKept = 1000

/** @param path what the message calls the file */
export function createFaultList(path: string): FaultList {
  const kept: { readonly line: number; readonly problem: string }[] = []
  let count = 0
  return {
    add: (line, problem) => {
      count += 1
      if (kept.length < mostKept) kept.push({ line, problem })
    },
    get count() {
      return count
    },
    toError: (closing) => {
      const shown = kept.toSorted((a, b) => a.line - b.line).slice(0, mostShown)
      const lines = shown.map(({ line, problem }) => (line === 0 ? `  ${problem}` : `  line ${line}: ${problem}`))
      if (count > shown.length) lines.push(`  and ${count - shown.length} more`)
      return new UsageError(`${path} has ${count} fault${count === 1 ? '' : 's'}:\n${lines.join('\n')}\n${closing}`)
    },
  }
}
