import { Gauge, type Registry } from 'prom-client'
import type { Budget } from '../../src/core/budget.ts'
import type { Backlog, Now, ReadBacklog } from '../../src/core/ports.ts'

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
  addParked(registry, backlog)
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

interface Reading<Value> {
  readonly name: string
  readonly help: string
  readonly label: string
  readonly read: Read<Value>
  /** By the value of the label. */
  readonly toNumbers: (value: Value) => Readonly<Record<string, number>>
}

/** A gauge that is absent while it cannot be read. */
function addReading<Value>(registry: Registry, { name, help, label, read, toNumbers }: Reading<Value>): void {
  new Gauge({
    name,
    help,
    labelNames: [label],
    registers: [registry],
    async collect() {
      const value = await read()
      this.reset() // after the reading: another scrape must not find it empty meanwhile
      if (value === undefined) return
      for (const [key, number] of Object.entries(toNumbers(value))) this.set({ [label]: key }, number)
    },
  })
}

function addQueues(registry: Registry, backlog: Read<Backlog>, now: Now): void {
  const age = (since: Date | undefined): number =>
    since === undefined ? 0 : Math.max(0, now().getTime() - since.getTime()) / 1000
  addReading(registry, {
    name: 'tuppence_queue_owed',
    help: 'How many messages still owe an answer (inbox), and how many replies still have to be shown (outbox).',
    label: 'queue',
    read: backlog,
    toNumbers: ({ messages, replies }) => ({ inbox: messages.count, outbox: replies.count }),
  })
  addReading(registry, {
    name: 'tuppence_queue_age_seconds',
    help: 'How long the oldest of them has been owed; 0 when nothing is.',
    label: 'queue',
    read: backlog,
    toNumbers: ({ messages, replies }) => ({ inbox: age(messages.since), outbox: age(replies.since) }),
  })
}

function addParked(registry: Registry, backlog: Read<Backlog>): void {
  new Gauge({
    name: 'tuppence_parked_messages',
    help: 'Messages that could not be answered and wait for an admin to replay or discard them; absent without the database.',
    registers: [registry],
    async collect() {
      const read = await backlog()
      if (read === undefined) this.remove()
      else this.set(read.parked)
    },
  })
}

function addBudget(registry: Registry, budget: Read<Budget>): void {
  addReading(registry, {
    name: 'tuppence_budget_micro_dollars',
    help: "The day's money in millionths of a dollar: its limit, what is spent, reserved, and unconfirmed (a part of spent).",
    label: 'kind',
    read: budget,
    toNumbers: ({ limit, spent, held, unconfirmed }) => ({ limit, spent, reserved: held, unconfirmed }),
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
