import { loadConfig } from '../../config/load.ts'
import { startBot } from '../../src/assemble.ts'
import { isSafeguard, without } from './sending/safeguards.ts'

/*
 * The bot as it is, only less patient, so that a test need not wait for minutes; without the safeguard that the first
 * argument names. It runs until it is killed.
 */
const missing = process.argv[2] ?? ''
const pace = { firstWaitMs: 75, longestWaitMs: 2000, looksMs: [400, 800, 1300], lookLeaseMs: 2000 }
await startBot(loadConfig(process.env), 'configured', {
  pace,
  sweepEveryMs: 200,
  ...(isSafeguard(missing) ? { around: without(missing) } : {}),
})
