import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestMessage } from '../../../src/classification/evaluation.ts'
import type { LabelledMessage } from '../data.ts'
import { type Judgement, judgeGuesses } from '../judge.ts'
import type { Measured } from '../measured.ts'
import { guessOf } from './contender.ts'

/** A contender that is a program of its own and may be missing. */
export interface Outsider {
  readonly name: string
  /** Whether it is on this machine. */
  isPresent(): boolean
  measure(messages: readonly LabelledMessage[]): Measured
}

/** Whether a program can be started. */
export function starts(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).error === undefined
}

/**
 * What a program wrote.
 *
 * @throws Error with the end of its complaints when it failed
 */
export function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28 })
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr.slice(-500)}`)
  return stdout
}

/** Works in a folder that is removed afterwards. */
export function inFolder<Value>(work: (folder: string) => Value): Value {
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-bench-'))
  try {
    return work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Compares the labels said, each with its probability, with the right ones. @param times microseconds, rising */
export function judgedBy(
  tests: readonly TestMessage[],
  said: readonly (readonly [string, number])[],
  times: Float64Array,
): Judgement {
  const judged = tests.map((message, index) => ({ ...guessOf(said[index]?.[0], said[index]?.[1]), message }))
  return judgeGuesses(judged, times)
}
