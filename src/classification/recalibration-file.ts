import { ClassifierFileError } from '../core/errors.ts'
import { propertyOf } from '../core/outside.ts'
import type { FittedClassifier } from './fitted.ts'
import type { LiveLine } from './live-line.ts'
import {
  correctsSecond,
  type EncodedRecalibration,
  type Recalibration,
  type RecalibratedThreshold,
} from './recalibrate.ts'

/** What labelled messages changed in the bot's own classifier, kept beside it. */
export interface KeptRecalibration extends Recalibration {
  /** Fingerprint of the intents it was made for, whichever stages there are. */
  readonly classifier: string
  /** ISO 8601. */
  readonly made: string
  /** How many labelled messages it was made from. */
  readonly messages: number
}

const version = 1

/** The recalibration as the text of a file. */
export function toText(kept: KeptRecalibration): string {
  return `${JSON.stringify({ version, ...kept }, undefined, 2)}\n`
}

function refuse(problem: string): ClassifierFileError {
  return new ClassifierFileError(`${problem}. Set it anew with \`tuppence train --recalibrate FILE.jsonl\``)
}

function numberOf(value: unknown, field: string, bounds: readonly [number, number]): number {
  const found = propertyOf(value, field)
  if (typeof found === 'number' && found >= bounds[0] && found <= bounds[1]) return found
  throw refuse(
    `its field "${field}" must be a number from ${bounds[0]} to ${bounds[1]} and is ${JSON.stringify(found) ?? 'missing'}`,
  )
}

function textOf(value: unknown, field: string): string {
  const found = propertyOf(value, field)
  if (typeof found === 'string') return found
  throw refuse(`its field "${field}" must be a text and is ${JSON.stringify(found) ?? 'missing'}`)
}

function instantOf(value: unknown, field: string): string {
  const found = textOf(value, field)
  if (/^\d{4}-\d\d-\d\dT[\d:.]{1,20}Z$/.test(found)) return found
  throw refuse(`its field "${field}" must be an instant like 2026-11-28T09:30:00.000Z and is ${JSON.stringify(found)}`)
}

function thresholdsOf(value: unknown): RecalibratedThreshold[] {
  const found = propertyOf(value, 'thresholds')
  if (!Array.isArray(found) || found.length === 0) throw refuse('its field "thresholds" must be a list of thresholds')
  return found.map((row: unknown) => ({
    target: numberOf(row, 'target', [0.5, 1]),
    threshold: numberOf(row, 'threshold', [0, 1.01]),
    isShown: propertyOf(row, 'isShown') === true,
  }))
}

function lineOf(value: unknown): LiveLine {
  const live = propertyOf(value, 'live')
  return { slope: numberOf(live, 'slope', [0.1, 100]), offset: numberOf(live, 'offset', [-100, 100]) }
}

function encodedOf(value: unknown): EncodedRecalibration {
  return {
    encoder: textOf(value, 'encoder'),
    live: lineOf(value),
    unknownBelow: numberOf(value, 'unknownBelow', [0, 1]),
    thresholds: thresholdsOf(value),
  }
}

/**
 * Reads what `toText` wrote.
 *
 * @param classifier fingerprint of the classifier it shall be applied to
 * @throws ClassifierFileError naming what is wrong, also when it was made for another classifier
 */
export function fromText(text: string, classifier: string): KeptRecalibration {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw refuse('it is not JSON')
  }
  const found = propertyOf(value, 'version')
  if (found !== version)
    throw refuse(`it has version ${JSON.stringify(found) ?? 'missing'}, this Tuppence reads version ${version}`)
  if (textOf(value, 'classifier') !== classifier) throw refuse('it was made for other intents than those configured')
  const encoded = propertyOf(value, 'encoded')
  return {
    classifier,
    made: instantOf(value, 'made'),
    messages: numberOf(value, 'messages', [0, 1e9]),
    live: lineOf(value),
    unknownBelow: numberOf(value, 'unknownBelow', [0, 1]),
    thresholds: thresholdsOf(value),
    ...(encoded !== undefined && { encoded: encodedOf(encoded) }),
  }
}

/** The threshold in force, and what it holds for. */
export interface ThresholdInForce extends RecalibratedThreshold {
  /** Labelled messages never met the encoder that is asked, whose confidence they do not correct. */
  readonly isOfFirstStage: boolean
}

/**
 * The free threshold in force: that of the target where labelled messages show it is kept by all stages there are, else the
 * more careful of it and the configured one.
 *
 * @param fitted the classifier it applies to, with its second stage where an encoder is asked
 */
export function thresholdInForce(
  recalibration: Recalibration,
  { targetPrecision, freeThreshold }: { readonly targetPrecision: number; readonly freeThreshold: number },
  fitted: Pick<FittedClassifier, 'encoded'>,
): ThresholdInForce {
  const isOfBoth = correctsSecond(recalibration, fitted)
  const isOfFirstStage = fitted.encoded !== undefined && !isOfBoth
  const thresholds = (isOfBoth ? recalibration.encoded?.thresholds : undefined) ?? recalibration.thresholds
  const row = thresholds.find(({ target }) => target >= targetPrecision - 1e-9)
  if (row?.isShown === true && !isOfFirstStage) return { ...row, isOfFirstStage }
  const threshold = Math.max(row?.threshold ?? targetPrecision, freeThreshold)
  return { target: targetPrecision, threshold, isShown: false, isOfFirstStage }
}
