import { taughtOf } from '../data.ts'
import { requirePeer } from '../../peers/install.ts'
import { type Contender, fromJson, guessOf, toJson } from './contender.ts'

interface Neural {
  train(corpus: readonly { utterance: string; intent: string }[]): Promise<unknown>
  process(text: string): Promise<{ classifications: readonly { intent: string; score: number }[] }>
  toJSON(): unknown
  fromJSON(state: unknown): void
}

/** The neural classifier of nlp.js for English, as it comes. */
async function createNeural(): Promise<Neural> {
  const { containerBootstrap } = requirePeer('@nlpjs/core') as {
    containerBootstrap: () => Promise<{ use: (plugin: unknown) => void }>
  }
  const { NluNeural } = requirePeer('@nlpjs/nlu') as { NluNeural: new (settings: object, container: unknown) => Neural }
  const { LangEn } = requirePeer('@nlpjs/lang-en') as { LangEn: unknown }
  const container = await containerBootstrap()
  container.use(LangEn)
  return new NluNeural({ locale: 'en', log: false, container }, container)
}

export const nlpjs: Contender = {
  name: 'nlp.js',
  async train(messages) {
    const neural = await createNeural()
    await neural.train(taughtOf(messages).map(({ text, intent }) => ({ utterance: text, intent })))
    return toJson(neural.toJSON())
  },
  async open(file) {
    const neural = await createNeural()
    neural.fromJSON(fromJson(file))
    return async (text) => {
      const { classifications } = await neural.process(text)
      // Its own class for what it does not know would only lower its figures.
      const best = classifications.find(({ intent }) => intent !== 'None')
      return guessOf(best?.intent, best?.score)
    }
  },
}
