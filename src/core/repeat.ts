/** Work of which one run goes on at a time. */
export interface Runs {
  /** Does nothing while a run goes on, or after `stop`. */
  readonly begin: () => void
  /** Tells the run that goes on, and ends with it; nothing is begun any more. */
  readonly stop: () => Promise<void>
}

/** @param onFailure told of every run that fails, but not of one that ends because it was stopped */
export function oneAtATime(work: (signal: AbortSignal) => Promise<void>, onFailure: (error: unknown) => void): Runs {
  const stopping = new AbortController()
  const { signal } = stopping
  let running: Promise<void> | undefined
  return {
    begin: () => {
      if (signal.aborted) return
      running ??= work(signal)
        .catch((error: unknown) => {
          if (!signal.aborted) onFailure(error)
        })
        .finally(() => {
          running = undefined
        })
    },
    stop: async () => {
      stopping.abort('ended') // without a reason it would make an error, with its stack, that nobody reads
      await running
    },
  }
}

/** Begins at once, then every `everyMs` milliseconds; the function it gives ends that. */
export function repeat(everyMs: number, runs: Runs): () => Promise<void> {
  runs.begin()
  return beginEvery(everyMs, runs)
}

/** Begins every `everyMs` milliseconds, for the first time after so many; the function it gives ends that. */
export function beginEvery(everyMs: number, runs: Runs): () => Promise<void> {
  const timer = setInterval(runs.begin, everyMs)
  return async () => {
    clearInterval(timer)
    await runs.stop()
  }
}
