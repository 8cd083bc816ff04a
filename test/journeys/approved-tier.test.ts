import { rm } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { migrate } from '../../adapters/store/migrate.ts'
import { openPglite } from '../../adapters/store/pglite.ts'
import { adminToken, createVisitor, post } from '../adapters/web/web-bot.ts'
import { startTestBot } from '../bot.ts'
import { plantAnswers } from '../contracts/spending-day.ts'
import { newDataFolder } from '../data-folder.ts'
import { startTestServer, writeTestCatalogue } from '../models.ts'

/** No intent is sure of it, and several articles have something to do with it. */
const hard =
  'If my first parcel was lost and replaced, and the second one is unused, can I still send it back and within how many days?'
const answer = { answer: 'If it is unused, you can send it back within 30 days of getting it.', sources: [1] }

test('an approved tier counts from the next message on, while the bot runs', async () => {
  const server = await startTestServer({
    protocol: 'openai',
    answer: ({ instructions }) =>
      JSON.stringify(
        instructions.startsWith('You sort messages')
          ? { intent: 'none', confidence: 0.9 }
          : { ...answer, lookUp: 'none', canAnswer: true },
      ),
  })
  const price = { input: 2, output: 10 }
  const of = (alias: string, tier: 2 | 3 | 4) => ({ alias, provider: 'openai', server, tier, price }) as const
  const catalogue = writeTestCatalogue([of('cheap', 2), of('middle', 3), of('large', 4)])
  const folder = newDataFolder()
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const database = await openPglite(folder)
  await migrate(database)
  await plantAnswers(database, 'default', { intent: 'unknown', tier: 3, answers: 30, advanced: 15 })
  await database.close()
  const bot = await startTestBot({
    TUPPENCE_CONFIG_DIR: catalogue,
    TUPPENCE_DATA_DIR: folder,
    TUPPENCE_ADMIN_TOKEN: adminToken,
  })
  const ask = async (): Promise<unknown> => (await createVisitor(bot.url).say(hard)).body.receipt

  const before = await ask()
  const { status } = await post(
    `${bot.url}/api/models/decision`,
    { id: 'unknown:3-4', decision: 'approve' },
    { authorization: `Bearer ${adminToken}` },
  )
  const after = await ask()

  expect(before).toMatchObject({ intent: 'unknown', route: 'model', tier: 3 })
  expect(status).toBe(200)
  expect(after).toMatchObject({ intent: 'unknown', route: 'model', tier: 4 })
})
