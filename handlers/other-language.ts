import type { WishedAction } from '../src/core/reply.ts'
import type { MessageParts } from './message-parts.ts'

/** Languages in which wording.yaml has a sentence and a button. */
const spoken = ['es', 'fr', 'de', 'it', 'pt', 'nl', 'pl', 'tr', 'ru', 'uk', 'ar', 'hi', 'zh', 'ja', 'ko'] as const

/** What a customer is told who writes in a language that no intent is written in: in it where it is spoken, and in English. */
export function aboutLanguage(
  language: string,
  parts: Pick<MessageParts, 'say'>,
): { readonly text: string; readonly button: WishedAction } {
  const english = parts.say('language.english')
  const own = spoken.find((one) => one === language)
  if (own === undefined)
    return { text: english, button: { label: parts.say('shared.button.person'), meaning: { kind: 'person' } } }
  const label = parts.say(`language.button.${own}`)
  const text = `${parts.say(`language.sentence.${own}`)}\n\n${english}`
  return { text, button: { label, meaning: { kind: 'person' } } }
}
