import { type Classification, unknownIntent } from '../core/intent.ts'

/** How the parts of a message are read. */
export interface PartReader {
  /** Calibrated confidence from which on a part is sure, equality included. */
  readonly threshold: number
  readonly classify: (part: string) => Classification
}

/** Whether an intent is understood, and surely. */
export function isSureOf(
  { intent, confidence }: Classification,
  { threshold }: Pick<PartReader, 'threshold'>,
): boolean {
  return intent !== unknownIntent && confidence >= threshold
}
