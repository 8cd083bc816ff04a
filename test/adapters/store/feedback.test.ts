import { feedbackContract } from '../../contracts/feedback.ts'
import { openEmptyDatabase } from '../../store.ts'

feedbackContract('PGlite', openEmptyDatabase)
