import { setTimeout as pause } from 'node:timers/promises'
import { seeded } from '../../random.ts'
import { ask, type Question } from '../sending/judge.ts'
import type { Stage } from '../sending/stage.ts'

export interface Asking {
  readonly done: Promise<void>
  readonly ended: () => boolean
}

/** In each conversation somebody asks so often. */
const perConversation = 5
/** Between the messages of a conversation, at most. */
const longestPauseMs = 2000

/**
 * Customers write when their hour has come, however slowly the others are answered, so that a bot that stands still is not
 * spared its work. Only the first message of a conversation is waited for: before the bot has it, the rest is not addressed
 * to anybody.
 *
 * @param plan.perSecond questions a second, on average
 */
export function askOnTime(
  plan: { readonly seed: number; readonly questions: number; readonly perSecond: number },
  stage: Stage,
  questions: Question[],
): Asking {
  const begunMs = performance.now()
  const random = seeded(plan.seed)
  const conversations = Math.ceil(plan.questions / perConversation)
  const lengthMs = (plan.questions / plan.perSecond) * 1000
  let hasEnded = false
  const converse = async (name: number): Promise<void> => {
    const own = seeded(plan.seed * 1000 + name)
    let dueMs = begunMs + random() * lengthMs
    const left = Math.min(perConversation, plan.questions - name * perConversation)
    const open: Promise<unknown>[] = []
    for (let index = 0; index < left; index += 1) {
      await pause(Math.max(0, dueMs - performance.now()))
      const asked = askOnce(String(name), name * 100 + index + 1000, { stage, questions, random: own })
      open.push(asked)
      if (index === 0 && (await asked) === undefined) break
      dueMs += own() * longestPauseMs
    }
    await Promise.all(open)
  }
  const done = Promise.all(Array.from({ length: conversations }, (_, name) => converse(name))).then(() => {
    hasEnded = true
  })
  return { done, ended: () => hasEnded }
}

/** When the platform was told "got it"; undefined when it has given up. */
async function askOnce(
  conversation: string,
  number: number,
  { stage, questions, random }: { stage: Stage; questions: Question[]; random: () => number },
): Promise<number | undefined> {
  const saidAt = performance.now()
  const ways = stage.say(conversation, ask(number), random)
  const taken = ways.map(async (way) => ((await way) ? performance.now() : Promise.reject(untaken)))
  const acknowledgedAt = await Promise.any(taken).catch(() => undefined)
  questions.push({ number, conversation, saidAt, acknowledgedAt })
  return acknowledgedAt
}

const untaken = new Error('the platform has given up')
