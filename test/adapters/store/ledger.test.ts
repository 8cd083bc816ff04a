import { migrate } from '../../../adapters/store/migrate.ts'
import { openPglite } from '../../../adapters/store/pglite.ts'
import { ledgerContract } from '../../contracts/ledger.ts'

ledgerContract('PGlite', async () => {
  const database = await openPglite(undefined)
  await migrate(database)
  return database
})
