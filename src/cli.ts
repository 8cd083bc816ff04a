import { readFileSync } from 'node:fs'
import { readWhole } from '../adapters/files/read-file.ts'
import { checkWritable, writeWhole } from '../adapters/files/written-file.ts'
import type { Config } from '../config/config.ts'
import { parseArguments } from '../handlers/cli/arguments.ts'
import { createAbTestCommand } from '../handlers/cli/ab-test.ts'
import { createBenchmarkCommand } from '../handlers/cli/benchmark.ts'
import { createChatCommand } from '../handlers/cli/chat.ts'
import { classifyCommand } from '../handlers/cli/classify.ts'
import { createCostsCommand } from '../handlers/cli/costs.ts'
import { createDoctorCommand } from '../handlers/cli/doctor.ts'
import { createExportCommand } from '../handlers/cli/export-training.ts'
import { evaluateCommand } from '../handlers/cli/evaluate.ts'
import { createModelsCommand } from '../handlers/cli/models.ts'
import { createParkedCommand } from '../handlers/cli/parked.ts'
import { createSimulateCommand } from '../handlers/cli/simulate.ts'
import { createTrainCommand } from '../handlers/cli/recalibrate.ts'
import type { CliCommand, CliIo } from './core/cli.ts'
import { FaultError, TuppenceError, UsageError } from './core/errors.ts'
import { allRoles, readRoles } from './roles.ts'

const { version } = readVersion()

const startCommand: CliCommand = {
  summary: 'the bot: web playground and every configured channel, in one process',
  help: `Starts the bot: the web playground and every channel whose tokens are set.

Settings come from the environment (.env.example lists them) and from config/*.yaml.

  --roles NAMES  what this process does, with commas between; left out, all three:
                 ingest  takes in what the web and the platforms say
                 work    answers, and looks for what is owed an answer
                 send    shows the answers
                 Fewer than all need DATABASE_URL and REDIS_URL, and other processes for the rest.

Example: PORT=8080 tuppence start
         PORT=8081 tuppence start --roles work,send
`,
  run: async (args, io) => {
    const { values, files } = parseArguments(args, 'start', { roles: { type: 'string' } })
    if (files.length > 0)
      throw new UsageError(
        `start takes no argument "${files[0]}"; settings come from the environment, for example PORT=8080.`,
      )
    const roles = typeof values['roles'] === 'string' ? readRoles(values['roles']) : allRoles
    const given = await config()
    const { main } = await import('./main.ts')
    return await main(given, roles, (line) => io.stderr.write(`${line}\n`))
  },
}

const commands: ReadonlyMap<string, CliCommand> = new Map([
  ['start', startCommand],
  ['chat', createChatCommand(async () => (await import('./connect.ts')).connect(await config(), tell))],
  ['classify', classifyCommand],
  [
    'train',
    createTrainCommand(async () => {
      const { openOwnClassifier } = await import('./open-own-classifier.ts')
      return await openOwnClassifier(await config(), tell)
    }),
  ],
  ['evaluate', evaluateCommand],
  ['benchmark', createBenchmarkCommand(async (args) => await (await import('./run-benchmark.ts')).runBenchmark(args))],
  ['export', createExportCommand(async () => (await import('./open-labels.ts')).openLabels(await config()))],
  ['simulate', createSimulateCommand(async () => (await import('./open-policy.ts')).openPolicy(await config()))],
  ['costs', createCostsCommand(async () => (await import('./open-spending.ts')).openSpending(await config()))],
  ['ab-test', createAbTestCommand(async () => (await import('./open-trials.ts')).openTrials(await config()))],
  [
    'models',
    createModelsCommand(async () => (await import('./open-model-reports.ts')).openModelReports(await config())),
  ],
  ['parked', createParkedCommand(async () => (await import('./open-parked.ts')).openParked(await config()))],
  ['doctor', createDoctorCommand(async () => (await import('./examine.ts')).examine(await config()))],
])

const io: CliIo = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  readFile: readWhole,
  checkWritable,
  writeFile: writeWhole,
  bundledClassifier: async () => {
    const { openWaitedClassifier } = await import('./waited-classifier.ts')
    return await openWaitedClassifier(await config(), tell)
  },
  openEncoder: async () => (await import('../adapters/encoder/sentence-blocking.ts')).openBlockingEncoder(),
}

process.stdout.on(
  'error',
  onBrokenPipe(() => {
    if (process.argv[2] !== 'start') process.exit(0)
  }),
)
process.stderr.on(
  'error',
  onBrokenPipe(() => {}),
)
process.on('uncaughtException', (error) => {
  process.stderr.write(faultLine(error))
  process.exit(1)
})
process.exitCode = await run(process.argv.slice(2))

/** Finds the command and runs it; every error becomes one clear line and an exit code. */
async function run([name, ...args]: string[]): Promise<number> {
  try {
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') return print(overview())
    if (name === '--version' || name === '-v') return print(`${version}\n`)
    const command = commands.get(name)
    if (command === undefined)
      throw new UsageError(`There is no command "${name}"; known: ${[...commands.keys()].join(', ')}.`)
    if (args.includes('--help') || args.includes('-h')) return print(command.help)
    return await command.run(args, io)
  } catch (error) {
    if (!(error instanceof TuppenceError)) {
      process.stderr.write(faultLine(error))
      return 1
    }
    process.stderr.write(`tuppence: ${error.message}\n`)
    // What may pass by itself is no fault of the command or its settings.
    return error.retryable || error instanceof FaultError ? 1 : 2
  }
}

/** A reader who has seen enough (`| head -1`) ends a command quietly; the bot itself goes on without a reader of its log. */
function onBrokenPipe(end: () => void): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    if (error.code !== 'EPIPE') throw error
    end()
  }
}

/** A fault of ours as one line that is enough for a report: its kind, its message and the first place in our code. */
function faultLine(error: unknown): string {
  const [what, ...places] = (error instanceof Error ? (error.stack ?? String(error)) : String(error)).split('\n')
  const root = new URL('..', import.meta.url).href
  const place = places
    .find((line) => line.includes(root) && !line.includes('node_modules'))
    ?.replace(root, '')
    .trim()
  return `tuppence: a fault of Tuppence itself: ${what ?? ''}${place === undefined ? '' : ` (${place})`}. Please report this line and what you did; what was accepted before is kept.\n`
}

function print(text: string): number {
  process.stdout.write(text)
  return 0
}

function overview(): string {
  const width = Math.max(...[...commands.keys()].map((name) => name.length))
  const lines = [...commands].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`)
  return `Tuppence ${version}: a customer-support bot that answers most messages for free.\n\n${lines.join('\n')}\n\nHelp of one command: tuppence COMMAND --help\n`
}

/** A line for the person at the terminal, beside what a command prints. */
function tell(line: string): void {
  process.stderr.write(`tuppence: ${line}\n`)
}

/** The configuration and its libraries are loaded by whatever needs them: the help and the wrong usage of a command do not. */
async function config(): Promise<Config> {
  const { loadConfig } = await import('../config/load.ts')
  return loadConfig(undefined, version)
}

function readVersion(): { version: string } {
  const value: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  if (typeof value === 'object' && value !== null && 'version' in value && typeof value.version === 'string')
    return { version: value.version }
  return { version: 'unknown' }
}
