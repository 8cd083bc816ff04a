import type { Answer, WishedAction } from '../src/core/agent.ts'
import type { Conversation, Task } from '../src/core/conversation.ts'
import { unknownIntent } from '../src/core/intent.ts'
import type { Route } from '../src/core/route.ts'
import { words } from '../src/dialogue/slots.ts'
import { newTask } from '../src/dialogue/understand.ts'
import { chooseRoute } from '../src/routing/choose-route.ts'
import type { Decision } from './decision.ts'
import { clarify, passToTeam } from './dialogue-steps.ts'
import { handOver } from './hand-over.ts'
import { askAgent, type MessageParts, type OpenTurn } from './message-parts.ts'

/** More waiting tasks than these are forgotten, oldest first. */
const mostPaused = 3

/** Lets the task's agent go on with the slots filled so far. */
export async function runTask(task: Task, because: string, turn: OpenTurn, parts: MessageParts): Promise<Decision> {
  const answer = await askAgent(task, turn, parts)
  if (answer.kind === 'escalate') return await handOver(turn, answer.because, parts, answer.effects)
  const route: Route = { kind: 'agent', agent: task.agent, intent: task.intent, because }
  return finish(task, answer, withoutTask(turn.conversation, task), route, parts)
}

/** Answers a message that opens something new; `open` is the task it interrupts, if any. */
export async function answerRequest(turn: OpenTurn, parts: MessageParts, open?: Task): Promise<Decision> {
  const { message, classification, conversation } = turn
  if (classification.intent === unknownIntent && words(message.text) === 0) return wordless(turn, parts)
  const route = chooseRoute(classification, parts.searchArticles(message.text) !== undefined, parts)
  if (route.kind === 'clarify' && conversation.unclear === 0) return clarify(route, turn, parts)
  if (route.kind !== 'agent') return await passToTeam(turn, route.because, parts)

  const task = newTask(route.intent, message.text, parts)
  const answer = await askAgent(task, turn, parts)
  if (answer.kind === 'escalate') return await handOver(turn, answer.because, parts, answer.effects)
  if (open === undefined) return finish(task, answer, conversation, route, parts)
  return answer.kind === 'ask' ? putAside(open, task, answer, turn, route, parts) : returnTo(open, answer, turn, route, parts)
}

function wordless(turn: OpenTurn, parts: MessageParts): Decision {
  const route: Route = { kind: 'agent', agent: 'general', intent: unknownIntent, because: 'the message holds no word' }
  return { route, text: parts.say('dialogue.wordless'), actions: [], effects: [], conversation: turn.conversation }
}

type Spoken = Exclude<Answer, { kind: 'escalate' }>

/** The task goes on with its next question, or is done; then the newest paused one is offered again. */
function finish(task: Task, answer: Spoken, conversation: Conversation, route: Route, parts: MessageParts): Decision {
  const effects = answer.effects ?? []
  const actions = answer.actions ?? []
  if (answer.kind === 'ask') {
    const next = asking(task, answer)
    return { route, text: answer.text, actions, effects, conversation: { ...conversation, task: next, unclear: 0 } }
  }
  const { task: _, ...rest } = conversation
  const waiting = conversation.paused.at(-1)
  if (waiting === undefined) return { route, text: answer.text, actions, effects, conversation: { ...rest, unclear: 0 } }
  const text = `${answer.text}\n\n${parts.say('dialogue.resume-offer', { task: parts.labelOf(waiting.intent) })}`
  return { route, text, actions: [...resumeButtons(waiting, parts), ...actions], effects, conversation: { ...rest, unclear: 0 } }
}

function resumeButtons(task: Task, parts: MessageParts): WishedAction[] {
  return [
    { label: parts.say('dialogue.button.resume'), style: 'primary', meaning: { kind: 'resume', task: task.id } },
    { label: parts.say('dialogue.button.drop'), meaning: { kind: 'drop', task: task.id } },
  ]
}

/** A short answer in the middle of a task, then the open question again. */
function returnTo(open: Task, answer: Spoken, turn: OpenTurn, route: Route, parts: MessageParts): Decision {
  const question = open.question ?? { text: '', actions: [] }
  const back = parts.say('dialogue.back-to', { task: parts.labelOf(open.intent), question: question.text })
  return {
    route,
    text: `${answer.text}\n\n${back}`,
    actions: question.actions,
    effects: answer.effects ?? [],
    conversation: { ...turn.conversation, unclear: 0 },
  }
}

/** The open task waits while another one is done. */
function putAside(
  open: Task,
  task: Task,
  answer: Extract<Answer, { kind: 'ask' }>,
  turn: OpenTurn,
  route: Route,
  parts: MessageParts,
): Decision {
  const paused = [...turn.conversation.paused.filter((other) => other.intent !== open.intent), open].slice(-mostPaused)
  return {
    route,
    text: `${parts.say('dialogue.put-aside', { task: parts.labelOf(open.intent) })} ${answer.text}`,
    actions: answer.actions ?? [],
    effects: answer.effects ?? [],
    conversation: { ...turn.conversation, task: asking(task, answer), paused, unclear: 0 },
  }
}

function asking(task: Task, answer: Extract<Answer, { kind: 'ask' }>): Task {
  return {
    ...task,
    slots: answer.slots ?? task.slots,
    asking: answer.missing,
    question: { text: answer.text, actions: answer.actions ?? [] },
  }
}

function withoutTask(conversation: Conversation, task: Task): Conversation {
  return { ...conversation, paused: conversation.paused.filter((other) => other.id !== task.id) }
}
