import { probeStore } from '../adapters/store/store.ts'
import type { Config } from '../config/config.ts'
import type { Finding } from '../handlers/cli/doctor.ts'
import { findClassifier, printRefused } from './classifier.ts'
import { openEncoder } from './open-encoder.ts'
import { examineModels } from './examine-models.ts'
import { examinePlatforms } from './examine-platforms.ts'
import { ownOrRunning, storePlaceOf } from './open-store.ts'

/** A part that does not answer by then has failed. */
const lookLimitMs = 30_000

/** Looks at every part of a configuration that was read without faults. */
export async function examine(config: Config): Promise<readonly Finding[]> {
  return [
    { part: 'node', state: 'ok', detail: process.version },
    {
      part: 'configuration',
      state: 'ok',
      detail: `${config.intents.length} intents, ${config.wording.size} sentences, tenant ${config.tenant}`,
    },
    await look('classifier', () => examineClassifier(config)),
    await examineEncoder(config),
    await look('store', () => examineStore(config)),
    await examineQueue(config.redisUrl?.reveal()),
    ...(await examinePlatforms(config)),
    {
      part: 'admin token',
      state: config.adminToken === undefined ? 'missing' : 'ok',
      detail: config.adminToken === undefined ? 'set TUPPENCE_ADMIN_TOKEN to use the API from other machines' : 'set',
    },
    ...(await examineModels(config, new Date())),
  ]
}

async function look(part: string, examineIt: () => Promise<string>): Promise<Finding> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`did not answer within ${lookLimitMs / 1000} s`)), lookLimitMs)
  try {
    return { part, state: 'ok', detail: await Promise.race([examineIt(), late]) }
  } catch (error) {
    return { part, state: 'failed', detail: error instanceof Error ? error.message : String(error) }
  } finally {
    clearTimeout(timer)
  }
}

/** Trains nothing: that is the work of a start, and one may be doing it at this moment. */
async function examineClassifier(config: Config): Promise<string> {
  const later = 'the intents are trained at the next start'
  const refused: string[] = []
  const classifier = await findClassifier(config, {
    onRefused: (file, error) =>
      refused.push(file.endsWith('.bin') ? printRefused(file, error, later) : printRefused(file, error)),
  })
  await classifier?.encoder?.close()
  if (classifier === undefined) return refused.join('; ') || 'the intents are trained at the first start'
  const { intent, confidence } = classifier.classify('Where is my order?')
  const said = `"Where is my order?" is ${intent} at ${confidence.toFixed(2)}; free from ${classifier.freeThreshold.toFixed(2)}, ${classifier.thresholdFrom}`
  return [said, ...refused].join('; ')
}

async function examineEncoder(config: Config): Promise<Finding> {
  const part = 'encoder'
  if (config.encoder === 'none')
    return { part, state: 'missing', detail: 'none is asked; set classification.encoder in bot.yaml' }
  return await look(part, async () => {
    const encoder = await openEncoder(config)
    try {
      await encoder?.encode(['Where is my order?'])
      return `${encoder?.name} answers, with vectors of ${encoder?.dimensions} values`
    } finally {
      await encoder?.close()
    }
  })
}

async function examineStore(config: Config): Promise<string> {
  const own = async (): Promise<string> => {
    const place = storePlaceOf(config)
    const state = await probeStore(place)
    if (place.kind === 'postgres') return 'Postgres answers'
    return `embedded, in ${config.dataDir}${state === 'empty' ? ', made at the first start' : ''}`
  }
  return await ownOrRunning(
    config,
    own,
    (running) => `embedded, in ${config.dataDir}, held by the bot running at ${running.url}`,
  )
}

async function examineQueue(url: string | undefined): Promise<Finding> {
  if (url === undefined) return { part: 'queue', state: 'missing', detail: 'in this process; set REDIS_URL for BullMQ' }
  return await look('queue', async () => {
    const { createBullmqQueue } = await import('../adapters/queue/bullmq.ts')
    const queue = await createBullmqQueue({ url })
    await queue.stop()
    return 'Redis answers and evicts nothing'
  })
}
