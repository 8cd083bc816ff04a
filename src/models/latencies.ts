import type { ModelAlias, ModelSpec } from '../core/model.ts'

/** How long models take, as far as this process has seen. */
export interface Latencies {
  /** Milliseconds of a usual answer: what was measured, or what the catalogue expects. */
  of(model: Pick<ModelSpec, 'alias' | 'expectedLatencyMs'>): number
  measured(alias: ModelAlias, durationMs: number): void
}

/** Weight of the newest answer in the running mean: the last ten answers count for about two thirds. */
const newestShare = 0.1

export function createLatencies(): Latencies {
  const means = new Map<ModelAlias, number>()
  return {
    of: ({ alias, expectedLatencyMs }) => means.get(alias) ?? expectedLatencyMs,
    measured: (alias, durationMs) => {
      const present = means.get(alias)
      means.set(alias, present === undefined ? durationMs : present + newestShare * (durationMs - present))
    },
  }
}
