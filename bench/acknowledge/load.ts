import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { signatureOf } from '../../test/servers/slack/requests.ts'
import { toEventCallback, toMessageEvents } from '../../test/servers/slack/payloads.ts'
import { exampleWorkspace as workspace } from '../../test/servers/slack/workspaces.ts'

export const signingSecret = 'the-secret-of-this-benchmark'

/** How long an event loop was held up, in milliseconds beyond the 5 of its timer. */
export interface DelayReport {
  readonly p99Ms: number
  readonly maxMs: number
  /** Time of the processor that the bot took, whatever else the machine does. */
  readonly cpuMs: number
}

/** How long the acknowledgements took, in milliseconds from when each event was due to be sent. */
export interface Latencies {
  readonly sent: number
  /** Answers that were no 2xx, or that never came. */
  readonly failed: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** A program of this benchmark in a process of its own, which has told where it listens. */
export interface Program {
  readonly url: string
  readonly child: ChildProcess
}

/** @param script the program, beside this folder */
export async function startProgram(script: string, environment: Readonly<Record<string, string>>): Promise<Program> {
  const child = fork(fileURLToPath(new URL(`../${script}`, import.meta.url)), [], { env: environment })
  const told = await Promise.race([once(child, 'message'), once(child, 'exit')])
  const [first]: readonly unknown[] = told
  if (typeof first !== 'object' || first === null || !('url' in first)) throw new Error(`${script} ended at once`)
  return { url: String(first.url), child }
}

export async function endProgram({ child }: Program): Promise<void> {
  if (child.exitCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

export interface Plan {
  readonly perSecond: number
  readonly seconds: number
  readonly text: string
}

/**
 * Sends signed events at fixed instants, whether or not earlier ones were answered: what waits behind a slow answer is
 * counted from when it was due (no coordinated omission). Each event is a direct message.
 */
export async function load(address: string, { perSecond, seconds, text }: Plan): Promise<Latencies> {
  const count = perSecond * seconds
  const begunMs = performance.now() + 100
  const took: number[] = []
  let failed = 0
  const sent = Array.from({ length: count }, async (_, index) => {
    const dueMs = begunMs + (index * 1000) / perSecond
    await new Promise((resolve) => setTimeout(resolve, dueMs - performance.now()))
    const isAcknowledged = await send(address, `${text} (${index})`, index)
    if (isAcknowledged) took.push(performance.now() - dueMs)
    else failed += 1
  })
  await Promise.all(sent)
  took.sort((one, other) => one - other)
  const at = (share: number): number =>
    round(took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? Infinity)
  return { sent: count, failed, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: round(took.at(-1) ?? Infinity) }
}

/** So many write in turn, each a conversation of their own every time. */
const people = 200

async function send(address: string, text: string, index: number): Promise<boolean> {
  const ts = `${Math.floor(Date.now() / 1000)}.${String(index).padStart(6, '0')}`
  const origin = { workspace, user: `U0${index % people}EXAMPLE`, channel: `D0${index % people}EXAMPLE` }
  const [event = {}] = toMessageEvents({ text, ts }, origin)
  const body = JSON.stringify(toEventCallback(event, { workspace }, `Ev${index}`))
  const at = Math.floor(Date.now() / 1000)
  const headers = {
    'content-type': 'application/json',
    'x-slack-request-timestamp': String(at),
    'x-slack-signature': signatureOf(body, at, signingSecret),
  }
  try {
    const answer = await fetch(`${address}/slack/events`, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(10_000),
    })
    await answer.arrayBuffer()
    return answer.ok
  } catch {
    return false
  }
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10
}
