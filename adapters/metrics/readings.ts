import { Gauge, type Registry } from 'prom-client'
import type { Budget } from '../../src/core/budget.ts'
import type { Now, ReadBacklog } from '../../src/core/ports.ts'

const positions = ['closed', 'half-open', 'open'] as const

/** What is read when somebody asks for the numbers. */
export interface Sources {
  readonly backlog: ReadBacklog
  readonly budget: () => Promise<Budget>
  /** The circuit of every model that may be asked, by its alias. */
  readonly circuits: () => ReadonlyMap<string, (typeof positions)[number]>
}

/** Whoever asks more often than that is given what was read before, so that asking cannot load the database. */
const keptMs = 2000
/** A database that has not answered by then is down for whoever asks. */
const limitMs = 2000

/**
 * Numbers that are read and not counted. What cannot be read is left out, and the store is told as down; before there are
 * sources there is nothing to read.
 */
export function createReadings(registry: Registry, now: Now): (sources: Sources) => void {
  let sources: Sources | undefined
  const backlog = keptFor(keptMs, async () => await sources?.backlog())
  const budget = keptFor(keptMs, async () => await sources?.budget())
  addQueues(registry, backlog, now)
  addBudget(registry, budget)
  new Gauge({
    name: 'tuppence_store_up',
    help: 'Whether the database answers.',
    registers: [registry],
    async collect() {
      this.set((await backlog()) === undefined ? 0 : 1)
    },
  })
  new Gauge({
    name: 'tuppence_model_circuit_state',
    help: 'The circuit of each model: 1 for the state it is in, 0 for the others.',
    labelNames: ['model', 'state'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [model, position] of sources?.circuits() ?? [])
        for (const state of positions) this.set({ model, state }, state === position ? 1 : 0)
    },
  })
  return (given) => {
    sources = given
  }
}

type Read<Value> = () => Promise<Value | undefined>

function addQueues(registry: Registry, backlog: Read<Awaited<ReturnType<ReadBacklog>>>, now: Now): void {
  new Gauge({
    name: 'tuppence_queue_owed',
    help: 'How many messages still owe an answer (inbox), and how many replies still have to be shown (outbox).',
    labelNames: ['queue'],
    registers: [registry],
    async collect() {
      this.reset()
      const read = await backlog()
      if (read === undefined) return
      this.set({ queue: 'inbox' }, read.messages.count)
      this.set({ queue: 'outbox' }, read.replies.count)
    },
  })
  new Gauge({
    name: 'tuppence_queue_age_seconds',
    help: 'How long the oldest of them has been owed; 0 when nothing is.',
    labelNames: ['queue'],
    registers: [registry],
    async collect() {
      this.reset()
      const read = await backlog()
      if (read === undefined) return
      const age = (since: Date | undefined): number =>
        since === undefined ? 0 : Math.max(0, now().getTime() - since.getTime()) / 1000
      this.set({ queue: 'inbox' }, age(read.messages.since))
      this.set({ queue: 'outbox' }, age(read.replies.since))
    },
  })
}

function addBudget(registry: Registry, budget: Read<Budget>): void {
  new Gauge({
    name: 'tuppence_budget_micro_dollars',
    help: "The day's money in millionths of a dollar: its limit, what is spent, reserved, and unconfirmed (a part of spent).",
    labelNames: ['kind'],
    registers: [registry],
    async collect() {
      this.reset()
      const read = await budget()
      if (read === undefined) return
      this.set({ kind: 'limit' }, read.limit)
      this.set({ kind: 'spent' }, read.spent)
      this.set({ kind: 'reserved' }, read.held)
      this.set({ kind: 'unconfirmed' }, read.unconfirmed)
    },
  })
}

/**
 * Reads once for everybody who asks meanwhile and shortly after; what fails, or takes too long, is undefined. A database that
 * hangs is not asked again before it has answered.
 */
function keptFor<Value>(ms: number, read: Read<Value>): Read<Value> {
  let kept: Promise<Value | undefined> | undefined
  let readAtMs = -Infinity
  let isReading = false
  return async () => {
    if (!isReading && performance.now() - readAtMs >= ms) {
      readAtMs = performance.now()
      isReading = true
      const reading = read().finally(() => {
        isReading = false
      })
      kept = within(limitMs, reading).catch(() => undefined) // that it is absent tells that it cannot be read
    }
    return await kept
  }
}

async function within<Value>(ms: number, work: Promise<Value>): Promise<Value | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), ms)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}
