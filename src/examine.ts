import { findRunning } from '../adapters/files/running.ts'
import { openStore } from '../adapters/store/store.ts'
import type { Config } from '../config/config.ts'
import type { Finding } from '../handlers/cli/doctor.ts'
import { openClassifier } from './classifier.ts'
import { DataFolderInUseError } from './core/errors.ts'

/** Looks at every part of a configuration that was read without faults. */
export async function examine(config: Config): Promise<readonly Finding[]> {
  return [
    { part: 'node', state: 'ok', detail: process.version },
    {
      part: 'configuration',
      state: 'ok',
      detail: `${config.intents.length} intents, ${config.wording.size} sentences, tenant ${config.tenant}`,
    },
    await look('classifier', async () => {
      const sample = (await openClassifier(config)).classify('Where is my order?')
      return `"Where is my order?" is ${sample.intent} at ${sample.confidence.toFixed(2)}; free from ${config.freeThreshold.toFixed(2)}`
    }),
    await look('store', () => examineStore(config)),
    await examineRedis('queue', config.redisUrl?.reveal(), 'in this process; set REDIS_URL for BullMQ'),
    platform('slack', config.slack !== undefined, 'set SLACK_BOT_TOKEN and SLACK_APP_TOKEN'),
    platform('discord', config.discord !== undefined, 'set DISCORD_TOKEN'),
    {
      part: 'admin token',
      state: config.adminToken === undefined ? 'missing' : 'ok',
      detail: config.adminToken === undefined ? 'set TUPPENCE_ADMIN_TOKEN to use the API from other machines' : 'set',
    },
    { part: 'models', state: 'missing', detail: 'none configured: every answer is free' },
  ]
}

async function look(part: string, examineIt: () => Promise<string>): Promise<Finding> {
  try {
    return { part, state: 'ok', detail: await examineIt() }
  } catch (error) {
    return { part, state: 'failed', detail: error instanceof Error ? error.message : String(error) }
  }
}

async function examineStore(config: Config): Promise<string> {
  const place =
    config.databaseUrl === undefined
      ? ({ kind: 'folder', folder: config.dataDir } as const)
      : ({ kind: 'postgres', url: config.databaseUrl.reveal() } as const)
  try {
    const store = await openStore(
      place,
      () => new Date(),
      () => '',
    )
    await store.ping()
    await store.close()
    return place.kind === 'folder' ? `embedded, in ${config.dataDir}` : 'Postgres answers'
  } catch (error) {
    const running = error instanceof DataFolderInUseError ? await findRunning(config.dataDir) : undefined
    if (running === undefined) throw error
    return `embedded, in ${config.dataDir}, held by the bot running at ${running.url}`
  }
}

async function examineRedis(part: string, url: string | undefined, otherwise: string): Promise<Finding> {
  if (url === undefined) return { part, state: 'missing', detail: otherwise }
  return await look(part, async () => {
    const { createRedisCache } = await import('../adapters/cache/redis.ts')
    const redis = await createRedisCache({ url, prefix: 'tuppence-doctor' })
    try {
      await redis.set('doctor', 'ok', 5)
    } finally {
      await redis.stop()
    }
    return 'Redis answers'
  })
}

function platform(part: string, isSet: boolean, remedy: string): Finding {
  return { part, state: isSet ? 'ok' : 'missing', detail: isSet ? 'tokens are set; the bot connects at start' : remedy }
}
