/** What the one that did the work found. */
export interface Landed<Value> {
  readonly value: Value
  /** Whether it holds for everybody who waited; otherwise it was cut short by limits of its own, and the next does the work. */
  readonly isShared: boolean
}

/** How long somebody waits for others' work. */
export interface Patience {
  /** Ends this waiting, and nobody else's. */
  readonly signal: AbortSignal
  /** Milliseconds that are left at the time of the call. */
  readonly leftMs: () => number
}

export type Flown<Value> =
  /** It did the work itself. */
  | { readonly kind: 'led'; readonly value: Value }
  /** Somebody else did. */
  | { readonly kind: 'followed'; readonly value: Value }
  /** The patience ended, or those that did the work ended with an error one after the other. */
  | { readonly kind: 'alone' }

/** Lets the first of many that want the same do the work, while the others wait for what it finds. */
export interface SingleFlight<Value> {
  /** @throws what `work` throws, for the one that did it; the next of those who waited does it then */
  fly(key: string, work: () => Promise<Landed<Value>>, patience: Patience): Promise<Flown<Value>>
}

/** One fault may pass with the next try; where this many end with one, it does not, and all who wait go on alone. */
const mostFaults = 3

/** How a flight ended for those who waited: with what was found, or with so many that failed one after the other. */
type Ended<Value> = Landed<Value> | { readonly faults: number }

/** One flight a key in this process. Nothing stays behind when it ends. */
export function createSingleFlight<Value>(): SingleFlight<Value> {
  const flights = new Map<string, Promise<Ended<Value>>>()

  const lead = async (key: string, work: () => Promise<Landed<Value>>, faultsBefore: number): Promise<Value> => {
    const { promise, resolve } = Promise.withResolvers<Ended<Value>>()
    flights.set(key, promise)
    let ended: Ended<Value> = { faults: faultsBefore + 1 }
    try {
      const landed = await work()
      ended = landed
      return landed.value
    } finally {
      // Before anybody hears of it, so that the first of those who waited can take the lead.
      flights.delete(key)
      resolve(ended)
    }
  }

  return {
    fly: async (key, work, patience) => {
      let faults = 0
      for (;;) {
        const flight = flights.get(key)
        if (flight === undefined) return { kind: 'led', value: await lead(key, work, faults) }
        const ended = await within(flight, patience)
        if (ended === undefined) return { kind: 'alone' }
        if ('faults' in ended) {
          faults = ended.faults
          if (faults >= mostFaults) return { kind: 'alone' }
        } else if (ended.isShared) return { kind: 'followed', value: ended.value }
      }
    },
  }
}

/** What a promise that never fails gives, or undefined when the patience ends first. */
async function within<Value>(promise: Promise<Value>, { signal, leftMs }: Patience): Promise<Value | undefined> {
  const waitMs = leftMs()
  if (signal.aborted || waitMs <= 0) return undefined
  const { promise: impatient, resolve } = Promise.withResolvers<undefined>()
  const leave = (): void => resolve(undefined)
  const timer = setTimeout(leave, waitMs)
  signal.addEventListener('abort', leave, { once: true })
  try {
    return await Promise.race([promise, impatient])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', leave)
  }
}
