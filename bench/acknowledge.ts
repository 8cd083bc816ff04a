import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeCatalogue } from '../test/catalogue.ts'
import { cleanEnvironment } from '../test/bot-process.ts'
import { startModelServer, type ModelServer } from '../test/servers/models.ts'
import { SlackServer } from '../test/servers/slack.ts'
import {
  endProgram,
  load,
  signingSecret,
  startProgram,
  type DelayReport,
  type Latencies,
  type Plan,
} from './acknowledge/load.ts'

/*
 * How soon Slack hears "got it" while every provider of models hangs, beside Slack's own library with nothing behind it:
 *   npm run bench -- acknowledge [--per-second 50] [--seconds 30]
 */

/** Slack's patience is three seconds; ours is this. */
const limits = { p99Ms: 500, maxMs: 2500 }

/** No intent is sure of it, so that a model is asked for every message. */
const text =
  'If my first parcel was lost and replaced, and the second one is unused, can I still send it back and within how many days?'

/** Ends with 1 when an acknowledgement was too late or missing. */
export default async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { 'per-second': { type: 'string', default: '50' }, seconds: { type: 'string', default: '30' } },
  })
  const plan = { perSecond: Number(values['per-second']), seconds: Number(values.seconds), text }
  const bare = await measureBolt(plan)
  const { latencies, delay, asked } = await measureBot(plan)
  process.stdout.write(
    `${plan.perSecond} signed events a second for ${plan.seconds} s, each counted from when it was due\n\n` +
      '| | sent | failed | p50 ms | p99 ms | max ms |\n| --- | --- | --- | --- | --- | --- |\n' +
      `${row('Bolt alone', bare)}${row('Tuppence, every model hangs', latencies)}\n` +
      `Event loop of the bot: p99 ${delay.p99Ms} ms, max ${delay.maxMs} ms. Processor: ${delay.cpuMs} ms. Requests the models took: ${asked}.\n`,
  )
  const { failed, p99Ms, maxMs } = latencies
  return failed === 0 && p99Ms < limits.p99Ms && maxMs < limits.maxMs ? 0 : 1
}

function row(name: string, { sent, failed, p50Ms, p99Ms, maxMs }: Latencies): string {
  return `| ${name} | ${sent} | ${failed} | ${p50Ms} | ${p99Ms} | ${maxMs} |\n`
}

async function measureBolt(plan: Plan): Promise<Latencies> {
  const environment = { ...cleanEnvironment(), SLACK_SIGNING_SECRET: signingSecret, PORT: '0' }
  const bolt = await startProgram('acknowledge-bolt.ts', environment)
  try {
    return await load(bolt.url, plan)
  } finally {
    await endProgram(bolt)
  }
}

interface Measured {
  readonly latencies: Latencies
  readonly delay: DelayReport
  readonly asked: number
}

async function measureBot(plan: Plan): Promise<Measured> {
  const slack = await new SlackServer().start()
  const servers = await Promise.all([startHanging('openai'), startHanging('anthropic')])
  const folders = [mkdtempSync(join(tmpdir(), 'tuppence-bench-')), writeCatalogue(modelsAt(servers))] as const
  const bot = await startProgram('acknowledge-bot.ts', {
    ...cleanEnvironment(),
    PORT: '0',
    LOG_LEVEL: 'silent',
    TUPPENCE_DATA_DIR: folders[0],
    TUPPENCE_CONFIG_DIR: folders[1],
    OPENAI_API_KEY: 'key',
    ANTHROPIC_API_KEY: 'key',
    SLACK_BOT_TOKEN: 'xoxb-example',
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_API_URL: slack.apiUrl,
  })
  try {
    bot.child.send('begin')
    const latencies = await load(bot.url, plan)
    bot.child.send('report')
    const [delay]: DelayReport[] = await once(bot.child, 'message')
    if (delay === undefined) throw new Error('the bot did not tell how long its event loop was held up')
    return { latencies, delay, asked: servers.reduce((sum, { requests }) => sum + requests.length, 0) }
  } finally {
    await endProgram(bot)
    await Promise.all(servers.map((server) => server.close()))
    await slack.close()
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  }
}

async function startHanging(protocol: 'openai' | 'anthropic'): Promise<ModelServer> {
  return await startModelServer({ protocol, fault: () => ({ kind: 'hang' }) })
}

function modelsAt([cheap, large]: readonly ModelServer[]): Parameters<typeof writeCatalogue>[0] {
  if (cheap === undefined || large === undefined) return []
  const price = { input: 2, output: 10 }
  return [
    { alias: 'cheap', provider: 'openai', server: cheap, tier: 2, price, timeoutSeconds: 30 },
    { alias: 'large', provider: 'anthropic', server: large, tier: 3, price, timeoutSeconds: 30 },
  ]
}
