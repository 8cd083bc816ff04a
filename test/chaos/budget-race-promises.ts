import { expect, test } from 'vitest'
import { brokenPromises } from './budget-race.ts'
import type { RacePlace } from './budget-race-child.ts'
import { runRace } from './budget-race-run.ts'

type AtPlace = (work: (place: RacePlace) => Promise<void>) => Promise<void>

const seed = Math.floor(Math.random() * 1e9)
const race = { seed, workers: 16 }

/** What the budget promises against a provider's own meter. */
export function racePromises(name: string, limit: number, atPlace: AtPlace): void {
  test(`${name}: sixteen workers killed at random never spend more than the limit (seed ${seed})`, async () => {
    await atPlace(async (place) => {
      const report = await runRace({ ...race, place, limit, seconds: 10, algorithms: ['reserve'], isRough: true })

      expect(brokenPromises(report, true)).toEqual([])
      expect(report.kills).toBeGreaterThan(0)
      expect(report.lanes[0]?.metered).toBeGreaterThan(0)
    })
  }, 90_000)

  test(`${name}: undisturbed, what is spent is what the provider billed (seed ${seed})`, async () => {
    await atPlace(async (place) => {
      const report = await runRace({ ...race, place, limit, seconds: 2, algorithms: ['reserve'], isRough: false })

      expect(brokenPromises(report, false)).toEqual([])
      expect(report.spent).toBeGreaterThan(0)
    })
  }, 90_000)

  test(`${name}: the meter catches those who count after the call (seed ${seed})`, async () => {
    await atPlace(async (place) => {
      // A limit of three calls, for which sixteen workers start.
      const plan = { ...race, place, limit: 1000, seconds: 2, isRough: false }
      const report = await runRace({ ...plan, algorithms: ['set', 'add'] })

      for (const lane of report.lanes) expect(lane.overspent).toBeGreaterThan(0)
    })
  }, 90_000)
}
