import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import type { Config } from '../config/config.ts'
import { loadConfig } from '../config/load.ts'
import { createChatCommand } from '../handlers/cli/chat.ts'
import { classifyCommand } from '../handlers/cli/classify.ts'
import { createDoctorCommand } from '../handlers/cli/doctor.ts'
import { evaluateCommand } from '../handlers/cli/evaluate.ts'
import { trainCommand } from '../handlers/cli/train.ts'
import type { CliCommand, CliIo } from './core/cli.ts'
import { TuppenceError, UsageError } from './core/errors.ts'

const { version } = readVersion()

const startCommand: CliCommand = {
  summary: 'the bot: web playground and every configured channel, in one process',
  help: `Starts the bot: the web playground and every channel whose tokens are set.

Settings come from the environment (.env.example lists them) and from config/*.yaml.

Example: PORT=8080 tuppence start
`,
  run: async (args, io) => {
    if (args.length > 0)
      throw new UsageError(
        `start takes no argument "${args[0]}"; settings come from the environment, for example PORT=8080.`,
      )
    const { main } = await import('./main.ts')
    return await main(config(), (line) => io.stderr.write(`${line}\n`))
  },
}

const commands: ReadonlyMap<string, CliCommand> = new Map([
  ['start', startCommand],
  ['chat', createChatCommand(async () => (await import('./connect.ts')).connect(config()))],
  ['classify', classifyCommand],
  ['train', trainCommand],
  ['evaluate', evaluateCommand],
  ['doctor', createDoctorCommand(async () => (await import('./examine.ts')).examine(config()))],
])

const io: CliIo = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  readFile,
  writeFile,
  bundledClassifier: async () => (await import('./classifier.ts')).openClassifier(config()),
}

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
    if (!(error instanceof TuppenceError)) throw error
    process.stderr.write(`tuppence: ${error.message}\n`)
    return 2
  }
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

function config(): Config {
  return loadConfig(undefined, version)
}

function readVersion(): { version: string } {
  const value: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  if (typeof value === 'object' && value !== null && 'version' in value && typeof value.version === 'string')
    return { version: value.version }
  return { version: 'unknown' }
}
