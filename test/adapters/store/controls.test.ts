import { openPglite } from '../../../adapters/store/pglite.ts'
import { controlsContract } from '../../contracts/store/controls.ts'

controlsContract('PGlite in memory', () => openPglite(undefined))
