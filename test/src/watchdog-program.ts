import { startWatchdog } from '../../src/watchdog.ts'

/*
 * A process that is watched: it says "begun"; "block N" on standard input lets its loop stand still for so many milliseconds,
 * and "say" has it say "alive".
 */
startWatchdog({ everyMs: 100, mostMissed: 10 })
process.stdin.setEncoding('utf8').on('data', (given: string) => {
  const [, milliseconds] = /^block (\d+)/.exec(given) ?? []
  const endsAt = performance.now() + Number(milliseconds ?? 0)
  while (performance.now() < endsAt);
  process.stdout.write('alive\n')
})
process.stdout.write('begun\n')
