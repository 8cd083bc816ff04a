import { compare, decimal, fraction, times, toDecimal, type Exact } from './exact.ts'

/** A promise about traffic, and whether it is kept. */
export interface Verdict {
  readonly name: string
  /** In words, for people. */
  readonly about: string
  /** What was found, with its unit; undefined when nobody knows. */
  readonly value: string | undefined
  /** The same as a bare decimal: dollars, a share of 0 to 1, or seconds. */
  readonly measured: string | undefined
  readonly target: string
  /** Undefined when the value is not known: never a guess. */
  readonly isKept: boolean | undefined
}

/** What is known of some traffic; undefined where nothing is. */
export interface Measured {
  /** Dollars. */
  readonly costPerMessage: Exact | undefined
  /** Share of messages for which a model is asked, 0 to 1. */
  readonly modelCallRate: Exact | undefined
  /** Share of messages that tiers 0 to 2 answer, 0 to 1. */
  readonly lowTierShare: Exact | undefined
  /** Against the dearest single model, 0 to 1. */
  readonly saving: Exact | undefined
  /** Mean score of the checks of written answers, 0 to 1. */
  readonly quality: Exact | undefined
  /** The longest an easy message is expected to take. */
  readonly simpleSeconds: Exact | undefined
}

interface Promised {
  readonly name: keyof Measured
  readonly about: string
  readonly how: '<' | '>' | '>='
  readonly limit: Exact
  readonly print: (value: Exact) => string
}

const asShare = (value: Exact): string => `${toDecimal(times(value, fraction(100)), { least: 0, places: 2 })} %`

const promises: readonly Promised[] = [
  {
    name: 'costPerMessage',
    about: 'cost per request',
    how: '<',
    limit: decimal('0.0001'),
    print: (value) => `$${toDecimal(value, { least: 2, places: 9 })}`,
  },
  { name: 'modelCallRate', about: 'model call rate', how: '<', limit: decimal('0.30'), print: asShare },
  { name: 'lowTierShare', about: 'answered in tier 0-2', how: '>=', limit: decimal('0.70'), print: asShare },
  { name: 'saving', about: 'saving against the dearest model', how: '>=', limit: decimal('0.60'), print: asShare },
  {
    name: 'quality',
    about: 'quality of written answers',
    how: '>',
    limit: decimal('0.85'),
    print: (value) => toDecimal(value, { least: 2, places: 3 }),
  },
  {
    name: 'simpleSeconds',
    about: 'easy messages answered within',
    how: '<',
    limit: fraction(2),
    print: (value) => `${toDecimal(value, { least: 0, places: 2 })} s`,
  },
]

/** One verdict for each promise, in a fixed order. */
export function measuredVerdicts(measured: Measured): readonly Verdict[] {
  return promises.map(({ name, about, how, limit, print }) => {
    const value = measured[name]
    return {
      name,
      about,
      value: value && print(value),
      measured: value && toDecimal(value, { least: 0, places: 9 }),
      target: `${how} ${print(limit)}`,
      isKept: value && holds(compare(value, limit), how),
    }
  })
}

function holds(order: number, how: Promised['how']): boolean {
  return how === '<' ? order < 0 : how === '>' ? order > 0 : order >= 0
}
