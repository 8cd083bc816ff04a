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
  /** Both stages as the bot runs them, where this contender has two. */
  readonly cascade?: Cascade
}

/** Both stages at the thresholds that training found for a precision of 98 %; shares are 0 to 1. */
export interface Cascade {
  readonly answered: number
  readonly precision: number
  /** Share of the messages out of scope that were answered, where the set has any. */
  readonly leak: number | undefined
  readonly shareByStage: Readonly<Record<string, number>>
}
