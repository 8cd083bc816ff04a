import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openPglite } from '../../../adapters/store/pglite.ts'
import { migrate } from '../../../adapters/store/migrate.ts'
import { loadConfig } from '../../../config/load.ts'
import { startBot, type Bot } from '../../../src/assemble.ts'
import { openModelReports } from '../../../src/open-model-reports.ts'
import { openPolicy } from '../../../src/open-policy.ts'
import { plantAnswers } from '../../contracts/spending-day.ts'
import { newDataFolder } from '../../data-folder.ts'
import { tuppence } from '../../src/cli-process.ts'
import { adminToken, get, post } from './web-bot.ts'

/*
 * A bot on a data folder in which one intent went badly at tier 2: 9 of 30 answers asked of the large model.
 */

const folder = newDataFolder()
const environment = { TUPPENCE_DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent', TUPPENCE_ADMIN_TOKEN: adminToken }
const asAdmin = { authorization: `Bearer ${adminToken}` }
const id = 'payments.refund-request:2-3'
let bot: Bot
let url = ''

beforeAll(async () => {
  const database = await openPglite(folder)
  await migrate(database)
  await plantAnswers(database, 'default', { intent: 'payments.refund-request', tier: 2, answers: 30, advanced: 9 })
  await database.close()
  bot = await startBot(loadConfig(environment), 'configured')
  url = bot.url ?? ''
})
afterAll(async () => {
  await bot.stop()
  await rm(folder, { recursive: true, force: true })
})

test('an admin reads how models did and what could change', async () => {
  const { status, body } = await get(`${url}/api/models?days=7`, asAdmin)

  expect(status).toBe(200)
  expect(body).toMatchObject({
    days: 7,
    models: [{ model: 'cheap', tier: 2, calls: 30, scored: 30, score: 1 }],
    proposals: [{ id, from: 2, to: 3, messages: 30, advanced: 9 }],
    decisions: [],
  })
})

test.each([
  ['GET', '/api/models'],
  ['POST', '/api/models/decision'],
])('%s %s is refused to a visitor on this very machine', async (method, path) => {
  const asked = method === 'GET' ? get(`${url}${path}`) : post(`${url}${path}`, { id, decision: 'approve' })
  const { status, body } = await asked

  expect([status, body.error]).toMatchObject([403, { code: 'forbidden', field: 'authorization' }])
})

test.each([
  [{}, 'input', 'id'],
  [{ id, decision: 'perhaps' }, 'input', 'decision'],
  [{ id, decision: 'approve', days: 0 }, 'input', 'days'],
  [{ id, decision: 'approve', days: 1.5 }, 'input', 'days'],
  [{ id, decision: 'approve', by: 'ada\nroot' }, 'input', 'by'],
  [{ id, decision: 'approve', tier: 4 }, 'input', 'tier'],
  [{ id: 'payments.refund-request:2-4', decision: 'approve' }, 'usage', undefined],
])('the decision %j is refused by name, and nothing is decided', async (decision, code, field) => {
  const { status, body } = await post(`${url}/api/models/decision`, decision, asAdmin)

  expect([status, body.error.code, body.error.field]).toEqual([400, code, field])
  expect((await get(`${url}/api/models`, asAdmin)).body).toMatchObject({ decisions: [] })
})

test.each(['0', '367', 'many', '7.5'])('of %s days nothing is told', async (days) => {
  const { status, body } = await get(`${url}/api/models?days=${days}`, asAdmin)

  expect([status, body.error.field]).toEqual([400, 'days'])
})

test('the command beside the running bot shows the same and decides through it', async () => {
  const own = { environment: { TUPPENCE_DATA_DIR: folder } }

  const shown = await tuppence(['models', '--json'], own)
  const approved = await tuppence(['models', '--approve', id], own)
  const unknown = await tuppence(['models', '--reject', 'no.such:2-3'], own)

  expect([shown.code, JSON.parse(shown.stdout)]).toMatchObject([0, { days: 30, proposals: [{ id }], decisions: [] }])
  expect([approved.code, approved.stdout]).toEqual([
    0,
    'Approved: messages of payments.refund-request for tier 2 go to tier 3.\n',
  ])
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('There is no proposal "no.such:2-3"')])
  const { body } = await get(`${url}/api/models`, asAdmin)
  expect(body).toMatchObject({
    proposals: [],
    decisions: [{ id, state: 'approved', by: expect.stringMatching(/^terminal:./) }],
  })
})

test('recorded traffic is replayed with what was approved, as the running bot tells it', async () => {
  await post(`${url}/api/models/decision`, { id, decision: 'approve' }, asAdmin)

  const approved = await openPolicy(loadConfig(environment))
  await post(`${url}/api/models/decision`, { id, decision: 'reject' }, asAdmin)
  const rejected = await openPolicy(loadConfig(environment))

  const tierIn = ({ parts }: typeof approved) => [
    parts.adjustTier('payments.refund-request', 2),
    parts.adjustTier('account.plan', 2),
  ]
  expect([tierIn(approved), approved.notes]).toEqual([[3, 2], [`Followed, as approved: ${id}.`]])
  expect([tierIn(rejected), rejected.notes]).toEqual([[2, 2], []])
})

test('without a bot the store itself is read and written', async () => {
  const own = newDataFolder()
  const database = await openPglite(own)
  await migrate(database)
  await plantAnswers(database, 'default', { intent: 'account.plan', tier: 3, answers: 100, advanced: 2 })
  await database.close()
  onTestFinished(() => rm(own, { recursive: true, force: true }))
  const config = loadConfig({ TUPPENCE_DATA_DIR: own })
  const source = await openModelReports(config)

  const decided = await source.decide({ id: 'account.plan:3-2', decision: 'approve', days: 30 })
  await source.close()
  const { parts, notes } = await openPolicy(config)

  expect(decided).toMatchObject({ state: 'approved', from: 3, to: 2 })
  expect([parts.adjustTier('account.plan', 3), notes]).toEqual([2, ['Followed, as approved: account.plan:3-2.']])
})
