import { ledgerContract } from '../../contracts/ledger.ts'
import { openEmptyDatabase } from '../../store.ts'

ledgerContract('PGlite', openEmptyDatabase)
