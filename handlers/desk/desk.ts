import type { Message, TenantId } from '../../src/core/message.ts'
import type { FormEvent, Given, Intake, ShortcutEvent } from '../../src/core/ports.ts'
import type { Form } from '../../src/core/reply.ts'
import { actOn, answer, claim, note, resolve, type Acting } from './acts.ts'
import { askByCard, askByMenu } from './ask-advanced.ts'
import { askForTicket, openTicket } from './make-ticket.ts'
import { createOneByOne } from './one-by-one.ts'
import { actorOf, type DeskParts } from './parts.ts'
import { takeOver } from './take-over.ts'
import { takeStrays, threadOf, written } from './threads.ts'
import { createTurnDesk, type TurnDesk } from './turns.ts'
import { told } from './words.ts'

/** What the team does with customers' conversations, by cards in its channel. */
export interface TeamDesk {
  /** A pressed `desk:` button; undefined when it is none. */
  press(message: Message): Promise<Intake | undefined>
  /** A `desk:` form; undefined when it is none. */
  form(event: FormEvent): Promise<Intake | undefined>
  shortcut(event: ShortcutEvent): Promise<Intake>
  /** Something written in the thread of a card; undefined anywhere else. */
  written(message: Message, given: Given): Promise<Intake | undefined>
  /** For the turns of customers. */
  readonly turns: TurnDesk
}

/** Builds the desk. Everybody is asked for anew, at each act, whether they belong to the team. */
export function createDesk(parts: DeskParts): TeamDesk {
  const oneByOne = createOneByOne()
  return {
    press: async (message) => {
      const control = readControl(message.pressed ?? '')
      if (control === undefined) return undefined
      if (!parts.roles.isSupport(actorOf(message))) return refused(parts)
      return await oneByOne(control.id, () => press(message, control, parts))
    },
    form: async (event) => {
      const control = readControl(event.form)
      if (control === undefined) return undefined
      if (control.verb === 'ticket') return await openTicket(event, control.id, parts)
      const actor = { channel: event.channel, author: event.author.id, address: event.address }
      if (!parts.roles.isSupport(actor)) return refused(parts)
      return await oneByOne(control.id, () => submit(event, control, parts))
    },
    shortcut: async (event) => {
      const { author, message, name } = event
      if (name === 'make-ticket') return await askForTicket(event, parts)
      const actor = { channel: message.channel, author: author.id, address: message.address }
      if (!parts.roles.isSupport(actor)) return refused(parts)
      const acting = { event: `${message.id}:advanced:${author.id}`, channel: message.channel, author }
      return await askByMenu(message, acting, parts)
    },
    written: async (message, { isAddressed }) => {
      const thread = threadOf(message, parts)
      if (thread === undefined) return undefined
      return await oneByOne(thread, () => written({ message, thread, isAddressed }, parts))
    },
    turns: {
      ...createTurnDesk(parts),
      shown: async ({ key, channel }, platformId) => {
        if (channel !== 'slack' && channel !== 'discord') return
        await oneByOne(platformId, () =>
          takeStrays({ tenant: key.tenant, platform: channel, thread: platformId }, parts),
        )
      },
    },
  }
}

interface Control {
  readonly verb: string
  /** Of the card, or of the draft of a ticket. */
  readonly id: string
}

/** `desk:claim:ID` is a verb and a card. */
function readControl(id: string): Control | undefined {
  const [whose, verb, ...card] = id.split(':')
  return whose === 'desk' && verb !== undefined ? { verb, id: card.join(':') } : undefined
}

async function press(message: Message, { verb, id }: Control, parts: DeskParts): Promise<Intake> {
  const { tenant } = message
  const acting: Acting = { event: message.id, channel: message.channel, author: message.author }
  switch (verb) {
    case 'claim':
      return await actOn({ tenant, card: id, decide: claim }, acting, parts)
    case 'resolve':
      return await actOn({ tenant, card: id, decide: resolve }, acting, parts)
    case 'take':
      return await actOn({ tenant, card: id, decide: takeOver }, acting, parts)
    case 'advanced': {
      const card = await parts.desk.find(tenant, id)
      return card === undefined ? told(parts.say('desk.told.gone')) : await askByCard(card, acting, parts)
    }
    case 'reply':
    case 'note':
      return await openForm(tenant, { verb, id }, parts)
    default:
      return told(parts.say('desk.told.gone')) // a button of a version that had more of them
  }
}

/** The forms in which a person answers or keeps a note where messages cannot be read. */
async function openForm(
  tenant: TenantId,
  { verb, id }: { readonly verb: 'reply' | 'note'; readonly id: string },
  { desk, say }: DeskParts,
): Promise<Intake> {
  const card = await desk.find(tenant, id)
  if (card === undefined) return told(say('desk.told.gone'))
  if (verb === 'reply' && card.state === 'resolved') return told(say('desk.told.not-sent'))
  const [title, label, submit] =
    verb === 'reply'
      ? [say('desk.form.reply'), say('desk.form.reply-text'), say('desk.form.send')]
      : [say('desk.form.note'), say('desk.form.note-text'), say('desk.form.keep')]
  const form: Form = {
    id: `desk:${verb}:${id}`,
    title,
    submit,
    fields: [{ name: 'text', label, isLong: true, most: 3000 }],
  }
  return { kind: 'form', form }
}

async function submit(event: FormEvent, { verb, id }: Control, parts: DeskParts): Promise<Intake> {
  const text = (event.values['text'] ?? '').trim()
  if (text === '') return told(parts.say('desk.told.empty'))
  const said = { text, isShown: false }
  const acting: Acting = { event: event.id, channel: event.channel, author: event.author }
  if (verb !== 'reply' && verb !== 'note') return told(parts.say('desk.told.gone'))
  const decide = verb === 'reply' ? answer(said) : note(said)
  return await actOn({ tenant: event.tenant, card: id, decide }, acting, parts)
}

function refused({ say }: DeskParts): Intake {
  return told(say('desk.told.not-support'))
}
