import type { WishedAction } from '../src/core/reply.ts'
import type { SecondRequest } from '../src/core/intent.ts'
import type { Decision } from './decision.ts'
import { personButton } from './dialogue-steps.ts'
import type { MessageParts } from './message-parts.ts'

/** The answer to the first request of a message, with a sentence about the second and a button that begins it. */
export function withSecondRequest(
  decision: Decision,
  second: SecondRequest | undefined,
  parts: MessageParts,
): Decision {
  const isWithBot = decision.conversation.state === 'bot' && decision.route.kind === 'agent'
  const isHandedOver = decision.effects.some(({ kind }) => kind === 'hand-over')
  if (second === undefined || !isWithBot || isHandedOver) return decision
  const label = parts.labelOf(second.intent)
  const text = `${decision.text}\n\n${parts.say('dialogue.second', { second: label })}`
  return { ...decision, text, actions: withButton(decision.actions, second, parts) }
}

function withButton(
  actions: readonly WishedAction[],
  { intent, text }: SecondRequest,
  parts: MessageParts,
): readonly WishedAction[] {
  if (intent !== 'general.person')
    return [...actions, { label: parts.labelOf(intent), meaning: { kind: 'intent', intent, text } }]
  return actions.some(({ meaning }) => meaning.kind === 'person') ? actions : [...actions, personButton(parts)]
}
