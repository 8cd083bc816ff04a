import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import pg from 'pg'
import { uuidv7 } from 'uuidv7'
import { startBotProcess } from '../../test/bot-process.ts'
import { openFragilePostgres, openFragileRedis } from '../../test/chaos/production/servers.ts'

/** What a stretch of messages left behind and took, all told. */
export interface Taken {
  readonly messages: number
  readonly postgresBytes: number
  readonly walBytes: number
  readonly transactions: number
  readonly rows: Readonly<Record<string, number>>
  readonly queueCommands: number
  readonly cacheCommands: number
  readonly queueBytes: number
  readonly cacheBytes: number
  readonly processorSeconds: number
  /** Of the one process, and what it has open, at the end of the stretch. */
  readonly residentBytes: number
  readonly postgresConnections: number
  readonly queueConnections: number
  readonly cacheConnections: number
}

const adminToken = 'an-admin-token-of-this-benchmark'
const inConversation = 4
const atOnce = 8

const texts = readFileSync(new URL('../../test/fixtures/messages/held-out.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => String(JSON.parse(line).text))

/**
 * Puts messages through a bot of its own on a Postgres and two Redis of its own, over HTTP and without a model: first a
 * stretch that is not counted, then the one that is. Conversations have four messages, of our test messages.
 *
 * @param messages of the counted stretch; as many come before it
 */
export async function measure(messages: number): Promise<Taken> {
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-sizing-'))
  const [postgres, queue, cache] = await Promise.all([openFragilePostgres(), openFragileRedis(), openFragileRedis()])
  const servers = [postgres, queue, cache]
  try {
    for (const server of servers) await server.start()
    const bot = await startBotProcess(folder, {
      DATABASE_URL: postgres.address,
      REDIS_URL: queue.address,
      REDIS_CACHE_URL: cache.address,
      TUPPENCE_CONFIG_DIR: '',
      TUPPENCE_ADMIN_TOKEN: adminToken,
    })
    const look = await openLook(bot.url, { postgres: postgres.address, queue: queue.address, cache: cache.address })
    await ask(bot.url, messages)
    const before = await look.take()
    await ask(bot.url, messages)
    const after = await look.take()
    await look.close()
    await bot.end('SIGTERM')
    return difference(before, after, messages)
  } finally {
    for (const server of servers) await server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Asks as many customers at once as there are hands, each conversation one message after the other. */
async function ask(url: string, messages: number): Promise<void> {
  let asked = 0
  const hand = async (): Promise<void> => {
    while (asked < messages) {
      const author = { id: uuidv7() }
      let conversation: string | undefined
      for (let turn = 0; turn < inConversation && asked < messages; turn += 1) {
        const text = texts[asked % texts.length]
        asked += 1
        const response = await fetch(`${url}/api/chat`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${adminToken}` },
          body: JSON.stringify({ text, author, conversation }),
        })
        const body = await response.text()
        if (!response.ok) throw new Error(`The bot answered ${response.status}: ${body}`)
        conversation = String(JSON.parse(body).conversation)
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, hand))
}

type Addresses = Readonly<Record<'postgres' | 'queue' | 'cache', string>>
type Numbers = Omit<Taken, 'messages'>

async function openLook(url: string, addresses: Addresses) {
  const database = new pg.Client({ connectionString: addresses.postgres })
  await database.connect()
  const queue = new Redis(addresses.queue)
  const cache = new Redis(addresses.cache)
  return {
    take: async (): Promise<Numbers> => ({
      ...(await lookAtPostgres(database)),
      ...(await lookAtProcess(url)),
      queueCommands: await infoOf(queue, 'stats', 'total_commands_processed'),
      cacheCommands: await infoOf(cache, 'stats', 'total_commands_processed'),
      queueBytes: await infoOf(queue, 'memory', 'used_memory'),
      cacheBytes: await infoOf(cache, 'memory', 'used_memory'),
      queueConnections: (await infoOf(queue, 'clients', 'connected_clients')) - 1,
      cacheConnections: (await infoOf(cache, 'clients', 'connected_clients')) - 1,
    }),
    close: async (): Promise<void> => {
      queue.disconnect()
      cache.disconnect()
      await database.end()
    },
  }
}

async function infoOf(redis: Redis, section: string, name: string): Promise<number> {
  const text = await redis.info(section)
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(text)?.[1])
}

async function lookAtPostgres(database: pg.Client) {
  await database.query('vacuum analyze')
  const { rows: tables } = await database.query<{ name: string; bytes: string; rows: string }>(
    `select relname as name, pg_total_relation_size(oid) as bytes,
       (xpath('/row/c/text()', query_to_xml(format('select count(*) as c from %I', relname), false, true, '')))[1]::text as rows
     from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
  )
  const { rows } = await database.query<{ wal: string; transactions: string; connections: string }>(
    `select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as wal,
       (select xact_commit from pg_stat_database where datname = current_database()) as transactions,
       (select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()) as connections`,
  )
  return {
    postgresBytes: tables.reduce((sum, { bytes }) => sum + Number(bytes), 0),
    rows: Object.fromEntries(tables.map(({ name, rows: count }) => [name, Number(count)])),
    walBytes: Number(rows[0]?.wal),
    transactions: Number(rows[0]?.transactions),
    postgresConnections: Number(rows[0]?.connections),
  }
}

async function lookAtProcess(url: string) {
  const text = await (await fetch(`${url}/metrics`)).text()
  const read = (name: string): number => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1])
  return {
    processorSeconds: read('process_cpu_seconds_total'),
    residentBytes: read('process_resident_memory_bytes'),
  }
}

function difference(before: Numbers, after: Numbers, messages: number): Taken {
  const of = (name: Exclude<keyof Numbers, 'rows'>): number => after[name] - before[name]
  return {
    ...after,
    messages,
    postgresBytes: of('postgresBytes'),
    walBytes: of('walBytes'),
    transactions: of('transactions'),
    rows: Object.fromEntries(Object.entries(after.rows).map(([name, rows]) => [name, rows - (before.rows[name] ?? 0)])),
    queueCommands: of('queueCommands'),
    cacheCommands: of('cacheCommands'),
    queueBytes: of('queueBytes'),
    cacheBytes: of('cacheBytes'),
    processorSeconds: of('processorSeconds'),
  }
}
