import { App, HTTPReceiver } from '@slack/bolt'
import { Queue, Worker } from 'bullmq'
import { loadConfig } from '../config/load.ts'
import { openClassifier } from '../src/classifier.ts'

/*
 * A support bot as one would first write it: a BullMQ job for each message, acknowledged once Redis has it, and everything
 * else in memory. It understands messages as ours does and answers each intent with one sentence. It has no database, no
 * order within a conversation, no second look before it sends again.
 */
const classifier = await openClassifier(loadConfig(process.env))
const url = new URL(process.env['REDIS_URL'] ?? '')
const connection = { host: url.hostname, port: Number(url.port), maxRetriesPerRequest: null }

interface Asked {
  readonly channel: string
  readonly thread: string
  readonly text: string
}

const receiver = new HTTPReceiver({ signingSecret: process.env['SLACK_SIGNING_SECRET'] ?? '' })
const app = new App({
  receiver,
  token: process.env['SLACK_BOT_TOKEN'] ?? '',
  clientOptions: { slackApiUrl: process.env['SLACK_API_URL'] ?? '' },
})
const jobs = new Queue<Asked>('messages', { connection })
const turns = new Map<string, string[]>()

app.message(async ({ message }) => {
  if (message.subtype !== undefined) return
  const { channel, text = '', ts, thread_ts: thread = ts } = message
  await jobs.add('message', { channel, thread, text }, { attempts: 3, removeOnComplete: true })
})
const worker = new Worker<Asked>(
  'messages',
  async ({ data: { channel, thread, text } }) => {
    const { intent } = classifier.classify(text)
    turns.set(channel, [...(turns.get(channel) ?? []).slice(-9), text])
    await app.client.chat.postMessage({ channel, thread_ts: thread, text: `This is about ${intent}.` })
  },
  { connection, concurrency: 64 }, // as ours
)
await worker.waitUntilReady()
const server = await app.start({ port: Number(process.env['PORT']), host: '127.0.0.1' })
const address = 'address' in server ? server.address() : undefined
const port = typeof address === 'object' && address !== null ? address.port : 0
process.send?.({ url: `http://127.0.0.1:${port}` })
