import { setTimeout as pause } from 'node:timers/promises'
import { seeded } from '../../random.ts'
import { ask, type Question } from '../sending/judge.ts'
import type { Stage } from '../sending/stage.ts'

export interface Asking {
  readonly done: Promise<void>
  readonly ended: () => boolean
}

/** In each conversation somebody asks so often; in every third one question alone, which no rule answers. */
const perConversation = 5
const openEvery = 3
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
  const conversations = conversationsFor(plan.questions)
  const lengthMs = (plan.questions / plan.perSecond) * 1000
  let hasEnded = false
  const converse = async (texts: readonly Asked[], name: number): Promise<void> => {
    const own = seeded(plan.seed * 1000 + name)
    let dueMs = begunMs + random() * lengthMs
    const open: Promise<unknown>[] = []
    for (const [index, asking] of texts.entries()) {
      await pause(Math.max(0, dueMs - performance.now()))
      const asked = askOnce(String(name), asking, { stage, questions, random: own })
      open.push(asked)
      if (index === 0 && (await asked) === undefined) break
      dueMs += own() * longestPauseMs
    }
    await Promise.all(open)
  }
  const done = Promise.all(conversations.map(converse)).then(() => {
    hasEnded = true
  })
  return { done, ended: () => hasEnded }
}

interface Asked {
  readonly number: number
  readonly isOpen: boolean
  readonly text: string
}

/** What is asked in each conversation. */
function conversationsFor(questions: number): readonly (readonly Asked[])[] {
  const conversations: Asked[][] = []
  for (let left = questions; left > 0; left -= conversations.at(-1)?.length ?? 0) {
    const name = conversations.length
    const isOpen = name % openEvery === openEvery - 1
    const length = isOpen ? 1 : Math.min(perConversation, left)
    const numbers = Array.from({ length }, (_, index) => name * 100 + index + 1000)
    conversations.push(numbers.map((number) => ({ number, isOpen, text: isOpen ? askOpenly(name) : ask(number) })))
  }
  return conversations
}

const things = [
  'parcel',
  'kettle',
  'saucepan',
  'lamp',
  'blender',
  'toaster',
  'teapot',
  'chair',
  'knife',
  'carpet',
  'vase',
]
const countries = [
  'Norway',
  'Japan',
  'Chile',
  'Kenya',
  'Canada',
  'Malta',
  'Peru',
  'Ghana',
  'Nepal',
  'Oman',
  'Cuba',
  'Laos',
]
const persons = [
  'mother',
  'neighbour',
  'uncle',
  'colleague',
  'landlord',
  'sister',
  'dentist',
  'cousin',
  'teacher',
  'friend',
]

/** No intent is sure of it, and no two of a thousand are the same for the cache of intents. */
function askOpenly(name: number): string {
  const number = Math.floor(name / openEvery)
  const [thing, country, person] = [things, countries, persons].map((words) => words[number % words.length])
  return `If the first ${thing} was lost and replaced, and my ${person} in ${country} has not used the second one, can they still send it back and within how many days?`
}

/** When the platform was told "got it"; undefined when it has given up. */
async function askOnce(
  conversation: string,
  { number, isOpen, text }: Asked,
  { stage, questions, random }: { stage: Stage; questions: Question[]; random: () => number },
): Promise<number | undefined> {
  const saidAt = performance.now()
  const ways = stage.say(conversation, text, random)
  const taken = ways.map(async (way) => ((await way) ? performance.now() : Promise.reject(untaken)))
  const acknowledgedAt = await Promise.any(taken).catch(() => undefined)
  questions.push({ number, isOpen, conversation, saidAt, acknowledgedAt })
  return acknowledgedAt
}

const untaken = new Error('the platform has given up')
