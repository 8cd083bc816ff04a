import type { Answer } from '../src/core/agent.ts'
import type { WishedAction } from '../src/core/reply.ts'
import type { Conversation, Task } from '../src/core/conversation.ts'
import type { SecondRequest } from '../src/core/intent.ts'
import type { Route } from '../src/core/route.ts'
import { firstRequestOf } from '../src/classification/requests.ts'
import { findEntities, isBareValue } from '../src/dialogue/entities.ts'
import { isBareAnswer } from '../src/dialogue/remarks.ts'
import { words } from '../src/dialogue/slots.ts'
import { newTask } from '../src/dialogue/tasks.ts'
import { chooseRoute } from '../src/routing/choose-route.ts'
import type { Decision } from './decision.ts'
import { chooseAnswer, type Routed } from './by-model.ts'
import { clarify, passToTeam, personButton, questionAgain, sayWordless } from './dialogue-steps.ts'
import { answerFragment } from './fragments.ts'
import { handOver } from './hand-over.ts'
import { notAnswered } from './not-answered.ts'
import { withSecondRequest } from './second-request.ts'
import { askAgent, type MessageParts, type OpenTurn } from './message-parts.ts'

/** More waiting tasks than these are forgotten, oldest first. */
const mostPaused = 3

/** What an agent said, and how the message came to it. */
interface Step {
  readonly task: Task
  readonly answer: Exclude<Answer, { kind: 'escalate' }>
  readonly route: Route
}

/** Lets the task's agent go on with the slots filled so far. Another task that is open, as when a button begins this one, is not lost. */
export async function runTask(
  { task, because }: { readonly task: Task; readonly because: string },
  turn: OpenTurn,
  parts: MessageParts,
): Promise<Decision> {
  const answer = await askAgent(task, turn, parts)
  if (answer.kind === 'escalate') return await handOver(answer, turn, parts)
  const route: Route = { kind: 'agent', agent: task.agent, intent: task.intent, because }
  const conversation = {
    ...turn.conversation,
    paused: turn.conversation.paused.filter((other) => other.id !== task.id),
  }
  const step = { task, answer, route }
  const { task: open } = conversation
  if (open === undefined || open.id === task.id || open.intent === task.intent)
    return withSecondRequest(finish(step, conversation, parts), turn.classification.second, parts)
  return interrupt(open, step, { conversation, parts })
}

/** Answers a message that opens something new; `open` is the task it interrupts, if any. */
export async function answerRequest(turn: OpenTurn, parts: MessageParts, open?: Task): Promise<Decision> {
  const { message, classification } = turn
  if (words(message.text) === 0 && !isBareAnswer(message.text)) return sayWordless(turn, parts)
  const free = chooseRoute(classification, parts.searchArticles(message.text) !== undefined, parts)
  // An address alone looks like the wish to change it.
  const isValue = isBareValue(message.text) && findEntities(message.text).email !== undefined
  const fragment = free.kind === 'agent' && !isValue ? undefined : answerFragment(turn, parts)
  if (fragment !== undefined) return fragment

  const routed = await chooseAnswer(turn, parts)
  const followed = notAnswered(routed, parts) ?? (await follow(routed, open, parts))
  const { effort, reasons } = routed.estimate
  const understood = routed.turn.classification
  const decision = withSecondRequest(followed, secondOf(routed), parts)
  return { ...decision, classification: understood, effort, effortReasons: reasons }
}

/** From the route to the words. `open` is the task that is interrupted, if any. */
async function follow(
  { turn, route, written }: Routed,
  open: Task | undefined,
  parts: MessageParts,
): Promise<Decision> {
  const { message, conversation } = turn
  if (route.kind === 'clarify' && conversation.unclear === 0) return clarify(route, turn, parts)
  if (route.kind === 'clarify' || route.kind === 'person') return await passToTeam(route.because, turn, parts)

  const intent = route.kind === 'agent' ? route.intent : 'general.question'
  const said = firstRequestOf(message.text, secondOf({ turn, route }))
  const task = withMeant(newTask(intent, said, parts), conversation)
  const answer = written === undefined ? await askAgent(task, turn, parts) : writtenAnswer(written, parts)
  if (answer.kind === 'escalate') return await handOver(answer, turn, parts)
  const step = { task, answer, route }
  return open === undefined ? finish(step, conversation, parts) : interrupt(open, step, { conversation, parts })
}

/** The second request of a message whose first one is answered; a model or an article that answers the whole leaves none. */
function secondOf({ turn, route }: Pick<Routed, 'turn' | 'route'>): SecondRequest | undefined {
  const { intent, second } = turn.classification
  return route.kind === 'agent' && route.intent === intent ? second : undefined
}

/** What a model wrote changes nothing: it has no effects and asks for nothing. */
function writtenAnswer(text: string, parts: MessageParts): Exclude<Answer, { kind: 'escalate' }> {
  return { kind: 'reply', text, actions: [personButton(parts)] }
}

/** "Refund it then": without a number of its own a request is about what was talked of last. */
function withMeant(task: Task, { last }: Conversation): Task {
  const hasNumber = Object.keys(numbersOf(task.slots)).length > 0
  const isPointing = /\b(?:it|that|this|that one|this one|the same)\b/i.test(task.slots['first'] ?? '')
  return last === undefined || hasNumber || !isPointing ? task : { ...task, slots: { ...last.slots, ...task.slots } }
}

/** The task goes on with its next question, or is done; then the newest paused one is offered again. */
function finish(step: Step, conversation: Conversation, parts: MessageParts): Decision {
  const { task, answer, route } = step
  const said = { route, text: answer.text, actions: answer.actions ?? [], effects: answer.effects ?? [] }
  if (answer.kind === 'ask')
    return { ...said, conversation: { ...conversation, task: asking(task, answer), unclear: 0 } }

  const { task: _, ...closed } = conversation
  const last = { intent: task.intent, agent: task.agent, slots: numbersOf(task.slots) }
  const next: Conversation = { ...closed, last, unclear: 0 }
  const waiting = conversation.paused.at(-1)
  if (waiting === undefined) return { ...said, conversation: next }
  const text = `${answer.text}\n\n${parts.say('dialogue.resume-offer', { task: parts.labelOf(waiting.intent) })}`
  return { ...said, text, actions: [...resumeButtons(waiting, parts), ...said.actions], conversation: next }
}

/** What may be asked again about: never an address or a code. */
function numbersOf({ order, ticket, invoice }: Task['slots']): Task['slots'] {
  return {
    ...(order === undefined ? {} : { order }),
    ...(ticket === undefined ? {} : { ticket }),
    ...(invoice === undefined ? {} : { invoice }),
  }
}

function resumeButtons(task: Task, parts: MessageParts): WishedAction[] {
  return [
    { label: parts.say('dialogue.button.resume'), style: 'primary', meaning: { kind: 'resume', task: task.id } },
    { label: parts.say('dialogue.button.drop'), meaning: { kind: 'drop', task: task.id } },
  ]
}

interface Scene {
  readonly conversation: Conversation
  readonly parts: MessageParts
}

/** Something else in the middle of a task: answered at once, or begun while the open task waits. */
function interrupt(open: Task, step: Step, scene: Scene): Decision {
  return step.answer.kind === 'ask' ? putAside(open, step, scene) : returnTo(open, step, scene)
}

/** A short answer in the middle of a task, then the open question again. */
function returnTo(open: Task, { answer, route }: Step, { conversation, parts }: Scene): Decision {
  const question = open.question ?? { text: '', actions: [] }
  const back = parts.say('dialogue.back-to', { task: parts.labelOf(open.intent), question: questionAgain(open) })
  return {
    route,
    text: `${answer.text}\n\n${back}`,
    actions: question.actions,
    effects: answer.effects ?? [],
    conversation: { ...conversation, unclear: 0 },
  }
}

/** The open task waits while another one is done. */
function putAside(open: Task, { task, answer, route }: Step, { conversation, parts }: Scene): Decision {
  const others = conversation.paused.filter((other) => other.intent !== open.intent)
  return {
    route,
    text: `${parts.say('dialogue.put-aside', { task: parts.labelOf(open.intent) })} ${answer.text}`,
    actions: answer.actions ?? [],
    effects: answer.effects ?? [],
    conversation: {
      ...conversation,
      task: asking(task, answer),
      paused: [...others, open].slice(-mostPaused),
      unclear: 0,
    },
  }
}

function asking(task: Task, answer: Step['answer']): Task {
  if (answer.kind === 'reply') return task
  const question = { text: answer.text, actions: answer.actions ?? [] }
  return { ...task, slots: answer.slots ?? task.slots, asking: answer.missing, question }
}
