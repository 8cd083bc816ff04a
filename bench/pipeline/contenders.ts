import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StorePlace } from '../../adapters/store/open.ts'
import { type BotProcess, cleanEnvironment, startBotProcess } from '../../test/bot-process.ts'
import { openFragilePostgres, openFragileRedis, type FragileServer } from '../../test/chaos/production/servers.ts'
import { exampleWorkspace } from '../../test/servers/slack/workspaces.ts'
import { endProgram, signingSecret, startProgram } from '../acknowledge/load.ts'
import { createCustomers, type Customers } from './load.ts'
import { countStatements } from './round-trips.ts'
import { openQuickSlack, type QuickSlack } from './slack.ts'

/** A bot with its own Slack and its own servers, ready for its customers. */
export interface Contender {
  readonly name: ContenderName
  readonly slack: QuickSlack
  readonly customers: Customers
  /** The processes whose cost is its own, by what they are. */
  readonly processes: Readonly<Record<string, number>>
  /** The database behind it, where it has one of its own. */
  readonly postgres?: FragileServer
  readonly redis?: FragileServer
  close(): Promise<void>
}

const openers = { echo: openEcho, plain: openPlain, embedded: openEmbedded, production: openProduction }

/** Of the shipped configuration. */
export const tenant = 'default'

/** Which bots there are. */
export type ContenderName = keyof typeof openers

/** How each is called in the table. */
export const titles: Readonly<Record<ContenderName, string>> = {
  echo: 'Bolt alone, echoes',
  plain: 'BullMQ job a message, all in memory',
  embedded: 'Tuppence, embedded',
  production: 'Tuppence, Postgres and Redis',
}

/** Starts one of them. @param prepare done to its database before it starts, where it has one */
export async function openContender(name: ContenderName, prepare: Prepare = async () => {}): Promise<Contender> {
  return await openers[name](prepare)
}

/** Done to the database before the bot starts. */
type Prepare = (place: StorePlace) => Promise<void>

/** What is durable is written through to the disk, as a server in production does. */
export async function openServers(): Promise<readonly [postgres: FragileServer, redis: FragileServer]> {
  const settings = ['fsync=on', 'shared_preload_libraries=pg_stat_statements']
  const servers = [await openFragilePostgres(settings), await openFragileRedis()] as const
  await Promise.all(servers.map((server) => server.start()))
  await countStatements(servers[0].address, false)
  return servers
}

/** What each bot is told of Slack. */
function slackSettings(slack: QuickSlack): Readonly<Record<string, string>> {
  return { SLACK_BOT_TOKEN: exampleWorkspace.token, SLACK_SIGNING_SECRET: signingSecret, SLACK_API_URL: slack.apiUrl }
}

/** The configuration as it is shipped: limits and all. */
const shipped = {
  TUPPENCE_CONFIG_DIR: fileURLToPath(new URL('../../config/', import.meta.url)),
  LOG_LEVEL: 'info',
}

async function openEcho(): Promise<Contender> {
  const slack = await openQuickSlack()
  const program = await startProgram('pipeline-echo.ts', { ...cleanEnvironment(), ...slackSettings(slack), PORT: '0' })
  const customers = createCustomers(`${program.url}/slack/events`, slack)
  const close = async (): Promise<void> => {
    customers.close()
    await endProgram(program)
    await slack.close()
  }
  return { name: 'echo', slack, customers, processes: { bot: program.child.pid ?? 0 }, close }
}

async function openPlain(): Promise<Contender> {
  const slack = await openQuickSlack()
  const redis = await openFragileRedis()
  await redis.start()
  const folder = newFolder()
  const own = { PORT: '0', REDIS_URL: redis.address, TUPPENCE_DATA_DIR: folder }
  const program = await startProgram('pipeline-plain.ts', { ...cleanEnvironment(), ...slackSettings(slack), ...own })
  const customers = createCustomers(`${program.url}/slack/events`, slack)
  const close = async (): Promise<void> => {
    customers.close()
    await endProgram(program)
    await Promise.all([slack.close(), redis.close()])
    rmSync(folder, { recursive: true, force: true })
  }
  const processes = { bot: program.child.pid ?? 0, redis: redis.pid() }
  return { name: 'plain', slack, customers, processes, redis, close }
}

async function openEmbedded(prepare: Prepare): Promise<Contender> {
  const slack = await openQuickSlack()
  const folder = newFolder()
  await prepare({ kind: 'folder', folder })
  const bot = await startBotProcess(folder, { ...slackSettings(slack), ...shipped })
  const customers = createCustomers(`${bot.url}/slack/events`, slack)
  const close = async (): Promise<void> => {
    customers.close()
    await bot.end('SIGKILL')
    await slack.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return { name: 'embedded', slack, customers, processes: { bot: bot.pid }, close }
}

async function openProduction(prepare: Prepare): Promise<Contender> {
  const slack = await openQuickSlack()
  const [postgres, redis] = await openServers()
  await prepare({ kind: 'postgres', url: postgres.address })
  const bot = await startOn({ slack, postgres, redis })
  const customers = createCustomers(`${bot.url}/slack/events`, slack)
  const close = async (): Promise<void> => {
    customers.close()
    await bot.close()
    await Promise.all([slack.close(), postgres.close(), redis.close()])
  }
  const processes = { bot: bot.pid, postgres: postgres.pid(), redis: redis.pid() }
  return { name: 'production', slack, customers, processes, postgres, redis, close }
}

/** One process of ours on servers that others may use as well. */
export async function startOn(given: {
  readonly slack: QuickSlack
  readonly postgres: FragileServer
  readonly redis: FragileServer
}): Promise<Pick<BotProcess, 'url' | 'pid'> & { close(): Promise<void> }> {
  const folder = newFolder()
  const own = { DATABASE_URL: given.postgres.address, REDIS_URL: given.redis.address }
  const bot = await startBotProcess(folder, { ...slackSettings(given.slack), ...shipped, ...own })
  const close = async (): Promise<void> => {
    await bot.end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  return { url: bot.url, pid: bot.pid, close }
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'tuppence-bench-'))
}
