import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { cleanEnvironment } from '../bot-process.ts'

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

/** What a command left behind. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface Given {
  readonly input?: string
  readonly environment?: Readonly<Record<string, string>>
}

/** Runs `tuppence` with these arguments in a process of its own; one that hangs is killed after a minute. */
export async function tuppence(args: readonly string[], given: Given = {}): Promise<Ended> {
  return await run(process.execPath, [cli, ...args], given)
}

/** Runs a line of the shell in which `$TUPPENCE` is the command. */
export async function shell(line: string, { environment, ...given }: Given = {}): Promise<Ended> {
  const command = `"${process.execPath}" "${cli}"`
  return await run('sh', ['-c', line.replaceAll('$TUPPENCE', command)], { ...given, environment: { ...environment } })
}

async function run(program: string, args: readonly string[], { input = '', environment = {} }: Given): Promise<Ended> {
  const child = spawn(program, args, {
    env: { ...cleanEnvironment(), ...environment },
    timeout: 60_000,
    killSignal: 'SIGKILL',
  })
  const { promise, resolve, reject } = Promise.withResolvers<Ended>()
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (stdout += part))
  child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part))
  child.stdin.on('error', () => {}) // the command may end before it has read everything
  child.on('error', reject)
  child.on('close', (code) => resolve({ code, stdout, stderr }))
  child.stdin.end(input)
  return await promise
}

/** The lines of JSON that a command printed; throws when anything else stands among them. */
export function jsonLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
