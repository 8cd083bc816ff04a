import { taughtOf } from '../data.ts'
import { requirePeer } from '../../peers/install.ts'
import { type Contender, guessOf, toJson } from './contender.ts'

interface Wink {
  definePrepTasks(tasks: readonly unknown[]): void
  defineConfig(config: { considerOnlyPresence: boolean; smoothingFactor: number }): void
  learn(text: string, label: string): void
  consolidate(): void
  /** Labels with their odds as logarithms of base 2, the best first. */
  computeOdds(text: string): readonly (readonly [label: string, logOdds: number])[]
  exportJSON(): string
  importJSON(text: string): void
}

/** Words and stems, each counted once a message, smoothing 0.5: the usual setting for short texts. */
function createWink(): Wink {
  const create = requirePeer('wink-naive-bayes-text-classifier') as () => Wink
  const { string, tokens } = requirePeer('wink-nlp-utils') as {
    string: { tokenize: unknown }
    tokens: { stem: unknown }
  }
  const wink = create()
  wink.definePrepTasks([
    (text: string) => (string.tokenize as (text: string) => string[])(text.toLowerCase()),
    tokens.stem,
  ])
  wink.defineConfig({ considerOnlyPresence: true, smoothingFactor: 0.5 })
  return wink
}

export const wink: Contender = {
  name: 'wink naive Bayes',
  async train(messages) {
    const classifier = createWink()
    for (const { text, intent } of taughtOf(messages)) classifier.learn(text, intent)
    const file = toJson(classifier.exportJSON())
    return file
  },
  async open(file) {
    const classifier = createWink()
    classifier.importJSON(new TextDecoder().decode(file))
    classifier.consolidate()
    return (text) => {
      const [best] = classifier.computeOdds(text)
      return guessOf(best?.[0], best === undefined ? 0 : 1 / (1 + 2 ** -best[1]))
    }
  },
}
