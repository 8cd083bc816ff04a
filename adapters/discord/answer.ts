import { borderBefore, shorten } from '../../src/core/cut.ts'
import type { Intake } from '../../src/core/ports.ts'
import type { Form } from '../../src/core/reply.ts'
import { bodiesOf, type Body, bodyOfText, hidden, type PictureFile, withPicture } from './body.ts'
import type { Interaction } from './interaction.ts'

/**
 * What an interaction is answered with. The numbers are Discord's: 4 a message, 5 "is thinking", 6 nothing visible, 7 the
 * pressed message changed, 9 a form (https://docs.discord.com/developers/interactions/receiving-and-responding).
 */
export interface Answer {
  readonly type: 4 | 5 | 6 | 7 | 9
  readonly data?: object
  readonly files?: readonly PictureFile[]
  /** What does not fit into the first message. */
  readonly rest?: readonly Body[]
}

/** What whoever acted reads where the reply is the adapter's own. */
export interface Sentences {
  /** It counts only once it is stored. */
  readonly notStored: string
  /** A form can only be the first answer. */
  readonly tooSlow: string
  readonly nothingToDo: string
  /** The menu of a message of another bot, or of a notice. */
  readonly notForThis: string
  readonly done: string
}

/** What answers are made with. */
export interface Answering {
  /** The hosts to which links may lead. */
  readonly linkHosts: ReadonlySet<string>
  readonly sentences: Sentences
}

/** https://docs.discord.com/developers/components/reference, "Text Input" and "Label". */
const longestTitle = 45
const longestValue = 4000

/** What whoever acted is shown at once. */
export function answerOf(intake: Intake, interaction: Interaction, { linkHosts, sentences }: Answering): Answer {
  switch (intake.kind) {
    case 'shown':
      return toShown(intake, interaction, linkHosts)
    case 'form':
      return { type: 9, data: toModal(intake.form) }
    case 'new':
    case 'seen':
      return stored(interaction, sentences)
    case 'ignored':
      return interaction.kind === 'button' ? { type: 6 } : onlyToThem(sentences.nothingToDo)
  }
}

/** The answer to what could not be read as anything of ours. */
export function answerOfIgnored(because: string, interaction: Interaction, sentences: Sentences): Answer {
  if (because === 'bot-message' || because === 'notice') return onlyToThem(sentences.notForThis)
  return interaction.kind === 'button' ? { type: 6 } : onlyToThem(sentences.nothingToDo)
}

/** Says only that something is being done; whether others see what follows is fixed with it. */
export function deferralOf({ kind, isOnMessage }: Interaction): Answer {
  if (kind === 'ask') return { type: 5 }
  if (kind === 'button' || isOnMessage) return { type: 6 }
  return { type: 5, data: { flags: 64 } }
}

/** A message to whoever acted, and nobody else. */
export function onlyToThem(content: string): Answer {
  return { type: 4, data: hidden(bodyOfText(content)) }
}

/** A question is answered later in the same place; the rest is done. */
function stored(interaction: Interaction, { done }: Sentences): Answer {
  if (interaction.kind === 'ask') return { type: 5 }
  return interaction.kind === 'button' || interaction.isOnMessage ? { type: 6 } : onlyToThem(done)
}

function toShown(
  { reply, picture, replaces }: Extract<Intake, { kind: 'shown' }>,
  { isOnMessage, isOnCard }: Interaction,
  linkHosts: ReadonlySet<string>,
): Answer {
  const isChange = replaces === true && isOnMessage
  const [first, ...rest] = bodiesOf(reply, { linkHosts, isCard: isChange && isOnCard })
  const shared = { rest: rest.map(hidden), type: isChange ? 7 : 4 } as const
  const body = isChange ? first : hidden(first)
  if (picture === undefined) return { ...shared, data: body }
  const { body: data, files } = withPicture(body, picture)
  return { ...shared, data, files }
}

function toModal({ id, title, fields }: Form): object {
  return {
    custom_id: id,
    title: shorten(title, longestTitle),
    components: fields.slice(0, 5).map(({ name, label, value, isLong, most }) => ({
      type: 18,
      label: shorten(label, longestTitle),
      component: {
        type: 4,
        custom_id: name,
        style: isLong ? 2 : 1,
        max_length: Math.min(most, longestValue),
        required: true,
        ...(value === undefined || value === '' ? {} : { value: beginningOf(value, Math.min(most, longestValue)) }),
      },
    })),
  }
}

/** What somebody may go on writing: without a mark that they would have to take away. */
function beginningOf(value: string, most: number): string {
  return value.slice(0, borderBefore(value, most))
}
