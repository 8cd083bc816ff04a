import { spendingContract } from '../../contracts/spending.ts'
import { openEmptyDatabase } from '../../store.ts'

spendingContract('PGlite', openEmptyDatabase)
