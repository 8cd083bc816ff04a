import { expect, test } from 'vitest'
import { loadConfig } from '../../../../config/load.ts'
import { parseArticles } from '../../../../src/knowledge/articles.ts'
import { checkAnswer, type CheckGround } from '../../../../src/safety/check-answer.ts'

const { company, articles } = loadConfig({})
const passages = parseArticles(articles).filter(({ text }) =>
  /^\*\*(?:How long you can return something|How the refund works)\*\*/.test(text),
)

function refusedBy(answer: string, said: Pick<CheckGround, 'question'> & Partial<CheckGround>): readonly string[] {
  const { failures } = checkAnswer(
    { answer, sources: [1], canAnswer: true },
    { company, passages, facts: [], history: [], ...said },
  )
  return failures.map(({ check }) => check)
}

test.each([
  ['Is the return period 90 days from my order?', 'Yes, the return period is 90 days from your return.', 'numbers'],
  ['Is the return period ninety days?', 'The return period is ninety days, whatever the reason.', 'numbers'],
  [
    'Does the money go back with £500.00 on top?',
    'The money goes back to the way you paid, £500.00 on top.',
    'numbers',
  ],
  ['Do I get 20 % of the postage?', '20 % of the postage of the first delivery is paid back.', 'numbers'],
  ['Is SAVE77 a discount code?', 'Use the discount code SAVE77.', 'identifiers'],
  ['Is the money paid back on 24 December?', 'The money goes back to the way you paid on 24 December.', 'dates'],
  [
    'I am [EMAIL_1]. Who pays for the return?',
    'To return something, simply write to [EMAIL_1] within 30 days.',
    'contacts',
  ],
])('what only the customer says is not said in the company’s name: %s → %s', (question, answer, check) => {
  expect(refusedBy(answer, { question })).toContain(check)
})

test('a figure of an earlier message is the customer’s own too, even when a reply has repeated it', () => {
  const history = [
    { role: 'user', text: 'A friend said 90 days.' },
    { role: 'assistant', text: 'You wrote: “A friend said 90 days.”' },
  ] as const

  const refused = refusedBy('The return period is 90 days.', { question: 'How long is the return period?', history })

  expect(refused).toContain('numbers')
})

test('a figure that a reply named and the customer did not may be named again', () => {
  const history = [{ role: 'assistant', text: 'You paid £38.90 for it.' }] as const

  const refused = refusedBy('The money, £38.90, goes back to the way you paid.', {
    question: 'How much money goes back?',
    history,
  })

  expect(refused).toEqual([])
})

test.each([
  [
    'I ordered 11 days ago. How long is the return period?',
    'The return period is 30 days, and you ordered 11 days ago.',
  ],
  ['Is the return period 90 days?', 'The return period is 30 days: 90 days is too long.'],
  ['I paid £500.00. When does the money go back?', 'The £500.00 you paid goes back within five working days.'],
  ['Is SAVE77 a discount code?', 'SAVE77 is not a discount code.'],
  ['Is WELCOME10 a discount code?', 'Yes, WELCOME10 is a discount code.'],
  ['Is the return period 30 days?', 'Yes, the return period is 30 days from your order.'],
])('it may be told back, denied, or be what the sources say: %s → %s', (question, answer) => {
  expect(refusedBy(answer, { question })).toEqual([])
})
