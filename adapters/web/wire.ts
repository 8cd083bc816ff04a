import type { AgentName, IntentName } from '../../src/core/intent.ts'
import type { Message } from '../../src/core/message.ts'
import type { Transcript, TranscriptTurn } from '../../src/core/ports.ts'
import type { Receipt } from '../../src/core/receipt.ts'
import type { StoredReply } from '../../src/core/reply.ts'

/** The receipt as scripts read it; fields are added, never renamed. */
export function toWireReceipt(receipt: Receipt, agentOf: (intent: IntentName) => AgentName | 'unknown'): object {
  const { classification, route } = receipt
  return {
    message: clientId(receipt.message),
    intent: classification.intent,
    agent: route.kind === 'agent' ? route.agent : agentOf(classification.intent),
    confidence: classification.confidence,
    stage: classification.stage,
    evidence: classification.evidence,
    candidates: classification.candidates,
    effort: receipt.effort,
    tier: receipt.tier,
    route: route.kind,
    because: route.because,
    calls: receipt.calls.map(({ cost, ...call }) => ({ ...call, costMicroDollars: cost })),
    costMicroDollars: receipt.cost,
    wouldHaveCostMicroDollars: receipt.wouldHaveCost,
    wouldHaveCostModel: receipt.wouldHaveCostModel,
    durationsMs: receipt.durationsMs,
  }
}

export function toWireReply(reply: StoredReply): object {
  return {
    id: reply.id,
    ...(reply.message === undefined ? {} : { message: clientId(reply.message) }),
    text: reply.text,
    actions: reply.actions.map(({ id, label, style }) => ({ id, label, ...(style === undefined ? {} : { style }) })),
    audience: reply.audience,
    at: reply.at.toISOString(),
  }
}

/** How receipts leave, or that they do not. */
export type ShowReceipt = (receipt: Receipt | undefined) => { receipt?: object }

export function toWireTurn(turn: TranscriptTurn, showReceipt: ShowReceipt): object {
  return {
    conversation: turn.message.conversation,
    message: clientId(turn.message.id),
    replies: customerReplies(turn.replies).map(toWireReply),
    ...showReceipt(turn.receipt),
  }
}

export function toWireTranscript(
  { conversation, turns, replies, hasMore }: Transcript,
  showReceipt: ShowReceipt,
): object {
  const shown = customerReplies(replies)
  return {
    conversation: conversation.id,
    state: conversation.state,
    turns: turns.map((turn) => ({
      message: clientId(turn.message.id),
      text: turn.message.text,
      at: turn.message.receivedAt.toISOString(),
      ...(turn.message.pressed === undefined ? {} : { pressed: true, action: turn.message.pressed }),
      isAnswered: turn.isAnswered,
      replies: customerReplies(turn.replies).map(toWireReply),
      ...showReceipt(turn.receipt),
    })),
    replies: shown.map(toWireReply),
    cursor: shown.at(-1)?.id ?? null,
    hasMore,
  }
}

function customerReplies(replies: readonly StoredReply[]): readonly StoredReply[] {
  return replies.filter((reply) => reply.audience === 'customer')
}

/** Messages are stored under their author, so that no visitor's id can meet another's. */
export function storedId(author: string, id: string): string {
  return `${author}/${id}`
}

function clientId(message: Message['id']): string {
  return message.slice(message.indexOf('/') + 1)
}
