import type { SetResult } from '../intents.ts'
import type { Measured } from './measured.ts'
import { aligned, shown } from './table.ts'

/** One figure of the bar: what must be reached, what would be the best there is, and what was seen. */
export interface BarRow {
  readonly what: string
  readonly must: number
  readonly aim: number
  /** Whether more is better. */
  readonly isFloor: boolean
  readonly seen: number | undefined
  readonly verdict: 'aim' | 'must' | 'missed' | 'not measured'
}

type Figure = Omit<BarRow, 'verdict'> & { readonly decimals?: number }

const percent = (share: number | undefined): number | undefined => (share === undefined ? undefined : share * 100)

function named(results: readonly SetResult[], set: string, wanted: string): Measured | undefined {
  return results.find((result) => result.set === set)?.measured.find(({ name }) => name === wanted)
}

function ours(results: readonly SetResult[], set: string): Measured | undefined {
  return named(results, set, 'Tuppence')
}

function withEncoder(results: readonly SetResult[], set: string): Measured | undefined {
  return named(results, set, 'Tuppence + encoder')
}

function peers(results: readonly SetResult[], set: string): readonly Measured[] {
  return results.find((result) => result.set === set)?.measured.filter(({ name }) => !name.startsWith('Tuppence')) ?? []
}

const sets = [
  { set: 'clinc150', accuracy: [92.5, 93.5], coverage: [85, 88] },
  { set: 'banking77', accuracy: [91.3, 92.5], coverage: [82, 85] },
] as const

/** Every figure of the bar that this run measured: of the first stage, of the second, of both together. */
export function barOf(results: readonly SetResult[]): readonly BarRow[] {
  const figures = sets
    .filter(({ set }) => ours(results, set) !== undefined)
    .flatMap(({ set, accuracy, coverage }) => [
      ...qualityOf(results, set, { accuracy, coverage }),
      ...priceOf(results, set),
    ])
  return [...figures, ...secondStageOf(results)].map((figure) => ({ ...figure, verdict: verdictOf(figure) }))
}

function qualityOf(
  results: readonly SetResult[],
  set: string,
  bar: { readonly accuracy: readonly [number, number]; readonly coverage: readonly [number, number] },
): Figure[] {
  const own = ours(results, set)
  const best = Math.max(...peers(results, set).map(({ judgement }) => judgement.accuracy))
  const lead = own === undefined || !Number.isFinite(best) ? undefined : percent(own.judgement.accuracy - best)
  return [
    {
      what: `${set} accuracy %`,
      must: bar.accuracy[0],
      aim: bar.accuracy[1],
      isFloor: true,
      seen: percent(own?.judgement.accuracy),
    },
    {
      what: `${set} coverage@98 %`,
      must: bar.coverage[0],
      aim: bar.coverage[1],
      isFloor: true,
      seen: percent(own?.judgement.coverageAt['0.98']),
    },
    { what: `${set} ECE`, must: 0.03, aim: 0.015, isFloor: false, seen: own?.judgement.ece },
    { what: `${set} accuracy above the best peer, points`, must: 0, aim: 1, isFloor: true, seen: lead },
  ]
}

function priceOf(results: readonly SetResult[], set: string): Figure[] {
  const own = ours(results, set)
  const { pace, isRepeatable } = results.find((result) => result.set === set) ?? {}
  return [
    { what: `${set} one message, as a ratio to nlp.js`, must: 0.5, aim: 0.15, isFloor: false, seen: pace?.median },
    { what: `${set} training, CPU s`, must: 20, aim: 8, isFloor: false, seen: own?.trainSeconds },
    {
      what: `${set} file, MB`,
      must: 10,
      aim: 5,
      isFloor: false,
      seen: own === undefined ? undefined : own.bytes / 1e6,
    },
    { what: `${set} load, ms`, must: 20, aim: 10, isFloor: false, seen: own?.loadMs },
    {
      what: `${set} same lines, same bytes`,
      must: 1,
      aim: 1,
      isFloor: true,
      seen: isRepeatable === undefined ? undefined : Number(isRepeatable),
    },
  ]
}

function verdictOf({ must, aim, isFloor, seen }: Figure): BarRow['verdict'] {
  if (seen === undefined || Number.isNaN(seen)) return 'not measured'
  const reaches = (wanted: number): boolean => (isFloor ? seen >= wanted : seen <= wanted)
  if (reaches(aim)) return 'aim'
  return reaches(must) ? 'must' : 'missed'
}

/** The bar as a table of text. */
export function barTable(bar: readonly BarRow[]): string {
  const rows = bar.map(({ what, must, aim, isFloor, seen, verdict }) => {
    const sign = isFloor ? '≥' : '≤'
    return [what, `${sign} ${must}`, `${sign} ${aim}`, shown(seen, 3), verdict]
  })
  return aligned([['', 'must', 'aim', 'seen', 'reached'], ...rows])
}

/** The bar for the second stage and for both together. */
function secondStageOf(results: readonly SetResult[]): Figure[] {
  const [clinc, banking] = ['clinc150', 'banking77'].map((set) => withEncoder(results, set))
  const few = withEncoder(results, 'banking77_10shot')
  const left = (measured: Measured | undefined): number | undefined =>
    measured?.cascade === undefined ? undefined : (1 - measured.cascade.answered) * 100
  const floor = (what: string, [must, aim]: readonly [number, number], seen: number | undefined): Figure => ({
    what,
    must,
    aim,
    isFloor: true,
    seen,
  })
  const roof = (what: string, bounds: readonly [number, number], seen: number | undefined): Figure => ({
    ...floor(what, bounds, seen),
    isFloor: false,
  })
  return [
    floor('clinc150 stage 2 accuracy %', [95.2, 96.5], percent(clinc?.judgement.accuracy)),
    floor('banking77 stage 2 accuracy %', [92.7, 93.7], percent(banking?.judgement.accuracy)),
    floor('clinc150 stage 2 coverage@98 %', [93, 95], percent(clinc?.judgement.coverageAt['0.98'])),
    floor('banking77 stage 2 coverage@98 %', [86, 89], percent(banking?.judgement.coverageAt['0.98'])),
    roof('clinc150 stage 2 ECE', [0.03, 0.015], clinc?.judgement.ece),
    roof('banking77 stage 2 ECE', [0.03, 0.015], banking?.judgement.ece),
    floor('banking77 both stages, precision %', [97.5, 98], percent(banking?.cascade?.precision)),
    roof('banking77 both stages, left %', [13, 10], left(banking)),
    roof('clinc150 both stages, in scope left %', [18, 14], left(clinc)),
    roof('clinc150 both stages, out of scope answered %', [6, 3], percent(clinc?.cascade?.leak)),
    floor('banking77, 10 examples an intent, stage 2 accuracy %', [79.5, 84], percent(few?.judgement.accuracy)),
  ].filter(({ seen }) => seen !== undefined)
}
