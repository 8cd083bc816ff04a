/** What was measured of one process and of one message; undefined is what was not. */
export interface Figures {
  /** Replies shown in a second, at most, by one process on a Postgres and two Redis. */
  readonly messagesPerSecond: number | undefined
  /** Time of a processor that the bot's process needs for a message. */
  readonly processorMs: number | undefined
  readonly residentMegabytes: number | undefined
  readonly postgresBytes: number | undefined
  readonly walBytes: number | undefined
  readonly transactions: number | undefined
  readonly queueCommands: number | undefined
  readonly cacheCommands: number | undefined
  readonly postgresConnections: number | undefined
}

/** What is assumed of the traffic. */
export interface Traffic {
  readonly messagesPerCustomer: number
  /** How much busier than the month's average the hours are in which customers write. */
  readonly peak: number
}

/** What so many customers take. Whole numbers are rounded up, because half a process does not run. */
export interface Size {
  readonly customers: number
  readonly messagesPerMonth: number
  readonly peakPerSecond: number
  readonly processes: number
  readonly megabytes: number
  readonly connections: number
  readonly transactionsPerSecond: number
  readonly walMegabytesPerSecond: number
  readonly queueCommandsPerSecond: number
  readonly cacheCommandsPerSecond: number
  readonly gigabytesPerYear: number
}

const secondsPerMonth = 30 * 86_400
/** Up to this share of the most that a process can do, answers are as quick as those of an idle one. */
const busyShare = 0.6

/** A figure that nobody has measured is no figure: without it there is no table. */
function known(figures: Figures, name: keyof Figures): number {
  const value = figures[name]
  if (value === undefined)
    throw new Error(`bench/sizing/measured.ts: ${name} is not measured. Run: npm run bench -- sizing --measure 2000`)
  return value
}

/**
 * Messages that one process should be given in a second: the share it keeps quick at of what it was measured to do, or,
 * until that was measured, of what the time of one processor allows.
 */
export function perProcess(figures: Figures): number {
  return busyShare * (figures.messagesPerSecond ?? 1000 / known(figures, 'processorMs'))
}

/** Customers whose peak reaches so many messages a second. */
export function customersAt(perSecond: number, { messagesPerCustomer, peak }: Traffic): number {
  return Math.floor((perSecond * secondsPerMonth) / (messagesPerCustomer * peak))
}

/** @throws Error naming the figure that was not measured */
export function sizeOf(customers: number, traffic: Traffic, figures: Figures): Size {
  const messagesPerMonth = customers * traffic.messagesPerCustomer
  const peakPerSecond = (messagesPerMonth * traffic.peak) / secondsPerMonth
  const processes = Math.ceil(peakPerSecond / perProcess(figures))
  const atPeak = (name: keyof Figures): number => peakPerSecond * known(figures, name)
  return {
    customers,
    messagesPerMonth,
    peakPerSecond,
    processes,
    megabytes: processes * known(figures, 'residentMegabytes'),
    connections: processes * known(figures, 'postgresConnections'),
    transactionsPerSecond: atPeak('transactions'),
    walMegabytesPerSecond: atPeak('walBytes') / 1e6,
    queueCommandsPerSecond: atPeak('queueCommands'),
    cacheCommandsPerSecond: atPeak('cacheCommands'),
    gigabytesPerYear: (12 * messagesPerMonth * known(figures, 'postgresBytes')) / 1e9,
  }
}
