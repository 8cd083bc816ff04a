import type { Answer } from '../../src/core/agent.ts'
import type { DiscountCode } from '../../src/core/company.ts'
import { plain } from '../../src/core/markup.ts'
import { printCents } from '../../src/core/money.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { askText, requestText, sorry } from '../questions.ts'
import { cut } from '../texts.ts'

/** A code's usual shape: letters, then the percentage. */
const codeShape = /\b[A-Z]{3,}\d{1,3}\b/

/** "My code doesn't work": whether the code is known, still valid, and from which basket on. */
export const discountCode: Flow = (turn, parts) => {
  const said = turn.task.slots['code']
  const code = codeIn(parts, said ?? requestText(turn)) ?? said
  if (code === undefined) return askText(turn, parts, { name: 'code', text: parts.say('payments.discount-code.ask') })
  const known = parts.company.codes.find((one) => one.code === code.trim().toUpperCase())
  if (known === undefined)
    return sorry(parts, parts.say('payments.discount-code.unknown', { code: plain(cut(code, 40)) }))
  return sorry(parts, rules(parts, known))
}

function codeIn(parts: AgentParts, text: string): string | undefined {
  const words = new Set(text.toUpperCase().split(/[^A-Z0-9]+/))
  return parts.company.codes.find(({ code }) => words.has(code))?.code ?? codeShape.exec(text)?.[0]
}

function rules(parts: AgentParts, { code, worth, isExpired, minimum }: DiscountCode): string {
  const { say, company } = parts
  if (isExpired) return say('payments.discount-code.expired', { code })
  if (minimum === undefined) return say('payments.discount-code.valid', { code, worth })
  return say('payments.discount-code.minimum', { code, worth, amount: printCents(minimum, company.currency) })
}

/** "Do you take PayPal?" */
export const paymentMethods: Flow = (_, parts): Answer => ({
  kind: 'reply',
  text: parts.say('payments.methods', {
    methods: parts.company.paymentMethods.map((method) => `- ${method}`).join('\n'),
  }),
})
