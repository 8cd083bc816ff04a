import type { AnswerButton, DeskCard } from '../../src/core/desk.ts'
import { plain } from '../../src/core/markup.ts'
import type { Message } from '../../src/core/message.ts'
import type { ConversationKey, Intake, TranscriptTurn } from '../../src/core/ports.ts'
import { actOn, type Acting } from './acts.ts'
import { advancedButtonOf, changeCard } from './cards.ts'
import { wakeAll, type DeskParts } from './parts.ts'
import { clockOf, nameOf, told } from './words.ts'

/** Somebody of the team presses "Try advanced AI" on a card. */
export async function askByCard(card: DeskCard, acting: Acting, parts: DeskParts): Promise<Intake> {
  const { advanced, asked, end } = card.facts
  if (asked !== undefined) return toldAsked(asked, parts)
  if (advanced === undefined || end !== undefined) return told(parts.say('desk.told.no-advanced'))
  const key = { tenant: card.tenant, conversation: card.conversation }
  const turn = await parts.conversations.turn(key, advanced.message)
  if (turn === undefined) return told(parts.say('desk.told.gone'))
  const pressed = await press(turn, { button: advanced, acting }, parts)
  if (pressed !== undefined) return pressed
  return await stamp(card, acting, parts)
}

/** The same by the menu of a message: the customer's own, or the one that answers it. */
export async function askByMenu(message: Message, acting: Acting, parts: DeskParts): Promise<Intake> {
  const turn = await turnAt(message, parts)
  const button = turn === undefined ? undefined : advancedButtonOf(turn.replies, turn.message.id)
  if (turn === undefined || button === undefined) return told(parts.say('desk.told.no-advanced'))
  const pressed = await press(turn, { button, acting }, parts)
  if (pressed !== undefined) return pressed
  const key = { tenant: message.tenant, conversation: turn.message.conversation }
  const card = (await parts.desk.of(key)).find(({ facts }) => facts.advanced?.action === button.action)
  if (card !== undefined) await stamp(card, acting, parts)
  return told(parts.say('desk.told.asked-now'))
}

/** The turn a message belongs to, whoever of the two wrote it. */
export async function turnAt(
  message: Message,
  parts: Pick<DeskParts, 'conversations' | 'pointed'>,
): Promise<TranscriptTurn | undefined> {
  const own: ConversationKey = { tenant: message.tenant, conversation: message.conversation }
  const asked = await parts.conversations.turn(own, message.id)
  if (asked !== undefined) return asked
  const answered = await parts.pointed.answeredBy(message, message.id.split(':').at(-1) ?? '')
  return answered === undefined ? undefined : await parts.conversations.turn(answered, answered.message)
}

/**
 * Presses the button under the answer itself, in the customer's conversation, so that it is used once, whoever presses
 * where, and nothing is lost when the program ends. Gives what is to be told where that comes to nothing.
 */
async function press(
  { message }: TranscriptTurn,
  { button, acting }: { readonly button: AnswerButton; readonly acting: Acting },
  parts: DeskParts,
): Promise<Intake | undefined> {
  // What answers a command may be answered once only.
  const { interaction: _i, interactionAt: _at, application: _a, ...address } = message.address
  const acceptance = await parts.inbox.accept(
    {
      tenant: message.tenant,
      id: `desk:advanced:${button.action}`,
      channel: message.channel,
      conversation: message.conversation,
      address,
      author: acting.author,
      text: parts.say('feedback.button.advanced'),
      pressed: button.action,
      isPrivate: message.isPrivate,
      receivedAt: parts.now(),
    },
    { isAddressed: true, mayPressForOthers: true },
  )
  if (acceptance !== 'new' && acceptance !== 'seen') return told(parts.say('desk.told.asked-already'))
  await wakeAll(message.tenant, new Set([message.conversation]), parts)
  return undefined
}

/** The card says who asked, and when; one that offers another try by now is left as it is. */
async function stamp({ tenant, id, facts: before }: DeskCard, acting: Acting, parts: DeskParts): Promise<Intake> {
  const decide = (card: DeskCard) => {
    const { facts } = card
    if (facts.asked !== undefined) return toldAsked(facts.asked, parts)
    if (facts.advanced?.action !== before.advanced?.action) return told(parts.say('desk.told.asked-now'))
    const asked = { by: nameOf(acting.author), at: parts.now().toISOString() }
    const changes = [changeCard(card, { facts: { ...facts, asked } }, { parts })]
    return { kind: 'act', act: { changes, replies: [] } } as const
  }
  return await actOn({ tenant, card: id, decide }, acting, parts)
}

function toldAsked(
  { by, at }: { readonly by: string; readonly at: string },
  parts: DeskParts,
): ReturnType<typeof told> {
  return told(parts.say('desk.told.asked', { by: plain(by), time: clockOf(at, parts) }))
}
