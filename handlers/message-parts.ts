import type { Agent, Answer, Turn } from '../src/core/agent.ts'
import type { Task } from '../src/core/conversation.ts'
import type { AgentName, Classification, IntentName } from '../src/core/intent.ts'
import type { Conversations, NewId, Now, SearchArticles, Tickets } from '../src/core/ports.ts'
import type { Say } from '../src/core/wording.ts'
import type { ReferenceModel } from '../src/budget/estimate.ts'

/** What answering a message needs; assembled once. */
export interface MessageParts {
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
  readonly newId: NewId
  readonly now: Now
  /** Milliseconds from some fixed point, for durations only. */
  readonly elapsedMs: () => number
}

/** A turn before it is known which task it belongs to. */
export type OpenTurn = Omit<Turn, 'task'>

/** Asks the task's agent. A task whose agent is missing goes to a person. */
export async function askAgent(task: Task, turn: OpenTurn, parts: MessageParts): Promise<Answer> {
  const agent = parts.agents.get(task.agent)
  if (agent === undefined) return { kind: 'escalate', because: `no agent is called ${task.agent}` }
  return await agent.answer({ ...turn, task })
}
