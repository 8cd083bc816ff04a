import { loadConfig } from '../../config/load.ts'
import { startBot } from '../../src/assemble.ts'
import { crashAt } from './production/crash-points.ts'

/*
 * The bot as it is, only less patient, until it comes to the border to the outside whose number is the first argument, counted
 * from the signal SIGUSR2 on: there it is gone as by kill -9.
 */
const pace = { firstWaitMs: 75, longestWaitMs: 2000, looksMs: [400, 800, 1300], lookLeaseMs: 2000 }
await startBot(loadConfig(process.env), 'configured', {
  pace,
  sweepEveryMs: 200,
  around: crashAt(Number(process.argv[2])),
})
