import { unknownIntent } from '../src/core/intent.ts'
import type { WishedAction } from '../src/core/reply.ts'
import type { Route } from '../src/core/route.ts'
import type { Routed } from './by-model.ts'
import type { Decision } from './decision.ts'
import { personButton } from './dialogue-steps.ts'
import type { MessageParts } from './message-parts.ts'

/** Languages in which wording.yaml has a sentence and a button. */
const spoken = ['es', 'fr', 'de', 'it', 'pt', 'nl', 'pl', 'tr', 'ru', 'uk', 'ar', 'hi', 'zh', 'ja', 'ko'] as const

type Words = Pick<Decision, 'text'> & { readonly because: string; readonly button: WishedAction }

/**
 * Says why a message was not answered where that is known: it is written in another language, or says only what is *not*
 * wanted. Undefined when something was understood after all, by a model for example.
 */
export function notAnswered({ turn, route: chosen }: Routed, parts: MessageParts): Decision | undefined {
  const { intent, language, refused } = turn.classification
  if (intent !== unknownIntent || chosen.kind === 'model') return undefined
  const words = language === undefined ? aboutRefused(refused, parts) : aboutLanguage(language, parts)
  if (words === undefined) return undefined
  const { because, text, button } = words
  const route: Route = { kind: 'agent', agent: 'general', intent: unknownIntent, because }
  return { route, text, actions: [button], effects: [], conversation: turn.conversation }
}

function aboutLanguage(language: string, parts: MessageParts): Words {
  const because = `the message is written in "${language}", which no intent is`
  const english = parts.say('language.english')
  const own = spoken.find((one) => one === language)
  if (own === undefined) return { because, text: english, button: personButton(parts) }
  const label = parts.say(`language.button.${own}`)
  const text = `${parts.say(`language.sentence.${own}`)}\n\n${english}`
  return { because, text, button: { label, meaning: { kind: 'person' } } }
}

function aboutRefused(refused: string | undefined, parts: MessageParts): Words | undefined {
  if (refused === undefined) return undefined
  const because = `the message says that ${refused} is not wanted, and not what is`
  return { because, text: parts.say('dialogue.refused', { task: parts.labelOf(refused) }), button: personButton(parts) }
}
