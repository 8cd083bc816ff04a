import { expect, test } from 'vitest'
import { loadConfig } from '../config/load.ts'
import { newBotFolder } from './store.ts'

test('what one folder of bots left is there for its next bot, and is not in the next folder', async () => {
  const first = newBotFolder()
  const config = loadConfig({ TUPPENCE_DATA_DIR: first.path })
  const begun = await first.openStore(config, () => new Date())
  await begun.plantSample(config.tenant, config.sample)
  const secret = await begun.secret('any')
  await begun.close()
  const again = await first.openStore(config, () => new Date())
  const kept = await again.secret('any')
  await again.close()
  await first.remove()

  const next = newBotFolder()
  const database = await next.openDatabase()
  const counts = await database.query(
    'select (select count(*) from secrets) + (select count(*) from sample_customers) as left_over',
  )
  const [user] = await database.query(`select current_user, current_setting('app.tenant', true) as tenant`)
  await database.close()
  await next.remove()

  expect(kept).toBe(secret)
  expect(counts.map(({ left_over: leftOver }) => Number(leftOver))).toEqual([0])
  expect(user).toEqual({ current_user: 'postgres', tenant: '' })
  await expect(begun.secret('any')).rejects.toThrow('the store is closed')
})
