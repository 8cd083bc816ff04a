import type { Agent, Answer, Turn } from '../src/core/agent.ts'
import type { Task } from '../src/core/conversation.ts'
import type { AgentName, Classification, IntentName } from '../src/core/intent.ts'
import type { Message, TenantId } from '../src/core/message.ts'
import type { Tier } from '../src/core/route.ts'
import type { StatusStep } from '../src/core/status.ts'
import type { TurnDesk } from './desk/turns.ts'
import type { SearchPassages } from '../src/knowledge/search.ts'
import type { Allowance } from '../src/models/question.ts'
import type { Reason } from '../src/models/reason.ts'
import type { Conversations, NewId, Now, SearchArticles, Tickets } from '../src/core/ports.ts'
import type { Say } from '../src/core/wording.ts'
import type { ReferenceModel } from '../src/budget/estimate.ts'

/** What models may do for a message. Where there are none, a classification stays as it is and nobody writes. */
export interface ModelParts {
  /** What one message may use of models. @param intent as far as it is known */
  allowanceFor(message: Message, intent: IntentName): Allowance
  /**
   * What a message means after the slower stages had their say: what is known of a like message, or what a cheap model
   * chooses among the candidates, when the free stages are unsure and the profile says so.
   */
  classify(text: string, classification: Classification, allowance: Allowance): Promise<Classification>
  /** Forgets what is known of a message, as when its answer was not helpful. */
  forget(tenant: TenantId, text: string): Promise<void>
  /** Whether a model is there that may write answers. */
  canWrite(): boolean
  readonly reason: Reason
  /** The tier for an intent, where a person has approved another than its effort says. */
  adjustTier(intent: IntentName, tier: Exclude<Tier, 0>): Exclude<Tier, 0>
  /** Below this agreement of its signals a message goes one tier higher, 0 to 1. */
  readonly tierGate: number
}

/** What answering a message needs; assembled once. */
export interface MessageParts {
  readonly models: ModelParts
  readonly searchPassages: SearchPassages
  readonly conversations: Conversations
  readonly tickets: Tickets
  readonly agents: ReadonlyMap<AgentName, Agent>
  readonly classify: (text: string) => Classification
  readonly agentOf: (intent: IntentName) => AgentName
  /** The intent as a customer reads it. */
  readonly labelOf: (intent: IntentName) => string
  readonly freeThreshold: number
  readonly searchArticles: SearchArticles
  readonly say: Say
  /** When people answer, as one sentence. */
  readonly hours: string
  readonly reference: ReferenceModel
  /** Whether a model of a larger tier than this is there to be asked. */
  readonly canTryAdvanced: (tier: Tier) => boolean
  /** Who is shown the button that asks it. */
  readonly advancedVisibleTo: 'staff' | 'customers'
  /** A text with personal details replaced, to be kept beside a rating. */
  readonly redact: (text: string) => string
  /** Tells whoever waits for the answer to a message what is being done. */
  readonly onStatus: (message: Message, step: StatusStep) => void
  /** The team's desk; left out where the team has no channel. */
  readonly desk?: TurnDesk | undefined
  readonly newId: NewId
  readonly now: Now
  /** Milliseconds from some fixed point, for durations only. */
  readonly elapsedMs: () => number
}

/** A turn before it is known which task it belongs to. */
export interface OpenTurn extends Omit<Turn, 'task'> {
  /** What this message may use of models, and has used. */
  readonly allowance: Allowance
}

/** Asks the task's agent. A task whose agent is missing goes to a person. */
export async function askAgent(task: Task, turn: OpenTurn, parts: MessageParts): Promise<Answer> {
  const agent = parts.agents.get(task.agent)
  if (agent === undefined) return { kind: 'escalate', because: `no agent is called ${task.agent}` }
  return await agent.answer({ ...turn, task })
}
