import { rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type BotProcess, freePort, startBotProcess } from '../../bot-process.ts'
import { newDataFolder } from '../../data-folder.ts'
import { seeded } from '../../random.ts'
import { ask, judge, type Question, type Verdict } from '../sending/judge.ts'
import type { OpenStage, Stage } from '../sending/stage.ts'

const botScript = fileURLToPath(new URL('../crash-bot.ts', import.meta.url))
const noMalice = { actThenDrop: 0, lateAccept: 0, rateLimited: 0, drop: 0, refused: 0 }
/** Nobody waits longer for a reply. */
const longestWaitMs = 30_000
/** What a bot that went on has still to write down, and could still say twice. */
const settleMs = 300
/** More borders than one message can have. */
const mostPoints = 500

export interface CrashPlan {
  readonly seed: number
  /** Every so manieth border, from one that the seed decides; 1 for all. */
  readonly every: number
}

export interface CrashReport extends Verdict {
  readonly seed: number
  /** The borders at which the bot was killed. */
  readonly points: readonly number[]
}

/** For one border after the other: the bot is gone there, begins again, and the message has exactly one reply. */
export async function runCrashPoints({ seed, every }: CrashPlan, openStage: OpenStage): Promise<CrashReport> {
  const stage = await openStage(seed, noMalice)
  const folder = newDataFolder()
  const port = String(await freePort())
  const environment = { PORT: port, ...stage.environment(`http://127.0.0.1:${port}`) }
  const start = (point: number): Promise<BotProcess> => startBotProcess(folder, environment, [botScript, String(point)])
  const questions: Question[] = []
  const points: number[] = []
  const random = seeded(seed)
  let bot = await start(1 + (seed % every))
  try {
    for (let point = 1 + (seed % every); point < mostPoints; point += every) {
      process.kill(bot.pid, 'SIGUSR2')
      await pause(20) // until the signal is heard
      const number = 1000 + point
      const isAnswered = (): boolean => stage.visible().some(({ text }) => text.includes(`T-${number}`))
      questions.push(say(stage, number, random))
      const isGone = await Promise.race([bot.gone.then(() => true), answered(isAnswered).then(() => false)])
      if (isGone) points.push(point)
      else await bot.end('SIGKILL')
      bot = await start(point + every)
      await answered(isAnswered)
      if (!isGone) break
    }
    await pause(settleMs)
    return { seed, points, ...judge(questions, stage.visible()) }
  } finally {
    await bot.end('SIGKILL')
    await stage.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Each in a conversation of its own; the platform hands it over again until it is taken. */
function say(stage: Stage, number: number, random: () => number): Question {
  const saidAt = performance.now()
  const conversation = String(number)
  Promise.all(stage.say(conversation, ask(number), random)).catch(() => {}) // what is visible decides
  return { number, conversation, saidAt, acknowledgedAt: saidAt }
}

async function answered(isAnswered: () => boolean): Promise<void> {
  const endsAt = performance.now() + longestWaitMs
  while (!isAnswered() && performance.now() < endsAt) await pause(10)
}
