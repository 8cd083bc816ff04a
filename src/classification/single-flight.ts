/** What the one that did the work found. */
export interface Landed<Value> {
  readonly value: Value
  /** Whether it holds for everybody who waited; otherwise it was cut short by limits of its own, and the next does the work. */
  readonly isShared: boolean
}

/** How long somebody waits for another's work. */
export interface Patience {
  /** Ends this waiting, and nobody else's. */
  readonly signal: AbortSignal
  readonly waitMs: number
}

export type Flown<Value> =
  /** It did the work itself. */
  | { readonly kind: 'led'; readonly value: Value }
  /** Somebody else did. */
  | { readonly kind: 'followed'; readonly value: Value }
  /** The patience ended, or the work that was waited for ended with an error. */
  | { readonly kind: 'alone' }

/** Lets the first of many that want the same do the work, while the others wait for what it finds. */
export interface SingleFlight<Value> {
  /** @throws what `work` throws, for the one that did it; the others are `alone` then */
  fly(key: string, work: () => Promise<Landed<Value>>, patience: Patience): Promise<Flown<Value>>
}

/** One flight a key in this process. Nothing stays behind when it ends. */
export function createSingleFlight<Value>(): SingleFlight<Value> {
  const flights = new Map<string, Promise<Landed<Value> | undefined>>()

  const lead = async (key: string, work: () => Promise<Landed<Value>>): Promise<Value> => {
    const { promise, resolve } = Promise.withResolvers<Landed<Value> | undefined>()
    flights.set(key, promise)
    let landed: Landed<Value> | undefined
    try {
      landed = await work()
      return landed.value
    } finally {
      // Before anybody hears of it, so that the first of those who waited can take the lead.
      flights.delete(key)
      resolve(landed)
    }
  }

  return {
    fly: async (key, work, patience) => {
      for (;;) {
        const flight = flights.get(key)
        if (flight === undefined) return { kind: 'led', value: await lead(key, work) }
        const landed = await within(flight, patience)
        if (landed === undefined) return { kind: 'alone' }
        if (landed.isShared) return { kind: 'followed', value: landed.value }
      }
    },
  }
}

/** What a promise that never fails gives, or undefined when the patience ends first. */
async function within<Value>(
  promise: Promise<Value | undefined>,
  { signal, waitMs }: Patience,
): Promise<Value | undefined> {
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
