import { controlsContract } from '../../contracts/store/controls.ts'
import { openEmptyDatabase } from '../../store.ts'

controlsContract('PGlite', openEmptyDatabase)
