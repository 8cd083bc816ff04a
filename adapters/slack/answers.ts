import type { Address } from '../../src/core/message.ts'
import type { ChannelEvent, Intake } from '../../src/core/ports.ts'
import type { Form, Reply } from '../../src/core/reply.ts'
import { type SlackPart, type SlackRules, toBlocks, toHomeView } from './blocks.ts'
import type { SlackClient } from './bolt.ts'
import { toChannelError } from './failure.ts'
import { asWritten, withoutPreviews } from './metadata.ts'
import type { Origin, SlackReading } from './reading.ts'
import type { Respond } from './respond.ts'
import { toFormView, toResultView } from './views.ts'
import { isWithin } from './within.ts'

/** What people read where nobody else has words for it. */
export interface SlackSentences {
  /** Above what customers may ask for. */
  readonly suggestions: string
  /** A form that was asked for could not be opened. */
  readonly formFailed: string
  /** The other button of a question whether one is sure. */
  readonly cancel: string
}

/** What is done with an acknowledgement. */
export interface Answer {
  /** Sent with it. */
  readonly body?: object
  /** Done after it. */
  readonly after?: () => Promise<unknown>
}

/** What answering needs. */
export interface AnswerParts extends SlackRules {
  readonly clientFor: (team: string) => SlackClient
  readonly respond: Respond
  readonly suggestions: readonly string[]
  readonly sentences: SlackSentences
}

type EventReading = Extract<SlackReading, { kind: 'event' }>

/** Slack shows four at most (https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts, read 2026-11-27). */
const mostSuggestions = 4
/** An address for responses takes no more (https://docs.slack.dev/interactivity/handling-user-interaction, read 2026-11-27). */
const mostResponses = 5
/** Beside what was needed to decide on it. */
const openingLimitMs = 1000

/** How Slack is told what became of an event. A form is opened at once, because Slack allows it for three seconds only. */
export async function answerTo(reading: EventReading, intake: Intake, parts: AnswerParts): Promise<Answer> {
  const { event, origin } = reading
  if (intake.kind === 'form') return await openForm(reading, intake.form, parts)
  if (event.kind === 'stop') return { after: () => leaveProcessing(origin, parts) }
  // A picture is left out: its reply tells the same in words, and showing it would take a scope more.
  if (intake.kind !== 'shown') return {}
  const { reply } = intake
  switch (event.kind) {
    case 'command': {
      const [head, ...rest] = toBlocks(reply, parts)
      return { body: toEphemeral(head), after: () => respondAll(origin, rest.map(toEphemeral), parts) }
    }
    case 'form':
      return { body: { response_action: 'update', view: toPage(origin, reply, parts) } }
    case 'home':
      return { after: () => publishHome(origin, reply, parts) }
    default:
      return { after: () => show(origin, { reply, replaces: intake.replaces === true }, parts) }
  }
}

/** A command whose answer came too late for its acknowledgement. */
export async function answerLate(reading: EventReading, intake: Intake, parts: AnswerParts): Promise<void> {
  const { body, after } = await answerTo(reading, intake, parts)
  if (body !== undefined) await respondAll(reading.origin, [body], parts)
  await after?.()
}

/** Says what customers may ask for. Apps with the agent view name no thread here. */
export async function suggest(
  { team, channel }: Origin & { readonly channel: string },
  { clientFor, suggestions, sentences }: AnswerParts,
): Promise<void> {
  if (suggestions.length === 0) return
  const prompts = suggestions.slice(0, mostSuggestions).map((message) => ({ title: message, message }))
  await clientFor(team)
    .assistant.threads.setSuggestedPrompts({ channel_id: channel, title: sentences.suggestions, prompts })
    .catch((error: unknown) => {
      throw toChannelError('Slack did not take the suggestions', error)
    })
}

async function openForm({ event, origin }: EventReading, form: Form, parts: AnswerParts): Promise<Answer> {
  const view = toFormView(form, { team: origin.team, ...addressOf(event) })
  if (event.kind === 'form') return { body: { response_action: 'update', view } }
  const opening = parts.clientFor(origin.team).views.open({ trigger_id: origin.trigger ?? '', view })
  const after = async (): Promise<void> => {
    try {
      await opening
    } catch (error) {
      const reply = { text: parts.sentences.formFailed, actions: [], audience: 'customer' } as const
      await show(origin, { reply, replaces: false }, parts)
      throw toChannelError('Slack did not open a form', error)
    }
  }
  // The acknowledgement is due as well; Slack opens nothing after three seconds.
  await isWithin(openingLimitMs, opening)
  return { after }
}

function addressOf(event: ChannelEvent): Address {
  switch (event.kind) {
    case 'message':
    case 'action':
    case 'shortcut':
      return event.message.address
    case 'command':
    case 'form':
    case 'home':
      return event.address
    case 'edit':
    case 'delete':
    case 'stop':
      return {}
  }
}

/** To whoever acted and nobody else: where they acted, or on the page they acted on. */
async function show(
  origin: Origin,
  { reply, replaces }: { reply: Reply; replaces: boolean },
  parts: AnswerParts,
): Promise<void> {
  const { team, user, channel, thread, view, responseUrl } = origin
  if (view?.kind === 'home') return await publishHome(origin, reply, parts)
  const { views, chat } = parts.clientFor(team)
  if (view !== undefined) return void (await views.update({ view_id: view.id, view: toPage(origin, reply, parts) }))
  const place = thread === undefined ? {} : { thread_ts: thread }
  const shown = toBlocks(reply, parts)
  if (responseUrl !== undefined) {
    const bodies = shown.map((part, index) =>
      replaces && index === 0
        ? { ...toEphemeral(part), replace_original: true }
        : { ...toEphemeral(part), replace_original: false, ...place },
    )
    return await respondAll(origin, bodies, parts)
  }
  if (channel === undefined || user === undefined) return
  for (const part of shown) await chat.postEphemeral({ channel, user, ...place, ...part, ...asWritten })
}

/** For whoever acted, as the text it is. */
function toEphemeral(part: SlackPart): SlackPart & { readonly response_type: 'ephemeral' } {
  return { response_type: 'ephemeral', ...part, ...asWritten, ...withoutPreviews }
}

async function respondAll({ responseUrl }: Origin, bodies: readonly object[], { respond }: AnswerParts): Promise<void> {
  if (responseUrl === undefined) return
  for (const body of bodies.slice(0, mostResponses)) await respond(responseUrl, body)
}

async function publishHome({ team, user }: Origin, reply: Reply, parts: AnswerParts): Promise<void> {
  if (user === undefined) return
  await parts
    .clientFor(team)
    .views.publish({ user_id: user, view: toHomeView(reply, parts) })
    .catch((error: unknown) => {
      throw toChannelError('Slack did not show a home page', error)
    })
}

/** A modal takes what a home page takes. */
function toPage({ view }: Origin, reply: Reply, parts: AnswerParts): ReturnType<typeof toResultView> {
  return toResultView(view?.title ?? '', toHomeView(reply, parts).blocks)
}

/** Slack shows the Stop button until the app says that it has stopped. */
async function leaveProcessing({ team, channel, thread }: Origin, { clientFor }: AnswerParts): Promise<void> {
  if (channel === undefined || thread === undefined) return
  await clientFor(team)
    .agents.sessions.setStatus({ channel_id: channel, thread_ts: thread, status: 'active' })
    .catch((error: unknown) => {
      throw toChannelError('Slack did not end a stopped session', error)
    })
}
