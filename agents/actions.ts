import type { Turn, WishedAction } from '../src/core/agent.ts'
import type { IntentName } from '../src/core/intent.ts'
import type { Say } from '../src/core/wording.ts'
import { cut } from './texts.ts'

/** Slack's limit for a button's label. */
const longestLabel = 75
/** More buttons than this are harder to read than a list. */
const mostChoices = 5

/** Yes and no to the open question, and a person for whoever wants neither. */
export function confirmButtons(turn: Turn, say: Say, yes: { label: string; isDangerous?: boolean }): WishedAction[] {
  return [
    { ...answerButton(turn, yes.label, 'yes'), style: yes.isDangerous === true ? 'danger' : 'primary' },
    answerButton(turn, say('shared.button.no'), 'no'),
    personButton(say),
  ]
}

/** One button for each value the open question takes, at most five. */
export function choiceButtons(turn: Turn, choices: readonly { label: string; value: string }[]): WishedAction[] {
  return choices.slice(0, mostChoices).map(({ label, value }) => answerButton(turn, label, value))
}

/** Gets a person, whatever is going on. */
export function personButton(say: Say): WishedAction {
  return { label: cut(say('shared.button.person'), longestLabel), meaning: { kind: 'person' } }
}

/** Goes on with something else, as if the customer had written the label. */
export function intentButton(label: string, intent: IntentName, text = label): WishedAction {
  return { label: cut(label, longestLabel), meaning: { kind: 'intent', intent, text } }
}

function answerButton(turn: Turn, label: string, value: string): WishedAction {
  return { label: cut(label, longestLabel), meaning: { kind: 'answer', task: turn.task.id, value } }
}
