/** One question with what a weak and a strong model made of it: 1 right, 0 wrong. */
export interface Judged {
  readonly prompt: string
  readonly weak: number
  readonly strong: number
}

/** How well a router divides questions between the two, in the measures of RouteLLM (https://arxiv.org/abs/2406.18665). */
export interface RecoveredGap {
  /** Mean share of the gap between the two that is recovered, over 0 to 100 % strong calls; 0.5 is chance. */
  readonly apgr: number
  /** Percentage of strong calls that recovers half, and four fifths, of the gap. Lower is better. */
  readonly cpt50: number
  readonly cpt80: number
}

/**
 * Measures a router by its scores: the questions with the highest go to the strong model first. Questions with the same
 * score count as in no order: the mean over all their orders.
 */
export function recoveredGap(questions: readonly Judged[], scoreOf: (question: Judged) => number): RecoveredGap {
  const gap = questions.reduce((sum, { strong, weak }) => sum + strong - weak, 0)
  const groups = new Map<number, { size: number; gain: number }>()
  for (const question of questions) {
    const score = scoreOf(question)
    const group = groups.get(score) ?? { size: 0, gain: 0 }
    group.size += 1
    group.gain += question.strong - question.weak
    groups.set(score, group)
  }
  const curve = [{ strong: 0, recovered: 0 }]
  let [size, gain] = [0, 0]
  for (const [, group] of [...groups].toSorted(([a], [b]) => b - a)) {
    size += group.size
    gain += group.gain
    curve.push({ strong: size / questions.length, recovered: gain / gap })
  }
  return { apgr: areaUnder(curve), cpt50: 100 * firstAt(curve, 0.5), cpt80: 100 * firstAt(curve, 0.8) }
}

interface Point {
  readonly strong: number
  readonly recovered: number
}

function areaUnder(curve: readonly Point[]): number {
  return curve.slice(1).reduce((sum, point, index) => {
    const before = curve[index] ?? point
    return sum + ((point.strong - before.strong) * (point.recovered + before.recovered)) / 2
  }, 0)
}

/** The least share of strong calls at which so much of the gap is recovered. */
function firstAt(curve: readonly Point[], share: number): number {
  const index = curve.findIndex(({ recovered }) => recovered >= share)
  const [before, point] = [curve[index - 1], curve[index]]
  if (before === undefined || point === undefined) return index === 0 ? 0 : 1
  const part = (share - before.recovered) / (point.recovered - before.recovered)
  return before.strong + part * (point.strong - before.strong)
}
