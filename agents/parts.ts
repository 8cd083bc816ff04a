import type { Answer, Agent, Turn } from '../src/core/agent.ts'
import type { Company } from '../src/core/company.ts'
import type { AgentName, IntentName } from '../src/core/intent.ts'
import type { Customers, NewId, SearchArticles, Tickets } from '../src/core/ports.ts'
import type { Say } from '../src/core/wording.ts'

/** What the rule-based agents read from and speak with. */
export interface AgentParts {
  readonly customers: Customers
  readonly tickets: Tickets
  readonly say: Say
  readonly newId: NewId
  readonly company: Company
  readonly searchArticles: SearchArticles
}

/**
 * One sub-intent from its first question to its result. Called again after every answer with the slots filled so far,
 * it walks from the top each time, so that a record that changed in the meantime is seen before anything is done.
 */
export type Flow = (turn: Turn, parts: AgentParts) => Answer | Promise<Answer>

/** An agent that has one flow for each of its intents; anything else goes to a person. */
export function createAgent(name: AgentName, flows: ReadonlyMap<IntentName, Flow>, parts: AgentParts): Agent {
  return {
    name,
    answer: async (turn) => {
      const flow = flows.get(turn.task.intent)
      if (flow !== undefined) return flow(turn, parts)
      return { kind: 'escalate', because: `The ${name} agent has no flow for ${turn.task.intent}.` }
    },
  }
}
