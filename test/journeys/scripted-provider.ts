import { z } from 'zod'
import { startModelServer, type ModelServer } from '../servers/models.ts'

/** What the stand-in says a message means. Of any other message it says that none of the candidates fits. */
const meanings: ReadonlyMap<string, string> = new Map([
  ['there is something odd about you on my card', 'payments.unknown-charge'],
])

/** An answer as the stand-in writes it; to any other question it says that the passages hold none. */
interface ScriptedText {
  readonly question: string
  /** The id of the one model that says so; every other one when left out. */
  readonly model?: string
  readonly answer: string
  /** Words of the passages it names as its sources. */
  readonly from: readonly string[]
}

const kettle = 'If my kettle is faulty and I live in Germany, who pays for sending it back?'
const pans =
  "I cook on induction at home and on gas at my mother's. Which is better for both, copper or cast iron, and why?"

const texts: readonly ScriptedText[] = [
  {
    question: kettle,
    model: 'claude-opus-5-5',
    answer:
      'We do, because your kettle is faulty: from abroad you pay the postage yourself only when the item was neither damaged, wrong nor faulty. A faulty item can come back used, too.',
    from: ['From abroad you pay the postage', 'when they are faulty'],
  },
  {
    question: kettle,
    answer: 'From abroad you pay the postage yourself, unless the item was damaged, wrong or faulty.',
    from: ['From abroad you pay the postage'],
  },
  {
    question: pans,
    model: 'claude-opus-5-5',
    answer: 'Cast iron, because it works on induction hobs; copper pans do not, unless the label shows a coil.',
    from: ['All our pans with a magnetic base work on induction hobs'],
  },
  {
    question: pans,
    answer: 'Cast iron: it costs £25.00 and we have arranged it for you.',
    from: ['All our pans with a magnetic base'],
  },
]

const asked = z.union([
  z.object({ message: z.string() }),
  z.object({ question: z.string(), passages: z.array(z.object({ n: z.int(), text: z.string() })) }),
])

/**
 * A stand-in for Anthropic that says what the transcripts of the documents need, and nothing else. It counts a token for
 * every four bytes, so what a transcript costs is the same wherever it is recorded.
 */
export async function startScriptedProvider(): Promise<ModelServer> {
  return await startModelServer({
    protocol: 'anthropic',
    answer: ({ messages, model }) => JSON.stringify(answerTo(messages.at(-1)?.text ?? '', model)),
  })
}

function answerTo(prompt: string, model: string): object {
  const content = asked.parse(JSON.parse(prompt))
  if ('message' in content) return { intent: meanings.get(content.message) ?? 'none', confidence: 0.95 }
  const said = texts.find((text) => text.question === content.question && (text.model ?? model) === model)
  if (said === undefined) return { answer: '', sources: [], lookUp: 'none', canAnswer: false }
  const used = content.passages.filter(({ text }) => said.from.some((words) => text.includes(words)))
  return { answer: said.answer, sources: used.map(({ n }) => n), lookUp: 'none', canAnswer: true }
}
