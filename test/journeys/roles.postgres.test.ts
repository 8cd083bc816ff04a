import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { readRoles } from '../../src/roles.ts'
import { startTestBot } from '../bot.ts'
import { freePort, startRedis } from '../servers/redis.ts'
import { SlackServer } from '../servers/slack.ts'
import { until } from '../until.ts'

/** A database of the test server for this test alone. */
async function ownDatabase(): Promise<string> {
  const name = `tuppence_${randomUUID().replaceAll('-', '')}`
  const client = new pg.Client({ connectionString: process.env['TEST_DATABASE_URL'] })
  await client.connect()
  await client.query(`create database ${name}`)
  onTestFinished(async () => {
    await client.query(`drop database ${name} with (force)`)
    await client.end()
  })
  return Object.assign(new URL(process.env['TEST_DATABASE_URL'] ?? ''), { pathname: `/${name}` }).href
}

test('a process that takes in, one that answers and one that shows are one bot: each reply once, in order', async (own) => {
  const database = await ownDatabase()
  const port = await freePort()
  await startRedis(port, own)
  const slack = await new SlackServer().start()
  onTestFinished(() => slack.close())
  const tokens = { SLACK_BOT_TOKEN: 'xoxb-example', SLACK_APP_TOKEN: 'xapp-example', SLACK_API_URL: slack.apiUrl }
  const shared = { DATABASE_URL: database, REDIS_URL: `redis://127.0.0.1:${port}`, ...tokens }
  const start = (roles: string) => startTestBot(shared, { roles: readRoles(roles) })
  const ask = async (url: string) =>
    await fetch(`${url}/api/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'what are your opening hours?' }),
    })
  const owed = async (url: string, queue: 'inbox' | 'outbox'): Promise<number> => {
    const metrics = await (await fetch(`${url}/metrics`)).text()
    return Number(new RegExp(`^tuppence_queue_owed\\{queue="${queue}"\\} (\\d+)`, 'm').exec(metrics)?.[1])
  }
  const place = { channel: 'D0CUSTOMER' }
  const customer = slack.person('U0CUSTOMER')

  const ingest = await start('ingest')
  await until(() => slack.connections === 1, 'the socket')
  const said = customer.says('what are your opening hours?', place)
  await until(async () => (await owed(ingest.url, 'inbox')) === 1, 'the message to be stored')
  const work = await start('work')
  await until(async () => (await owed(ingest.url, 'inbox')) === 0, 'the message to be answered')
  const unshown = [await owed(work.url, 'outbox'), slack.posts.length]
  const inWeb = await (await ask(ingest.url)).json()
  const send = await start('send')
  await until(() => slack.posts.length === 1, 'the answer to be shown')
  for (const text of ['what does Plus cost?', 'hello', 'where is my parcel?']) {
    customer.says(text, { ...place, thread_ts: said.thread_ts })
    await until(() => slack.handed.every(({ isAcknowledged }) => isAcknowledged), 'its "got it"')
  }
  await until(() => slack.posts.length === 4, 'the other answers')
  await until(async () => (await owed(send.url, 'outbox')) === 0, 'everything to be shown')

  expect(unshown).toEqual([1, 0])
  expect(inWeb).toMatchObject({ replies: [{ text: expect.stringContaining('Monday to Friday') }] })
  expect(slack.connections).toBe(1)
  expect(slack.posts.map(({ text }) => text)).toEqual([
    expect.stringContaining('Monday to Friday'),
    expect.stringContaining('Plus'),
    expect.stringMatching(/hello|hi/i),
    expect.stringMatching(/order|parcel/i),
  ])
  const statuses = async (path: string) =>
    await Promise.all([ingest, work, send].map(async ({ url }) => (await fetch(`${url}${path}`)).status))
  expect(await statuses('/')).toEqual([200, 404, 404])
  expect([...(await statuses('/healthz')), ...(await statuses('/readyz'))]).toEqual([200, 200, 200, 200, 200, 200])
  expect((await ask(work.url)).status).toBe(404)
}, 60_000)
