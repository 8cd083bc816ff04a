import type { Agent, Answer } from '../../src/core/agent.ts'
import { createAgent } from '../parts.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { hasCardNumber } from '../../src/safety/card-numbers.ts'
import { changeCard, failedCard } from './cards.ts'
import { discountCode, paymentMethods } from './discount-code.ts'
import { doubleChargeFlow } from './double-charge.ts'
import { invoiceCopy } from './invoice-copy.ts'
import { refundStatus } from './refund-status.ts'
import { refundRequest } from './refund.ts'
import { unknownCharge } from './unknown-charge.ts'

const flows = new Map<string, Flow>([
  ['payments.double-charge', doubleChargeFlow],
  ['payments.refund-request', refundRequest],
  ['payments.refund-status', refundStatus],
  ['payments.invoice-copy', invoiceCopy],
  ['payments.failed-card', failedCard],
  ['payments.change-card', changeCard],
  ['payments.unknown-charge', unknownCharge],
  ['payments.discount-code', discountCode],
  ['payments.methods', paymentMethods],
])

/** Charges, refunds, invoices and cards. Money goes back to the card it came from, within the company's rules, or a person decides. */
export function createPaymentsAgent(parts: AgentParts): Agent {
  const agent = createAgent('payments', flows, parts)
  return {
    name: agent.name,
    answer: async (turn) => {
      const answer = await agent.answer(turn)
      return hasCardNumber(turn.message.text) ? warned(answer, parts) : answer
    },
  }
}

/** The answer with a kind word first about card numbers in a chat. */
function warned(answer: Answer, parts: AgentParts): Answer {
  if (answer.kind === 'escalate') return answer
  return { ...answer, text: `${parts.say('payments.card-number')}\n\n${answer.text}` }
}
