/** How far the bot is behind: 0 as usual, 1 no large models, 2 rules only, 3 a short notice and a ticket. */
export type LoadLevel = 0 | 1 | 2 | 3

/** Messages that could be answered at once if somebody had the time, and how long the oldest of them has been. */
export interface Waiting {
  readonly count: number
  readonly ageMs: number
}

/** From this age of the oldest on, and with so many waiting. A few old ones are a crash that is made good, and no load. */
const steps = [
  { level: 3, ageMs: 60_000, count: 100 },
  { level: 2, ageMs: 15_000, count: 16 },
  { level: 1, ageMs: 5000, count: 16 },
] as const

/** A level is left only when half of what began it is over, so that it does not go to and fro with each message. */
const share = 0.5

/**
 * The level at which messages are answered. It rises at once; it falls when the oldest waits for less than half of what the
 * level begins with, or fewer than half as many wait.
 * @param before the level until then
 */
export function loadLevel({ count, ageMs }: Waiting, before: LoadLevel): LoadLevel {
  for (const step of steps) {
    const part = step.level <= before ? share : 1
    if (ageMs > step.ageMs * part && count >= step.count * part) return step.level
  }
  return 0
}
