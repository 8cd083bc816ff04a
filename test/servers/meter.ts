import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { seeded } from '../random.ts'

/** What a caller sends: for whom, and the most that the call can cost. */
export interface MeteredRequest {
  readonly id: string
  /** Every account is billed the whole cost. */
  readonly accounts: readonly string[]
  readonly bound: number
}

/** How often the provider misbehaves, 0 to 1 each. `refuse` alone bills nothing. */
export interface MeterFaults {
  readonly hang: number
  readonly cut: number
  readonly mute: number
  readonly refuse: number
}

export const noFaults: MeterFaults = { hang: 0, cut: 0, mute: 0, refuse: 0 }

export interface MeterServer {
  readonly url: string
  /** What an account was billed on each day. */
  billed(account: string): ReadonlyMap<string, number>
  /** What one call was billed; undefined when it never arrived or was refused. */
  billedFor(id: string): number | undefined
  /** How many requests came with an id that had been billed before. */
  repeats(): number
  stop(): Promise<void>
}

export interface MeterPlan {
  readonly seed: number
  readonly faults: MeterFaults
  /** The provider's own calendar. */
  readonly today: () => string
  /** An answer takes between 2 ms and this. */
  readonly slowestMs: number
  /** What a request waits for before it is accepted, and billed. */
  readonly admit?: (id: string) => Promise<void>
}

/**
 * A provider whose own meter is the judge: it bills what a call cost, between a fifth of its bound and all of it, when it
 * has accepted the request, whether or not anybody is there for the answer.
 */
export async function startMeter(plan: MeterPlan): Promise<MeterServer> {
  const books = new Books(plan)
  const server = createServer((request, response) => {
    books
      .answer(request, response)
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    billed: (account) => books.accounts.get(account) ?? new Map(),
    billedFor: (id) => books.calls.get(id),
    repeats: () => books.repeats,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

class Books {
  readonly accounts = new Map<string, Map<string, number>>()
  readonly calls = new Map<string, number>()
  repeats = 0
  readonly #plan: MeterPlan
  readonly #random: () => number

  constructor(plan: MeterPlan) {
    this.#plan = plan
    this.#random = seeded(plan.seed)
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { id, accounts, bound }: MeteredRequest = JSON.parse((await buffer(request)).toString())
    const { faults, slowestMs } = this.#plan
    await this.#plan.admit?.(id)
    const draw = this.#random()
    if (draw < faults.refuse) {
      response.writeHead(429).end()
      return
    }
    const cost = this.#bill(id, accounts, bound)
    const fault = draw - faults.refuse
    if (fault < faults.hang) return // until the caller hangs up
    await new Promise((resolve) => setTimeout(resolve, 2 + this.#random() * (slowestMs - 2)))
    if (fault < faults.hang + faults.cut) {
      response.writeHead(200, { 'content-length': 1000 }).write('{"co')
      response.destroy()
      return
    }
    const isMute = fault < faults.hang + faults.cut + faults.mute
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(isMute ? {} : { cost }))
  }

  #bill(id: string, accounts: readonly string[], bound: number): number {
    const cost = Math.ceil(bound * (0.2 + 0.8 * this.#random()))
    const day = this.#plan.today()
    if (this.calls.has(id)) this.repeats += 1
    this.calls.set(id, (this.calls.get(id) ?? 0) + cost)
    for (const account of accounts) {
      const days = this.accounts.get(account) ?? new Map<string, number>()
      this.accounts.set(account, days.set(day, (days.get(day) ?? 0) + cost))
    }
    return cost
  }
}

/** What became of a request, as far as its caller can know. */
export type MeterAnswer = { readonly kind: 'known'; readonly cost: number } | { readonly kind: 'nothing' | 'unknown' }

/** Sends one request and waits no longer than the limit for its answer. */
export async function callMeter(url: string, request: MeteredRequest, limitMs: number): Promise<MeterAnswer> {
  try {
    const signal = AbortSignal.timeout(limitMs)
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(request), signal })
    if (response.status === 429) return { kind: 'nothing' }
    const answer: { cost?: number } = JSON.parse(await response.text())
    return answer.cost === undefined ? { kind: 'unknown' } : { kind: 'known', cost: answer.cost }
  } catch {
    return { kind: 'unknown' } // the provider may have billed whatever it did not answer
  }
}
