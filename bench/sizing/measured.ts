import type { Figures } from './sizes.ts'

/**
 * What docs/sizing.md is worked out from, each as it was seen on 2026-11-28: two cores that others used too, Postgres 15.18
 * without fsync and Redis 7.0.15 on the same machine, Node 26.10.0.
 */
export const measured: Figures = {
  // Replies a second of one process at its maximum, by the benchmark of the pipeline. Not measured.
  messagesPerSecond: undefined,
  // npm run bench -- sizing --measure 2000; a run before it gave 7.25 ms, 4,899 and 9,474 bytes, 17.4, 50.9 and 10.0.
  processorMs: 7.7,
  postgresBytes: 4956,
  walBytes: 9568,
  transactions: 17.48,
  queueCommands: 50.68,
  cacheCommands: 10.34,
  postgresConnections: 10,
  // The larger of the two runs; the other gave 287.
  residentMegabytes: 328,
}
