import { openPglite } from '../../../adapters/store/pglite.ts'
import { spendingContract } from '../../contracts/spending.ts'

spendingContract('PGlite in memory', () => openPglite(undefined))
