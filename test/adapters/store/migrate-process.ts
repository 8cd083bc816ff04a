import { migrate } from '../../../adapters/store/migrate.ts'
import { openPostgres } from '../../../adapters/store/postgres.ts'

/** A process that migrate.postgres.test.ts kills in the middle of a migration. */
const [url = '', schema = ''] = process.argv.slice(2)
await migrate(await openPostgres(url, schema))
