import { unknownIntent } from '../src/core/intent.ts'
import type { WishedAction } from '../src/core/reply.ts'
import type { Route } from '../src/core/route.ts'
import { besidesRefusal } from '../src/classification/negation.ts'
import type { Routed } from './by-model.ts'
import type { Decision } from './decision.ts'
import { personButton } from './dialogue-steps.ts'
import type { MessageParts } from './message-parts.ts'
import { aboutLanguage } from './other-language.ts'

type Words = Pick<Decision, 'text'> & { readonly because: string; readonly button: WishedAction }

/**
 * Says why a message was not answered where that is known: it is written in another language, or says only what is *not*
 * wanted. Undefined when something was understood after all, by a model for example, or when an article answers what a
 * message says besides.
 */
export function notAnswered(routed: Routed, parts: MessageParts): Decision | undefined {
  const { turn, route: chosen } = routed
  const { intent, language, refused } = turn.classification
  if (intent !== unknownIntent || chosen.kind === 'model') return undefined
  if (language === undefined && isInArticle(routed, parts)) return undefined
  const words = language === undefined ? aboutRefused(refused, parts) : inLanguage(language, parts)
  if (words === undefined) return undefined
  const { because, text, button } = words
  const route: Route = { kind: 'agent', agent: 'general', intent: unknownIntent, because }
  return { route, text, actions: [button], effects: [], conversation: turn.conversation }
}

/** Not by what is refused: "I don't want a refund" is no question about refunds. */
function isInArticle({ turn, route }: Routed, parts: MessageParts): boolean {
  if (route.kind !== 'agent' || route.intent !== 'general.question') return false
  const besides = besidesRefusal(turn.message.text)
  return besides !== '' && parts.searchArticles(besides) !== undefined
}

function inLanguage(language: string, parts: MessageParts): Words {
  return { because: `the message is written in "${language}", which no intent is`, ...aboutLanguage(language, parts) }
}

function aboutRefused(refused: string | undefined, parts: MessageParts): Words | undefined {
  if (refused === undefined) return undefined
  const because = `the message says that ${refused} is not wanted, and not what is`
  return { because, text: parts.say('dialogue.refused', { task: parts.labelOf(refused) }), button: personButton(parts) }
}
