import type { Figures } from './sizes.ts'

/**
 * What docs/sizing.md is worked out from, each as it was seen on 2026-11-28: two cores that others used too, Postgres 15.18
 * without fsync and Redis 7.0.15 on the same machine, Node 26.10.0.
 */
export const measured: Figures = {
  // npm run bench -- pipeline --seconds 24 --rounds 3: replies a second of one process at its maximum, everything through to the disk.
  messagesPerSecond: 834.6,
  // npm run bench -- sizing --measure 2000
  processorMs: 2.61,
  postgresBytes: 5112,
  walBytes: 8626,
  transactions: 10,
  queueCommands: 0.12,
  cacheCommands: 10.33,
  postgresConnections: 10,
  residentMegabytes: 370,
}
