import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ChildPlan } from './budget-race-child.ts'

const program = fileURLToPath(new URL('budget-race-child.ts', import.meta.url))

/** What the processes of a race have told of their calls. */
export interface Told {
  readonly known: Set<string>
  /** Ended without a bill. */
  readonly unknown: Set<string>
  /** What was in flight when a process was killed: an upper bound of what a kill can strand. */
  strandable: number
  /** The ids of those. */
  readonly cutOff: Set<string>
}

export function nothingTold(): Told {
  return { known: new Set(), unknown: new Set(), strandable: 0, cutOff: new Set() }
}

/** One process of a race, and what it has in flight by its own word. */
export class RaceProcess {
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  readonly #inFlight = new Map<string, number>()
  readonly #told: Told
  readonly ready: Promise<void>
  #rest = ''
  #errors = ''
  #isReady: () => void = () => {}

  constructor(plan: ChildPlan, told: Told, environment: NodeJS.ProcessEnv = process.env) {
    this.#told = told
    this.ready = new Promise((resolve) => (this.#isReady = resolve))
    this.#child = spawn(process.execPath, [program, JSON.stringify(plan)], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: environment,
    })
    this.#child.stdin?.on('error', () => {}) // it was killed before it was told to end
    this.#child.stdout?.setEncoding('utf8').on('data', (part: string) => this.#hear(part))
    this.#child.stderr?.setEncoding('utf8').on('data', (part: string) => (this.#errors += part))
    this.#closed = once(this.#child, 'close')
  }

  #hear(part: string): void {
    const lines = (this.#rest + part).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) {
      const [sign, id = '', bound] = line.split(' ')
      if (sign === 'ready') this.#isReady()
      else if (sign === '+') this.#inFlight.set(id, Number(bound))
      else {
        this.#inFlight.delete(id)
        ;(sign === '?' ? this.#told.unknown : this.#told.known).add(id)
      }
    }
  }

  /** Between two steps of a machine instruction, if it so happens. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#closed
    for (const [id, bound] of this.#inFlight) {
      this.#told.strandable += bound
      this.#told.cutOff.add(id)
    }
  }

  /** Stops it in the middle of whatever it does, for so long. */
  async freeze(milliseconds: number): Promise<void> {
    this.#child.kill('SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    this.#child.kill('SIGCONT')
  }

  /** Lets it end what it has begun. @throws when it failed */
  async end(): Promise<void> {
    this.#child.stdin?.end()
    await this.#closed
    if (this.#child.exitCode !== 0) throw new Error(`A process of the race failed:\n${this.#errors}`)
  }
}
