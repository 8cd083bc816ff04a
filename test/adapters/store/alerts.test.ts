import { alertsContract } from '../../contracts/alerts.ts'
import { openEmptyDatabase } from '../../store.ts'

alertsContract('PGlite', async () => {
  const database = await openEmptyDatabase()
  return { one: database, other: database }
})
