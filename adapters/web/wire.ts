import { mostToldCandidates, type AgentName, type IntentName } from '../../src/core/intent.ts'
import type { Message } from '../../src/core/message.ts'
import type { Transcript, TranscriptTurn } from '../../src/core/ports.ts'
import type { ModelCall, Receipt } from '../../src/core/receipt.ts'
import {
  ratingKind,
  type ActionMeaning,
  type RatingKind,
  type ReplyAction,
  type StoredReply,
} from '../../src/core/reply.ts'

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
    ...(classification.second === undefined ? {} : { second: classification.second }),
    ...(classification.language === undefined ? {} : { language: classification.language }),
    candidates: classification.candidates.slice(0, mostToldCandidates),
    effort: receipt.effort,
    effortReasons: receipt.effortReasons ?? [],
    ...(receipt.budgetLevel === undefined ? {} : { budgetLevel: receipt.budgetLevel }),
    tier: receipt.tier,
    route: route.kind,
    ...(route.kind === 'model' && route.isAdvanced === true ? { isAdvanced: true } : {}),
    because: route.because,
    calls: receipt.calls.map(toWireCall),
    notAsked: receipt.notAsked ?? [],
    costMicroDollars: receipt.cost,
    wouldHaveCostMicroDollars: receipt.wouldHaveCost,
    wouldHaveCostModel: receipt.wouldHaveCostModel,
    durationsMs: receipt.durationsMs,
  }
}

function toWireCall({ cost, bound, ...call }: ModelCall): object {
  return { ...call, costMicroDollars: cost, boundMicroDollars: bound }
}

/** Whether a button is shown to, and accepted from, this caller. */
export function maySee({ audience }: ReplyAction, isStaff: boolean): boolean {
  return isStaff || audience !== 'staff'
}

export function toWireReply(reply: StoredReply, isStaff: boolean): object {
  return {
    id: reply.id,
    ...(reply.message === undefined ? {} : { message: clientId(reply.message) }),
    text: reply.text,
    actions: reply.actions.filter((action) => maySee(action, isStaff)).map(toWireAction),
    audience: reply.audience,
    at: reply.at.toISOString(),
    ...toWireWriter(reply),
  }
}

/** Who wrote, where it is not plain that the bot answers a message. */
function toWireWriter({ from, message }: StoredReply): { by?: object } {
  if (from !== undefined) return { by: { kind: 'person', name: from } }
  return message === undefined ? { by: { kind: 'bot' } } : {}
}

function toWireAction({ id, label, style, meaning }: ReplyAction): object {
  return { id, label, ...(style === undefined ? {} : { style }), ...toWireKind(meaning) }
}

/** Buttons about an answer are told from those that answer it. */
function toWireKind(meaning: ActionMeaning): { kind?: RatingKind; value?: string } {
  const kind = ratingKind({ meaning })
  return { ...(kind === undefined ? {} : { kind }), ...(meaning.kind === 'feedback' ? { value: meaning.value } : {}) }
}

/** What leaves for one caller: whose buttons, and how receipts leave, or that they do not. */
export interface View {
  readonly isStaff: boolean
  readonly receipt: (receipt: Receipt | undefined) => { receipt?: object }
}

export function toWireTurn(turn: TranscriptTurn, view: View): object {
  return {
    conversation: turn.message.conversation,
    message: clientId(turn.message.id),
    replies: shownReplies(turn).map((reply) => toWireReply(reply, view.isStaff)),
    ...view.receipt(turn.receipt),
  }
}

export function toWireTranscript({ conversation, turns, replies, hasMore }: Transcript, view: View): object {
  const shown = customerReplies(replies).map((reply) => toWireReply(reply, view.isStaff))
  return {
    conversation: conversation.id,
    state: conversation.state,
    turns: turns.map((turn) => ({
      message: clientId(turn.message.id),
      ...toWireSaid(turn, view.isStaff),
      at: turn.message.receivedAt.toISOString(),
      isAnswered: turn.isAnswered,
      replies: shownReplies(turn).map((reply) => toWireReply(reply, view.isStaff)),
      ...view.receipt(turn.receipt),
    })),
    replies: shown,
    cursor: customerReplies(replies).at(-1)?.id ?? null,
    hasMore,
  }
}

/** What was written or pressed. A customer is not told which button of the team was pressed. */
function toWireSaid({ message, pressed }: TranscriptTurn, isStaff: boolean): object {
  if (message.pressed === undefined) return { text: message.text }
  const kind = pressed === undefined ? {} : toWireKind(pressed.meaning)
  if (pressed !== undefined && !maySee(pressed, isStaff)) return { text: '', pressed: true, ...kind }
  return { text: message.text, pressed: true, action: message.pressed, ...kind }
}

/** The replies of a turn that customers see. */
export function shownReplies({ replies }: TranscriptTurn): readonly StoredReply[] {
  return customerReplies(replies)
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
