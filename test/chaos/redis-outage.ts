import { rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { startBotProcess, type BotProcess } from '../bot-process.ts'
import { newDataFolder } from '../data-folder.ts'
import { runOutage, type OutageReport } from './outage/run.ts'
import { openFragilePostgres, openFragileRedis } from './production/servers.ts'

/**
 * `node bin/run.mjs test/chaos/redis-outage.ts [--seconds 15] [--bots 2] [--per-second 10]` asks bots on one Postgres and one
 * Redis all the time, kills that Redis for so long, and prints how the questions fared; ends with 1 when one of them was not
 * answered, or when Redis was not used again within ten seconds of its return.
 */
export default async function main(args: string[]): Promise<number> {
  const options = {
    seconds: { type: 'string', default: '15' },
    bots: { type: 'string', default: '2' },
    'per-second': { type: 'string', default: '10' },
  } as const
  const { values } = parseArgs({ args, options })
  const [redis, postgres] = [await openFragileRedis(), await openFragilePostgres()]
  const bots: BotProcess[] = []
  const folders = Array.from({ length: Number(values.bots) }, () => newDataFolder())
  try {
    await Promise.all([redis.start(), postgres.start()])
    const environment = { DATABASE_URL: postgres.address, REDIS_URL: redis.address }
    for (const folder of folders) bots.push(await startBotProcess(folder, environment))
    const report = await runOutage(
      { awayMs: Number(values.seconds) * 1000, everyMs: 1000 / Number(values['per-second']), aroundMs: 3000 },
      { urls: bots.map(({ url }) => url), takeAway: () => redis.crash(), bringBack: () => redis.start() },
    )
    process.stdout.write(`${rowOf(`${values.seconds} s`, report)}\n`)
    return isKept(report) ? 0 : 1
  } finally {
    for (const bot of bots) await bot.end('SIGTERM')
    await redis.close()
    await postgres.close()
    for (const folder of folders) await rm(folder, { recursive: true, force: true })
  }
}

function isKept({ before, away, back, usedAgainMs }: OutageReport): boolean {
  return [before, away, back].every(({ count, answered }) => answered === count) && usedAgainMs < 10_000
}

/** A row of the table of docs/production.md. */
function rowOf(name: string, { before, away, back, usedAgainMs }: OutageReport): string {
  const parts = [before, away, back].map(
    ({ count, answered, slowestMs }) => `${answered} of ${count}, ${(slowestMs / 1000).toFixed(2)} s`,
  )
  return `| ${[name, ...parts, `${(usedAgainMs / 1000).toFixed(1)} s`].join(' | ')} |`
}
