import type { Company } from '../../src/core/company.ts'
import type { Purpose } from '../../src/core/budget.ts'
import type { Tier } from '../../src/core/route.ts'
import { answerPrompt, answerTokens, readAnswer, type AnswerGround } from '../../src/models/prompt.ts'
import type { Allowance, Question, Reading } from '../../src/models/question.ts'
import { checkAnswer } from '../../src/safety/check-answer.ts'
import type { RecordKind } from './customer-facts.ts'

/** What an answer is written from, and checked against. */
export type Ground = AnswerGround & { readonly company: Company }

/** What a model wrote: an answer that passed its checks, or the wish to see records first. */
export type Written =
  | { readonly kind: 'answer'; readonly text: string; readonly sources: readonly number[] }
  | { readonly kind: 'look-up'; readonly records: RecordKind }

const usual = { promptTokens: 900, outputTokens: 150 }

/** The question put to a model, and what counts as an answer to it. */
export function writingOf(
  ground: Ground,
  {
    purpose,
    tier,
    allowance,
  }: {
    readonly purpose: Purpose
    readonly tier: Exclude<Tier, 0>
    readonly allowance: Allowance
  },
): Question<Written> {
  return {
    purpose,
    needs: ['answer'],
    tier,
    usual,
    maxOutputTokens: answerTokens,
    prompt: (room) => answerPrompt(ground, room),
    read: ({ text, finish }) => {
      allowance.onStatus('checking')
      if (finish !== 'stop') return { kind: 'bad', because: finish === 'length' ? 'cut off' : 'refused', score: 0 }
      return readWritten(text, ground)
    },
  }
}

function readWritten(text: string, ground: Ground): Reading<Written> {
  const read = readAnswer(text)
  if (read === undefined) return { kind: 'bad', because: 'not of the form asked for', score: 0 }
  if (read.lookUp !== 'none' && ground.mayLookUp)
    return { kind: 'good', value: { kind: 'look-up', records: read.lookUp } }
  const checked = checkAnswer(read, ground)
  if (checked.kind === 'declined') return { kind: 'declined', because: 'the sources hold no answer' }
  const { score } = checked
  if (!checked.passed) return { kind: 'bad', because: checked.failures.map(({ check }) => check).join(', '), score }
  return { kind: 'good', value: { kind: 'answer', text: read.answer, sources: read.sources }, score }
}
