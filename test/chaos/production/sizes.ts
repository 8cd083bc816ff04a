import type { Disturbances } from './disturbances.ts'

/** Of a night's run of 10,000 questions. */
const nightly: Disturbances = { kills: 300, freezes: 20, wipes: 20, redisCrashes: 20, postgresCrashes: 10 }

/** As many disturbances for each question as in a night's run, at least one of each kind. */
export function disturbancesFor(questions: number): Disturbances {
  const scaled = (times: number): number => Math.max(1, Math.round((times * questions) / 10_000))
  const { kills, freezes, wipes, redisCrashes, postgresCrashes } = nightly
  return {
    kills: scaled(kills),
    freezes: scaled(freezes),
    wipes: scaled(wipes),
    redisCrashes: scaled(redisCrashes),
    postgresCrashes: scaled(postgresCrashes),
  }
}
