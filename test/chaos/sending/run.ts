import { rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort, startBotProcess, type BotProcess } from '../../bot-process.ts'
import { newDataFolder } from '../../data-folder.ts'
import { seeded } from '../../random.ts'
import { ask, judge, type Question, type Verdict } from './judge.ts'
import type { Safeguard } from './safeguards.ts'
import type { Malice, OpenStage, Stage } from './stage.ts'

const botScript = fileURLToPath(new URL('../sending-bot.ts', import.meta.url))
/** In each conversation somebody asks so often. */
const perConversation = 5
/** So many people write at the same time. */
const customers = 24
/** A platform that took a reply late has shown it by then, and the bot has looked for it for the last time. */
const settleMs = 3500
/** A reply that is still missing when nothing has changed for so long is lost; a slow machine takes its time. */
const lostMs = 45_000
/** Where a safeguard is missing replies are expected to be. */
const expectedLostMs = 10_000

export interface SendingPlan {
  readonly seed: number
  readonly questions: number
  /** `kill -9` of the bot, spread over the run; a new bot starts on the same folder each time. */
  readonly kills: number
  readonly malice: Malice
  /** The safeguard to do without. */
  readonly without?: Safeguard
}

export interface SendingReport extends Verdict {
  readonly seed: number
  readonly kills: number
  /** How often a reply was seen a second time, for however short a time. */
  readonly twins: number
  readonly mishaps: Readonly<Record<string, number>>
  readonly seconds: number
}

/** Customers ask while the platform loses answers and the bot is killed; then everything that can be seen is counted. */
export async function runSending(
  plan: SendingPlan,
  openStage: OpenStage,
  log: (line: string) => void = () => {},
): Promise<SendingReport> {
  const begunMs = performance.now()
  const stage = await openStage(plan.seed, plan.malice)
  const folder = newDataFolder()
  const port = String(await freePort())
  const environment = { PORT: port, ...stage.environment(`http://127.0.0.1:${port}`) }
  const start = (): Promise<BotProcess> => {
    return startBotProcess(folder, environment, [botScript, ...(plan.without === undefined ? [] : [plan.without])])
  }
  let bot = await start()
  const questions: Question[] = []
  try {
    const asking = askAll(plan, stage, questions)
    for (let kills = 1; kills <= plan.kills; kills += 1) {
      await until(() => questions.length >= (plan.questions * kills) / (plan.kills + 1), asking.ended)
      await bot.end('SIGKILL')
      log(bot.errors())
      log(`kill ${kills} of ${plan.kills} after ${questions.length} questions`)
      bot = await start()
    }
    await asking.done
    log(`${questions.length} questions are asked`)
    await settle(() => judge(questions, stage.visible()), plan.without === undefined ? lostMs : expectedLostMs)
    log(bot.errors())
    const { seed, kills } = plan
    const [twins, mishaps] = [stage.seenTwice(), stage.mishaps()]
    const seconds = Math.round((performance.now() - begunMs) / 1000)
    return { seed, kills, ...judge(questions, stage.visible()), twins, mishaps, seconds }
  } finally {
    await bot.end('SIGKILL')
    await stage.close()
    await rm(folder, { recursive: true, force: true })
  }
}

interface Asking {
  readonly done: Promise<void>
  readonly ended: () => boolean
}

/** Customers take one conversation after the other until all is asked. */
function askAll(plan: SendingPlan, stage: Stage, questions: Question[]): Asking {
  const conversations = Array.from({ length: Math.ceil(plan.questions / perConversation) }, (_, index) => index)
  let hasEnded = false
  const work = async (): Promise<void> => {
    for (let name = conversations.shift(); name !== undefined; name = conversations.shift()) {
      const left = plan.questions - name * perConversation
      const numbers = Array.from({ length: Math.min(perConversation, left) }, (_, index) => name * 100 + index + 1000)
      await askInTurn(String(name), numbers, { stage, questions, random: seeded(plan.seed * 1000 + name) })
    }
  }
  const done = Promise.all(Array.from({ length: customers }, work)).then(() => {
    hasEnded = true
  })
  return { done, ended: () => hasEnded }
}

interface Conversing {
  readonly stage: Stage
  readonly questions: Question[]
  readonly random: () => number
}

/** Most people wait until a message is sent before they write the next one; everybody does with the first. */
async function askInTurn(
  conversation: string,
  numbers: readonly number[],
  { stage, questions, random }: Conversing,
): Promise<void> {
  const open: Promise<void>[] = []
  for (const [index, number] of numbers.entries()) {
    const saidAt = performance.now()
    const ways = stage.say(conversation, ask(number), random)
    const asked = Promise.any(ways.map(async (way) => ((await way) ? performance.now() : Promise.reject(untaken))))
      .catch(() => undefined)
      .then((acknowledgedAt) => {
        questions.push({ number, conversation, saidAt, acknowledgedAt })
        return acknowledgedAt
      })
    open.push(asked.then(() => undefined))
    const isPatient = index === 0 || random() < 0.7
    if (isPatient && (await asked) === undefined && index === 0) break // the rest would not be the bot's to answer
    await pause(random() * 120)
  }
  await Promise.all(open)
}

const untaken = new Error('the platform has given up')

export async function until(isSo: () => boolean, isOver: () => boolean): Promise<void> {
  while (!isSo() && !isOver()) await pause(10)
}

/** Waits until what is there can neither be doubled nor removed any more, and what is missing is lost. */
export async function settle(look: () => Verdict, missingMs: number): Promise<void> {
  let last = ''
  let changedAt = performance.now()
  for (;;) {
    const verdict = look()
    const now = JSON.stringify(verdict)
    if (now !== last) changedAt = performance.now()
    last = now
    if (performance.now() - changedAt >= (verdict.lost.length === 0 ? settleMs : missingMs)) return
    await pause(50)
  }
}
