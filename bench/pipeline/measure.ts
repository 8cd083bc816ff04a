import type { Contender, ContenderName } from './contenders.ts'
import type { Customers, Flow } from './load.ts'
import { percentilesOf, round } from './numbers.ts'
import { people } from './questions.ts'
import { usageOf } from './processor.ts'

/** What one bot did. */
export interface Measured {
  readonly name: ContenderName
  /** At full speed: the median of the rounds. */
  readonly perSecond: number
  /** At 60 % of that. */
  readonly steady: Flow
  /** Of the processor for 1,000 messages at full speed, by what took them; `outside` is Slack and the customers. */
  readonly cpuSeconds: Readonly<Record<string, number>>
  /** Resident at the end, by what takes it. */
  readonly megabytes: Readonly<Record<string, number>>
  /** How often each method of Slack was called for a message. */
  readonly calls: Readonly<Record<string, number>>
  /** Messages that were refused or have no reply. */
  readonly missing: number
}

interface Plan {
  readonly rounds: number
  /** Of each of the two loads. */
  readonly seconds: number
}

/** So many messages are without a reply while a bot does all it can: as many as one of our processes works on at a time. */
const unanswered = 64
/** So long at least, and until everybody has written once; then what runs often is compiled. */
const warmUpSeconds = 10
/** The share of what a bot can do at which its latency is told. */
const steadyShare = 0.6

/** Loads the bots in turn, round by round, so that what else the machine does meets all of them. */
export async function measureRounds(
  contenders: readonly Contender[],
  { rounds, seconds }: Plan,
): Promise<readonly Measured[]> {
  const samples = new Map<Contender, Sample[]>(contenders.map((contender) => [contender, []]))
  for (const { customers } of contenders) await warmUp(customers)
  for (const { slack } of contenders) slack.calls.clear()
  for (let index = 0; index < rounds; index += 1)
    for (const [contender, taken] of samples) taken.push(await sample(contender, seconds / rounds))
  const measured: Measured[] = []
  for (const [contender, taken] of samples) measured.push(await finish(contender, taken, seconds))
  return measured
}

/** Lets everybody write once at least. */
async function warmUp(customers: Customers): Promise<void> {
  let sent = 0
  do sent += (await customers.closedLoop({ unanswered, seconds: warmUpSeconds })).sent
  while (sent < people)
}

/** One round at full speed. */
interface Sample {
  readonly flow: Flow
  readonly cpuMs: Readonly<Record<string, number>>
}

async function sample({ customers, processes }: Contender, seconds: number): Promise<Sample> {
  const before = cpuMsOf(processes)
  const flow = await customers.closedLoop({ unanswered, seconds })
  const after = cpuMsOf(processes)
  return { flow, cpuMs: mapped(after, (cpuMs, name) => cpuMs - (before[name] ?? 0)) }
}

async function finish(contender: Contender, samples: readonly Sample[], seconds: number): Promise<Measured> {
  const { name, customers, processes, slack } = contender
  const perSecond = percentilesOf(samples.map(({ flow }) => flow.perSecond)).p50Ms
  const sent = samples.reduce((sum, { flow }) => sum + flow.sent, 0)
  const calls = mapped(Object.fromEntries(slack.calls), (count) => Math.round((count / sent) * 100) / 100)
  const steady = await customers.openLoop({ perSecond: round(perSecond * steadyShare), seconds })
  const names = [...Object.keys(processes), 'outside']
  const total = (of: string): number => samples.reduce((sum, { cpuMs }) => sum + (cpuMs[of] ?? 0), 0)
  return {
    name,
    perSecond,
    steady,
    cpuSeconds: Object.fromEntries(names.map((one) => [one, Math.round((total(one) / sent) * 100) / 100])),
    megabytes: mapped(processes, (pid) => usageOf(pid).megabytes),
    calls,
    missing: customers.missing(),
  }
}

function cpuMsOf(processes: Contender['processes']): Readonly<Record<string, number>> {
  const { user, system } = process.cpuUsage()
  return { ...mapped(processes, (pid) => usageOf(pid).cpuMs), outside: (user + system) / 1000 }
}

function mapped(
  numbers: Readonly<Record<string, number>>,
  to: (number: number, name: string) => number,
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, to(number, name)]))
}
