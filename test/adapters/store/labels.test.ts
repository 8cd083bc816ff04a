import { labelsContract } from '../../contracts/labels.ts'
import { openEmptyDatabase } from '../../store.ts'

labelsContract('PGlite', openEmptyDatabase)
