import { uuidv7 } from 'uuidv7'
import { handleMessage } from '../../handlers/message.ts'
import type { Conversation } from '../../src/core/conversation.ts'
import type { Message } from '../../src/core/message.ts'
import type { MicroDollars } from '../../src/core/money.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import type { TranscriptTurn } from '../../src/core/ports.ts'
import type { ModelCall } from '../../src/core/receipt.ts'
import type { ReplyAction } from '../../src/core/reply.ts'
import type { Reason, Reasoned } from '../../src/models/reason.ts'
import { tenant, type Rig } from './rig.ts'

const key = { tenant, conversation: 'c-1' }

/** A call of a large model that cost 1,234 micro-dollars. */
export const largeCall: ModelCall = {
  model: 'large',
  provider: 'anthropic',
  wireName: 'large-1',
  tier: 4,
  purpose: 'advanced',
  inputTokens: 900,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 120,
  cost: 1234 as MicroDollars,
  bound: 5000 as MicroDollars,
  durationMs: 900,
  outcome: 'answered',
}

/** A large model that answers every question with the words it was asked. */
export const knowing: Reason = async ({ text }, { allowance }) => {
  allowance.calls.push(largeCall)
  allowance.notAsked.push('haiku: its circuit is open')
  return { kind: 'answered', text: `A better answer to: ${text}`, model: 'large', tier: 4 }
}

/** No model answers, for this reason. */
export function speechless(because: Extract<Reasoned, { kind: 'unanswered' }>['because']): Reason {
  const failed: ModelCall = { ...largeCall, outcome: 'failed', because: 'timed-out', cost: 5000 as MicroDollars }
  return async (_, { allowance }) => {
    allowance.calls.push(failed)
    return { kind: 'unanswered', because, detail: 'as the test says' }
  }
}

/** Says something and gives the turn once it is answered. */
export async function say(rig: Rig, text: string, more: Partial<Message> = {}): Promise<TranscriptTurn> {
  const id = uuidv7()
  await rig.write(text, { id, ...more })
  return await answeredTurn(rig, id)
}

/** Presses a button and gives the turn of the press once it is answered. */
export async function press(rig: Rig, action: ReplyAction): Promise<TranscriptTurn> {
  return await say(rig, action.label, { pressed: action.id })
}

async function answeredTurn(rig: Rig, id: string): Promise<TranscriptTurn> {
  const limitAt = performance.now() + 10_000
  for (;;) {
    const turn = await rig.store.conversations.turn(key, id)
    if (turn?.isAnswered === true) return turn
    if (performance.now() > limitAt) throw new Error(`message ${id} was not answered within ten seconds`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** What pressing a button would store, worked out without storing it. */
export async function outcomeOfPress(rig: Rig, action: ReplyAction, before?: Conversation): Promise<Outcome> {
  const message: Message = {
    tenant,
    id: uuidv7(),
    channel: 'slack',
    conversation: 'c-1',
    address: { channel: 'D1' },
    author: { id: 'U1' },
    text: action.label,
    pressed: action.id,
    isPrivate: true,
    receivedAt: rig.parts.now(),
  }
  return await handleMessage(message, before ?? (await conversation(rig)), rig.parts)
}

export async function conversation(rig: Rig): Promise<Conversation> {
  const found = await rig.store.conversations.load(key)
  if (found === undefined) throw new Error('nothing was said yet')
  return found
}

/** The button of a turn that means this. */
export function buttonFor(
  turn: TranscriptTurn,
  meaning: 'helpful' | 'not_helpful' | 'advanced' | 'person',
): ReplyAction {
  const actions = turn.replies.flatMap((reply) => reply.actions)
  const found = actions.find((action) =>
    action.meaning.kind === 'feedback' ? action.meaning.value === meaning : action.meaning.kind === meaning,
  )
  if (found === undefined)
    throw new Error(`no button "${meaning}" among ${actions.map(({ label }) => label).join(', ')}`)
  return found
}

/** The labels under a turn's replies, in their order. */
export function labels(turn: TranscriptTurn): readonly string[] {
  return turn.replies.flatMap(({ actions }) => actions.map(({ label }) => label))
}
