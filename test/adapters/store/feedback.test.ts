import { openPglite } from '../../../adapters/store/pglite.ts'
import { feedbackContract } from '../../contracts/feedback.ts'

feedbackContract('PGlite', () => openPglite(undefined))
