import { createClassifier } from '../../../src/classification/classify.ts'
import { fromBytes, toBytes, train } from '../../../src/classification/training.ts'
import { examplesOf } from '../data.ts'
import type { Contender } from './contender.ts'

/** The first stage, whole: what the bot runs for each message, with confidence, candidates and evidence. */
export const tuppence: Contender = {
  name: 'Tuppence',
  async train(messages) {
    return toBytes(train(examplesOf(messages)))
  },
  async open(file) {
    const classifier = createClassifier({ fitted: fromBytes(file) })
    return (text) => {
      const { intent, candidates } = classifier.classify(text)
      const [best] = candidates
      return { intent, best: best?.intent ?? intent, confidence: best?.confidence ?? 0 }
    }
  },
}
