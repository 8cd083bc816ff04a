import { setTimeout as pause } from 'node:timers/promises'
import { until } from '../../until.ts'

/** The bots of one Redis, which is taken from them. */
export interface OutageScene {
  /** Where they listen. */
  readonly urls: readonly string[]
  takeAway(): Promise<void>
  bringBack(): Promise<void>
}

export interface OutagePlan {
  readonly awayMs: number
  /** A question is asked each time so many milliseconds are over, whether or not the others are answered. */
  readonly everyMs: number
  /** How long questions are asked before and after. */
  readonly aroundMs: number
}

/** Questions that began at one time. */
export interface Asked {
  readonly count: number
  /** Those that were taken, stored and answered. */
  readonly answered: number
  readonly slowestMs: number
}

export interface OutageReport {
  readonly before: Asked
  readonly away: Asked
  readonly back: Asked
  /** From the return of Redis until every bot works with it again. */
  readonly usedAgainMs: number
}

type Part = 'before' | 'away' | 'back'

interface Answer {
  readonly part: Part
  readonly isAnswered: boolean
  readonly tookMs: number
}

/** Asks the bots in turn, takes their Redis away meanwhile, and tells how each question fared. */
export async function runOutage(plan: OutagePlan, scene: OutageScene): Promise<OutageReport> {
  let part: Part = 'before'
  let isOver = false
  const answers: Promise<Answer>[] = []
  const asking = (async () => {
    for (let number = 0; !isOver; number += 1) {
      answers.push(ask(scene.urls[number % scene.urls.length] ?? '', part))
      await pause(plan.everyMs)
    }
  })()
  await pause(plan.aroundMs)
  await scene.takeAway()
  part = 'away'
  await pause(plan.awayMs)
  await scene.bringBack()
  part = 'back'
  const backAt = performance.now()
  await until(async () => (await Promise.all(scene.urls.map(returns))).every((count) => count >= 3), 'Redis to be used')
  const usedAgainMs = Math.round(performance.now() - backAt)
  await pause(plan.aroundMs)
  isOver = true
  await asking
  const all = await Promise.all(answers)
  return { before: count(all, 'before'), away: count(all, 'away'), back: count(all, 'back'), usedAgainMs }
}

async function ask(url: string, part: Part): Promise<Answer> {
  const begunAt = performance.now()
  const isAnswered = await fetch(`${url}/api/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'what are your opening hours?' }),
    signal: AbortSignal.timeout(60_000),
  })
    .then(async (response) => response.ok && (await response.text()).includes('Monday to Friday'))
    .catch(() => false)
  return { part, isAnswered, tookMs: performance.now() - begunAt }
}

/** How often the bot has told that Redis is back: once each for conversations, deliveries and schedule. */
async function returns(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(/^tuppence_events_total\{event="queue.returned"\} (\d+)/m.exec(metrics)?.[1] ?? 0)
}

function count(answers: readonly Answer[], part: Part): Asked {
  const asked = answers.filter((answer) => answer.part === part)
  const slowestMs = Math.round(Math.max(0, ...asked.map(({ tookMs }) => tookMs)))
  return { count: asked.length, answered: asked.filter(({ isAnswered }) => isAnswered).length, slowestMs }
}
