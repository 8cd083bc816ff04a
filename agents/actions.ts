import type { Turn } from '../src/core/agent.ts'
import type { WishedAction } from '../src/core/reply.ts'
import type { IntentName } from '../src/core/intent.ts'
import type { Say } from '../src/core/wording.ts'
import { cut } from './texts.ts'

/** Slack's limit for a button's label. */
const longestLabel = 75
/** More buttons than this are harder to read than a list. */
const mostChoices = 5

/** Yes and no to the open question, and a person for whoever wants neither. */
export function confirmButtons(
  turn: Turn,
  say: Say,
  yes: {
    readonly label: string
    /** The slot asked for, or what the confirmation is about: a button of an earlier question must not answer this one. */
    readonly asked: string
    readonly isDangerous?: boolean
  },
): WishedAction[] {
  const { asked } = yes
  return [
    {
      ...answerButton(turn, { label: yes.label, value: 'yes', asked }),
      style: yes.isDangerous === true ? 'danger' : 'primary',
    },
    answerButton(turn, { label: say('shared.button.no'), value: 'no', asked }),
    personButton(say),
  ]
}

/** One button for each value the open question takes, at most five. */
export function choiceButtons(
  turn: Turn,
  asked: string,
  choices: readonly { label: string; value: string }[],
): WishedAction[] {
  return choices.slice(0, mostChoices).map((choice) => answerButton(turn, { ...choice, asked }))
}

/** Gets a person, whatever is going on. */
export function personButton(say: Say): WishedAction {
  return { label: cut(say('shared.button.person'), longestLabel), meaning: { kind: 'person' } }
}

/** Goes on with something else, as if the customer had written the label. */
export function intentButton(label: string, intent: IntentName, text = label): WishedAction {
  return { label: cut(label, longestLabel), meaning: { kind: 'intent', intent, text } }
}

/** What the reply offers in words, so that a yes takes it as well as the button. */
export function offerButton(label: string, intent: IntentName, text = label): WishedAction {
  return { ...intentButton(label, intent, text), style: 'primary' }
}

function answerButton(turn: Turn, choice: { label: string; value: string; asked: string }): WishedAction {
  const { label, value, asked } = choice
  return { label: cut(label, longestLabel), meaning: { kind: 'answer', task: turn.task.id, value, asked } }
}
