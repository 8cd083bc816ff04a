import type { Figures } from './sizes.ts'

/**
 * What docs/sizing.md is worked out from, each as it was seen on 2026-11-28: two cores that others used too, Postgres 15.18
 * without fsync and Redis 7.0.15 on the same machine, Node 26.10.0.
 */
export const measured: Figures = {
  // npm run bench -- pipeline --seconds 12 --rounds 2: replies a second of one process at its maximum, everything through to the disk.
  messagesPerSecond: 277.6,
  // npm run bench -- sizing --measure 2000
  processorMs: 3.97,
  postgresBytes: 5042,
  walBytes: 8606,
  transactions: 11.41,
  queueCommands: 47.57,
  cacheCommands: 10.36,
  postgresConnections: 10,
  residentMegabytes: 334,
}
