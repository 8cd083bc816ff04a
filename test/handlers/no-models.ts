import type { ModelParts } from '../../handlers/message-parts.ts'
import type { Message } from '../../src/core/message.ts'
import { zeroDollars } from '../../src/core/money.ts'
import type { Allowance } from '../../src/models/question.ts'

/** An installation without a single model: the profile `free`. */
export const noModels: ModelParts = {
  allowanceFor: emptyAllowance,
  classify: async (_, classification) => classification,
  forget: async () => {},
  canWrite: () => false,
  reason: async () => ({ kind: 'unanswered', because: 'no-model', detail: 'there is none' }),
  adjustTier: (_, tier) => tier,
  tierGate: 0.7,
}

/** An allowance that allows nothing. */
export function emptyAllowance({ tenant, id, conversation, channel, author }: Message): Allowance {
  return {
    tenant,
    message: id,
    conversation,
    channel,
    author: author.id,
    intent: 'unknown',
    deadlineMs: 0,
    limitFor: () => zeroDollars,
    asksForCloud: false,
    budgetLevel: undefined,
    isShortOfMoney: false,
    attemptsLeft: 0,
    asked: new Set(),
    calls: [],
    notAsked: [],
    onStatus: () => {},
    signal: new AbortController().signal,
  }
}
