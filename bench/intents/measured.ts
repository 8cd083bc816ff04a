import type { Judgement } from './judge.ts'

/** What one contender took and gave on one data set. */
export interface Measured {
  readonly name: string
  readonly judgement: Judgement
  /** Seconds of the processor. */
  readonly trainSeconds: number
  readonly bytes: number
  /** From the bytes of the file to a classifier that can be asked, in milliseconds; unknown of an outsider. */
  readonly loadMs?: number
  /** Resident memory of a process that only reads the file and classifies; of an outsider, of training as well. */
  readonly megabytes?: number
}
