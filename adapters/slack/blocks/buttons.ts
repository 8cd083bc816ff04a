import { defang, type LinkRules } from '../../../src/core/links.ts'
import { ratingKind, type Reply, type ReplyAction, shownActions } from '../../../src/core/reply.ts'
import { visible } from '../../../src/core/visible.ts'
import { type PlainText, toPlainText } from './plain-text.ts'

export interface Button {
  readonly type: 'button'
  readonly action_id: string
  readonly text: PlainText
  readonly style?: 'primary' | 'danger'
  readonly confirm?: {
    readonly title: PlainText
    readonly text: PlainText
    readonly confirm: PlainText
    readonly deny: PlainText
    readonly style?: 'danger'
  }
}
export interface ActionsBlock {
  readonly type: 'actions'
  readonly elements: Button[]
}
interface FeedbackButton {
  readonly text: PlainText
  readonly value: string
}
/** 👍 and 👎 at the foot of an answer. What was pressed is told by its `value`, which is the id of our action. */
export interface FeedbackBlock {
  readonly type: 'context_actions'
  readonly elements: {
    readonly type: 'feedback_buttons'
    readonly action_id: 'feedback'
    readonly positive_button: FeedbackButton
    readonly negative_button: FeedbackButton
  }[]
}

/** https://docs.slack.dev/reference/block-kit, "Actions block", "Button element" and "Confirmation dialog", read 2026-11-27. */
const mostButtons = 25
/** Of all buttons together as JSON, so that a message has room for words beside them. Those after it are left out. */
const longestButtons = 7000
const longestId = 255
const longestLabel = 75
const longestTitle = 100
const longestQuestion = 300
const longestConfirm = 30

/** How buttons are written. */
export interface ButtonRules extends LinkRules {
  /** The other button of a question whether one is sure. */
  readonly cancel: string
}

/** The reply's own buttons in rows of 25, then those that rate it. */
export function toActionBlocks(
  reply: Pick<Reply, 'actions' | 'audience'>,
  rules: ButtonRules,
): readonly (ActionsBlock | FeedbackBlock)[] {
  const shown = shownActions(reply, longestId)
  const judging = shown.filter(({ meaning }) => meaning.kind === 'feedback')
  const feedback = toFeedback(judging, rules)
  const rating = shown.filter((action) => ratingKind(action) && !(feedback && judging.includes(action)))
  const own = shown.filter((action) => !ratingKind(action))
  return [...inRows(own, rules), ...inRows(rating, rules), ...(feedback ? [feedback] : [])]
}

/** The same where Slack has no place for feedback buttons: on the Home page. */
export function toPlainActionBlocks(
  reply: Pick<Reply, 'actions' | 'audience'>,
  rules: ButtonRules,
): readonly ActionsBlock[] {
  return inRows(shownActions(reply, longestId), rules)
}

function inRows(actions: readonly ReplyAction[], rules: ButtonRules): ActionsBlock[] {
  const rows: ActionsBlock[] = []
  let size = 0
  for (const action of actions) {
    const button = toButton(action, rules)
    size += JSON.stringify(button).length + 1
    if (size > longestButtons) break
    const row = rows.at(-1)
    if (row === undefined || row.elements.length === mostButtons) rows.push({ type: 'actions', elements: [button] })
    else row.elements.push(button)
  }
  return rows
}

function toButton({ id, label, style, confirm }: ReplyAction, rules: ButtonRules): Button {
  const text = plainText(label, longestLabel, rules)
  const question =
    confirm === undefined
      ? {}
      : {
          confirm: {
            title: plainText(label, longestTitle, rules),
            text: plainText(confirm, longestQuestion, rules),
            confirm: plainText(label, longestConfirm, rules),
            deny: plainText(rules.cancel, longestConfirm, rules),
            ...(style === 'danger' ? ({ style } as const) : {}),
          },
        }
  return { type: 'button', action_id: id, text, ...(style === undefined ? {} : { style }), ...question }
}

/** Exactly one of each kind; anything else stays ordinary buttons. */
function toFeedback(actions: readonly ReplyAction[], rules: ButtonRules): FeedbackBlock | undefined {
  const [helpful, notHelpful] = (['helpful', 'not_helpful'] as const).map((value) =>
    actions.find(({ meaning }) => meaning.kind === 'feedback' && meaning.value === value),
  )
  if (helpful === undefined || notHelpful === undefined || actions.length !== 2) return undefined
  const toFeedbackButton = ({ id, label }: ReplyAction): FeedbackButton => ({
    text: plainText(label, longestLabel, rules),
    value: id,
  })
  return {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: 'feedback',
        positive_button: toFeedbackButton(helpful),
        negative_button: toFeedbackButton(notHelpful),
      },
    ],
  }
}

function plainText(text: string, longest: number, rules: LinkRules): PlainText {
  return toPlainText(defang(visible(text), rules).replace(/\s+/g, ' ').trim(), longest)
}
