import type { Config } from '../config/config.ts'
import { startBot, type Bot } from './assemble.ts'
import type { Roles } from './roles.ts'
import { startWatchdog } from './watchdog.ts'

/** A stop that takes longer is cut short, so that it ends within ten seconds: whatever was accepted is in the store. */
const stopLimitMs = 9000
/** What a library left behind, a timer for a server that is gone for example, keeps no stopped process alive. */
const lingerLimitMs = 500

/** Starts the bot, or its part of it, and runs it until a signal asks it to stop. Gives the exit code. */
export async function main(config: Config, roles: Roles, say: (line: string) => void): Promise<number> {
  const bot = await startBot(config, 'configured', { roles })
  startWatchdog()
  say(`Tuppence ${config.version} answers for ${config.company.name}.`)
  if (roles.has('ingest')) say(`Playground: ${bot.url ?? ''}   (stop with Ctrl-C)`)
  else say(`Roles: ${[...roles].join(', ')}; how it is: ${bot.url ?? ''}/readyz   (stop with Ctrl-C)`)
  const signal = await nextSignal()
  say(`${signal}: finishing what was begun.`)
  return await stop(bot, say)
}

/** The listeners stay, so that a signal that comes twice, from a terminal and from a parent, does not cut the stop short. */
async function nextSignal(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal))
  return await promise
}

async function stop(bot: Bot, say: (line: string) => void): Promise<number> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => resolve('late'), stopLimitMs)
  const end = await Promise.race([bot.stop().then(() => 'stopped' as const), late]).finally(() => clearTimeout(timer))
  if (end === 'late') {
    say('Stopping took nine seconds and was cut short; what was accepted is kept and answered after the next start.')
    process.exit(0) // whatever hangs, for example a database that does not answer, would keep the process alive
  }
  setTimeout(() => process.exit(0), lingerLimitMs).unref()
  return 0
}
