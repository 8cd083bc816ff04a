import type { DeskAct, DeskChange, TicketDraft } from '../../src/core/desk.ts'
import type { Conversation } from '../../src/core/conversation.ts'
import { plain } from '../../src/core/markup.ts'
import { cutText, type Message } from '../../src/core/message.ts'
import type { FormEvent, Intake, ShortcutEvent } from '../../src/core/ports.ts'
import { withoutCardNumbers } from '../../src/safety/card-numbers.ts'
import { carryOut } from './acts.ts'
import { turnAt } from './ask-advanced.ts'
import { changeCard, factsOf, openCard } from './cards.ts'
import type { DeskParts } from './parts.ts'
import { lines, nameOf, told } from './words.ts'

const longestSubject = 100
const longestNote = 3000

/** Asks what the ticket for a message is about. The message is kept until the answer comes, because a form carries little. */
export async function askForTicket({ author, message: pointed }: ShortcutEvent, parts: DeskParts): Promise<Intake> {
  const { say } = parts
  const message = (await turnAt(pointed, parts))?.message ?? pointed
  const actor = { channel: pointed.channel, author: author.id, address: pointed.address }
  const isOwn = message.author.id === author.id && pointed.author.id === author.id
  if (!isOwn && !parts.roles.isSupport(actor)) return told(say('desk.told.not-yours'))
  const id = parts.newId()
  const ticket = await parts.tickets.nextId(message.tenant)
  await parts.pointed.keepDraft({ tenant: message.tenant, id, author, ticket, message })
  const subject = cutText(withoutCardNumbers(message.text).replace(/\s+/g, ' ').trim(), longestSubject)
  return {
    kind: 'form',
    form: {
      id: `desk:ticket:${id}`,
      title: say('desk.form.ticket'),
      submit: say('desk.form.open'),
      fields: [
        { name: 'subject', label: say('desk.form.subject'), value: subject, isLong: false, most: longestSubject },
        {
          name: 'note',
          label: say('desk.form.details'),
          value: cutText(message.text, longestNote),
          isLong: true,
          most: longestNote,
        },
      ],
    },
  }
}

/** Opens the ticket, once however often the form is sent. */
export async function openTicket(event: FormEvent, draftId: string, parts: DeskParts): Promise<Intake> {
  const { say } = parts
  const draft = await parts.pointed.draft(event.tenant, draftId)
  if (draft === undefined) return told(say('desk.told.gone'))
  if (draft.author.id !== event.author.id) return told(say('desk.told.not-yours'))
  const { message, ticket } = draft
  await parts.pointed.openConversation(message)
  const conversation = await parts.conversations.load({ tenant: draft.tenant, conversation: message.conversation })
  if (conversation === undefined) return told(say('desk.told.gone'))
  const done = await carryOut(draft.tenant, await actFor(draft, { event, conversation }, parts), {
    acting: { event: `ticket:${draftId}`, channel: event.channel, author: event.author },
    parts,
  })
  // A card that was changed at the same moment: pressing "Open" again does it.
  return told(done === 'changed' ? say('desk.told.again') : say('desk.told.ticket', { ticket }))
}

async function actFor(
  { message, ticket }: TicketDraft,
  { event, conversation }: { readonly event: FormEvent; readonly conversation: Conversation },
  parts: DeskParts,
): Promise<Omit<DeskAct, 'tenant' | 'event' | 'by'>> {
  const subject = cutText(
    withoutCardNumbers(event.values['subject'] ?? '')
      .replace(/\s+/g, ' ')
      .trim(),
    longestSubject,
  )
  const note = cutText(withoutCardNumbers(event.values['note'] ?? '').trim(), longestNote)
  const change = await cardFor({ message, conversation, ticket, note: note === '' ? subject : note, event }, parts)
  return {
    changes: change === undefined ? [] : [change],
    ticket: {
      id: ticket,
      opens: { subject, requester: `${message.channel}:${message.author.id}`, conversation: conversation.id },
      notes: [note === '' ? subject : note],
    },
    replies: [],
  }
}

interface Wanted {
  readonly message: Message
  readonly conversation: Conversation
  readonly ticket: string
  readonly note: string
  readonly event: FormEvent
}

/** The team reads of it in the thread of the conversation's open card, or on a card of its own. */
async function cardFor(
  { message, conversation, ticket, note, event }: Wanted,
  parts: DeskParts,
): Promise<DeskChange | undefined> {
  const { say } = parts
  const open = (await parts.desk.of({ tenant: message.tenant, conversation: conversation.id })).find(
    ({ kind }) => kind === 'hand-over',
  )
  const by = nameOf(event.author)
  if (open !== undefined)
    return changeCard(
      open,
      {},
      { parts, thread: [say('desk.thread.ticket', { by: plain(by), ticket, words: lines(note) })] },
    )
  const facts = factsOf(
    { conversation, message },
    {
      said: [{ by: 'customer', text: note }],
      because: say('desk.because.menu', { by }),
      isWithBot: conversation.state === 'bot',
    },
    parts,
  )
  return openCard({ conversation, message }, { kind: 'hand-over', state: 'waiting', ticket, facts }, parts)
}
