import { BayesClassifier } from 'natural/lib/natural/classifiers/index.js'
import { taughtOf } from '../data.ts'
import { type Contender, fromJson, guessOf, toJson } from './contender.ts'

/** `natural` gives products of probabilities, not probabilities: they are brought to the sum 1, its best case. */
export const natural: Contender = {
  name: 'natural Bayes',
  async train(messages) {
    const bayes = new BayesClassifier()
    for (const { text, intent } of taughtOf(messages)) bayes.addDocument(text, intent)
    bayes.train()
    return toJson(bayes)
  },
  async open(file) {
    const bayes = BayesClassifier.restore(fromJson(file) as Record<string, unknown>)
    return (text) => {
      const ranked = bayes.getClassifications(text)
      const sum = ranked.reduce((total, { value }) => total + value, 0) || 1
      return guessOf(ranked[0]?.label, (ranked[0]?.value ?? 0) / sum)
    }
  },
}
