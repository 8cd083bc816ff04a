import { parseArgs } from 'node:util'
import { measured } from './sizing/measured.ts'
import { measure, type Taken } from './sizing/measure.ts'
import { dollarsFor, waysToPay } from './sizing/money.ts'
import { customersAt, perProcess, sizeOf, type Figures, type Size, type Traffic } from './sizing/sizes.ts'

/*
 * What so many customers take, worked out from what was measured (bench/sizing/measured.ts) and what is assumed:
 *   npm run bench -- sizing [--messages-per-customer 4] [--peak 4.1]
 *   npm run bench -- sizing --measure 2000     puts messages through a bot and prints what they took
 */

/** Of prices, and of the pages the platforms' limits were read on. */
const on = '2026-11-28'
const customers = [1, 100, 1000, 10_000, 100_000, 1_000_000]

/** What each platform takes, in messages a second, and where that was read. */
const platforms = [
  { name: 'one channel of Slack', perSecond: 1 },
  { name: 'the events of one workspace of Slack, 30,000 an hour', perSecond: 30_000 / 3600 },
  { name: 'all requests of one bot to Discord', perSecond: 50 },
]

/** Prints the tables of docs/sizing.md, or with --measure the figures they rest on. */
export default async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      measure: { type: 'string' },
      'messages-per-customer': { type: 'string', default: '4' },
      peak: { type: 'string', default: '4.1' },
    },
  })
  if (values.measure !== undefined) {
    process.stdout.write(report(await measure(Number(values.measure))))
    return 0
  }
  const traffic = { messagesPerCustomer: Number(values['messages-per-customer']), peak: Number(values.peak) }
  if (!Object.values(traffic).every((value) => value > 0 && Number.isFinite(value))) {
    process.stderr.write('--messages-per-customer and --peak are numbers above 0, for example 4 and 4.1.\n')
    return 2
  }
  process.stdout.write(tablesOf(measured, traffic))
  return 0
}

/**
 * The tables, in Markdown.
 *
 * @throws Error naming the figure that was not measured
 */
export function tablesOf(figures: Figures, traffic: Traffic): string {
  const sizes = customers.map((one) => sizeOf(one, traffic, figures))
  const basis = figures.messagesPerSecond === undefined ? 'the time of one processor' : 'the benchmark of the pipeline'
  return [
    `A process is given ${shown(perProcess(figures))} messages a second: 60 % of its most, by ${basis}.\n`,
    capacityTablesOf(figures, traffic),
    table(moneyColumns(), sizes),
    table(
      [
        { title: 'What a platform takes', cell: ({ name }) => name },
        { title: 'messages/s', cell: ({ perSecond }) => shown(perSecond) },
        {
          title: 'reached at the peak of',
          cell: ({ perSecond }) => `${whole(customersAt(perSecond, traffic))} customers`,
        },
      ],
      platforms,
    ),
  ].join('\n')
}

/** What runs, and what the databases have to carry; without money and platforms. */
export function capacityTablesOf(figures: Figures, traffic: Traffic): string {
  const sizes = customers.map((one) => sizeOf(one, traffic, figures))
  return `${table(capacityColumns, sizes)}\n${table(loadColumns, sizes)}`
}

interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => string
}

const customersColumn: Column<Size> = { title: 'Customers', cell: (size) => whole(size.customers) }

const capacityColumns: readonly Column<Size>[] = [
  customersColumn,
  { title: 'messages/month', cell: ({ messagesPerMonth }) => whole(messagesPerMonth) },
  { title: 'messages/s at peak', cell: ({ peakPerSecond }) => shown(peakPerSecond) },
  { title: 'processes', cell: ({ processes }) => whole(processes) },
  { title: 'their memory, MB', cell: ({ megabytes }) => whole(megabytes) },
  { title: 'connections to Postgres', cell: ({ connections }) => whole(connections) },
  { title: 'Postgres grows a year, GB', cell: ({ gigabytesPerYear }) => shown(gigabytesPerYear) },
]

const loadColumns: readonly Column<Size>[] = [
  customersColumn,
  { title: 'Postgres transactions/s', cell: ({ transactionsPerSecond }) => shown(transactionsPerSecond) },
  { title: 'written to its log, MB/s', cell: ({ walMegabytesPerSecond }) => shown(walMegabytesPerSecond) },
  { title: 'queue Redis commands/s', cell: ({ queueCommandsPerSecond }) => shown(queueCommandsPerSecond) },
  { title: 'cache Redis commands/s', cell: ({ cacheCommandsPerSecond }) => shown(cacheCommandsPerSecond) },
]

function moneyColumns(): readonly Column<Size>[] {
  const ways = waysToPay(on).map((way) => ({
    title: `${way.title}, $/month`,
    cell: ({ messagesPerMonth }: Size) => dollarsFor(messagesPerMonth, way),
  }))
  return [customersColumn, ...ways]
}

function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`
  return (
    line(columns.map(({ title }) => title)) +
    line(columns.map(() => '---')) +
    rows.map((row) => line(columns.map(({ cell }) => cell(row)))).join('')
  )
}

function whole(value: number): string {
  return Math.ceil(value).toLocaleString('en-GB')
}

/** Two digits that count, or all before the point; too little to matter is not told more exactly. */
function shown(value: number): string {
  if (value < 0.01) return '< 0.01'
  return value >= 10 ? whole(value) : String(Number(value.toPrecision(2)))
}

function report(taken: Taken): string {
  const each = (total: number): string => (total / taken.messages).toPrecision(4)
  const rows = Object.entries(taken.rows).filter(([, count]) => count > 0)
  return `${[
    `${taken.messages} messages, after as many that do not count. For each:`,
    `processorMs          ${each(taken.processorSeconds * 1000)}`,
    `postgresBytes        ${each(taken.postgresBytes)}`,
    `walBytes             ${each(taken.walBytes)}`,
    `transactions         ${each(taken.transactions)}`,
    `queueCommands        ${each(taken.queueCommands)}`,
    `cacheCommands        ${each(taken.cacheCommands)}`,
    `rows                 ${rows.map(([name, count]) => `${name} ${each(count)}`).join(', ')}`,
    'In the end:',
    `residentMegabytes    ${Math.round(taken.residentBytes / 1e6)}`,
    `connections          Postgres ${taken.postgresConnections}, queue ${taken.queueConnections}, cache ${taken.cacheConnections}`,
    `more in Redis, bytes queue ${taken.queueBytes}, cache ${taken.cacheBytes}`,
  ].join('\n')}\n`
}
