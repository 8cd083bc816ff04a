/** One mark of an axis. */
export interface Tick {
  /** Micro-dollars. */
  readonly at: number
  readonly label: string
}

const microDollarsOfDollar = 1_000_000
/** Marks above nothing, at most. */
const mostTicks = 5

/** Round amounts from nothing to the first one that is not below the largest, in steps of 1, 2 or 5 with zeros. */
export function ticksUpTo(largest: number): readonly Tick[] {
  let step = 1
  for (const factor of factors()) {
    step = factor
    if (step * mostTicks >= largest) break
  }
  const count = Math.max(1, Math.ceil(largest / step))
  return Array.from({ length: count + 1 }, (_, place) => ({ at: place * step, label: printTick(place * step, step) }))
}

function* factors(): Generator<number> {
  for (let power = 1; power < Number.MAX_SAFE_INTEGER / 10; power *= 10) {
    yield power
    yield power * 2
    yield power * 5
  }
}

/** Dollars with as many decimals as the step has, and two at least unless the step is a whole number of dollars. */
function printTick(at: number, step: number): string {
  const decimals = 6 - (/0*$/.exec(String(step))?.[0].length ?? 0)
  const places = decimals <= 0 ? 0 : Math.max(2, decimals)
  const dollars = at / microDollarsOfDollar
  return `$${dollars.toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places })}`
}
