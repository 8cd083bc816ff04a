import { migrate } from '../../../adapters/store/migrate.ts'
import { openPglite } from '../../../adapters/store/pglite.ts'
import { alertsContract } from '../../contracts/alerts.ts'

alertsContract('PGlite in memory', async () => {
  const database = await openPglite(undefined)
  await migrate(database)
  return { one: database, other: database }
})
