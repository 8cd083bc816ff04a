import type { Disturbances } from './disturbances.ts'

/** Of a night's run of 10,000 questions. */
const nightly: Disturbances = { kills: 300, freezes: 20, sleeps: 2, wipes: 20, redisCrashes: 20, postgresCrashes: 10 }

/** As many disturbances for each question as in a night's run, at least one of each kind; sleeps only where there is time. */
export function disturbancesFor(questions: number): Disturbances {
  const scaled = (times: number): number => Math.max(1, Math.round((times * questions) / 10_000))
  return {
    kills: scaled(nightly.kills),
    freezes: scaled(nightly.freezes),
    sleeps: Math.round((nightly.sleeps * questions) / 10_000),
    wipes: scaled(nightly.wipes),
    redisCrashes: scaled(nightly.redisCrashes),
    postgresCrashes: scaled(nightly.postgresCrashes),
  }
}

/** In micro-dollars: about half of what the open questions among so many would cost. */
export function dailyLimitFor(questions: number): number {
  return Math.max(3000, questions * 18)
}
