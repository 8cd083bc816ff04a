import type { Effect } from '../src/core/agent.ts'
import { unknownIntent } from '../src/core/intent.ts'
import type { Message } from '../src/core/message.ts'
import type { Decision } from './decision.ts'
import { personButton } from './dialogue-steps.ts'
import type { MessageParts, OpenTurn } from './message-parts.ts'

/** So many earlier messages are searched for files that belong to what a ticket is opened for. */
const mostEarlier = 5

/** Whether somebody sent files without a word. */
export function hasFilesOnly({ attachments = [], text }: Message): boolean {
  return attachments.length > 0 && text.trim() === ''
}

/** The files are noted, and the customer says what they are about. An open question stays open. */
export function askAboutFiles(turn: OpenTurn, parts: MessageParts): Decision {
  const { question } = turn.conversation.task ?? {}
  return {
    route: { kind: 'agent', agent: 'general', intent: unknownIntent, because: 'files came without a word' },
    text: [parts.say('files.only'), ...(question === undefined ? [] : [question.text])].join('\n\n'),
    actions: [...(question?.actions ?? []), personButton(parts)],
    effects: [],
    conversation: turn.conversation,
  }
}

/** A ticket or a note names the files that came with the message; a new ticket those of the messages just before, too. */
export async function withFiles(
  decision: Decision,
  { message }: Pick<OpenTurn, 'message'>,
  parts: MessageParts,
): Promise<Decision> {
  const place = decision.effects.findIndex(({ kind }) => kind === 'open-ticket' || kind === 'add-note')
  const effect = decision.effects[place]
  if (effect === undefined) return decision
  const files = effect.kind === 'open-ticket' ? await filesUpTo(message, parts) : namesIn(message)
  if (files.length === 0) return decision
  const effects = decision.effects.with(
    place,
    withAttachments(effect, parts.say('files.note', { files: files.join(', ') })),
  )
  return { ...decision, effects }
}

function withAttachments(effect: Effect, line: string): Effect {
  if (effect.kind !== 'open-ticket' && effect.kind !== 'add-note') return effect
  const text = effect.text.trim() === '' ? line : `${effect.text}\n\n${line}`
  if (effect.kind === 'open-ticket') return { ...effect, text, subject: effect.subject === '' ? line : effect.subject }
  return { ...effect, text }
}

function namesIn({ attachments = [] }: Message): readonly string[] {
  return attachments.map(({ name }) => name)
}

async function filesUpTo(message: Message, parts: MessageParts): Promise<readonly string[]> {
  const { tenant, conversation, id } = message
  const earlier = await parts.conversations.before({ tenant, conversation }, id, mostEarlier)
  return [...earlier.flatMap((turn) => namesIn(turn.message)), ...namesIn(message)]
}
