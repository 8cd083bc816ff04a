import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { unlimitedFolder } from './unlimited.ts'

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

/** A bot in a process of its own, as `npm start` runs it. */
export interface BotProcess {
  readonly url: string
  readonly pid: number
  /** Ends it as a crash would, or politely; resolves with the exit code once it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>
  /** Resolves once it is gone, for whatever reason. */
  readonly gone: Promise<void>
  /** What it wrote to standard error so far. */
  readonly errors: () => string
}

/**
 * Starts the bot on a data folder and waits until it is ready.
 * @param program the script that starts it, with its arguments
 * @throws Error with its output when it ends before
 */
export async function startBotProcess(
  folder: string,
  environment: Readonly<Record<string, string>> = {},
  program: readonly string[] = [cli, 'start'],
): Promise<BotProcess> {
  const port = environment['PORT'] ?? String(await freePort())
  const own = { TUPPENCE_CONFIG_DIR: unlimitedFolder, TUPPENCE_DATA_DIR: folder }
  const child = spawn(process.execPath, program, {
    env: { ...cleanEnvironment(), LOG_LEVEL: 'error', PORT: port, ...own, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (part: Buffer) => {
    errors += part.toString()
  })
  const gone = once(child, 'exit').then(() => {})
  const url = `http://127.0.0.1:${port}`
  await untilReady(url, child, () => errors)
  return {
    url,
    pid: child.pid ?? 0,
    gone,
    errors: () => errors,
    end: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      child.kill(signal)
      await gone
      return child.exitCode
    },
  }
}

async function untilReady(url: string, child: ChildProcess, errors: () => string): Promise<void> {
  const endsAt = performance.now() + 120_000
  while (child.exitCode === null && child.signalCode === null && performance.now() < endsAt) {
    const response = await fetch(`${url}/readyz`).catch(() => undefined)
    if (response?.ok === true) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  child.kill('SIGKILL')
  throw new Error(`The bot did not become ready:\n${errors()}`)
}

/** A port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** The environment without whatever would configure a bot. */
export function cleanEnvironment(): Record<string, string> {
  const names = /^(?:TUPPENCE_|SLACK_|DISCORD_|REDIS_|OTEL_|DATABASE_URL|PORT$|HOST$|LOG_LEVEL$)/
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || names.test(name) ? [] : [[name, value]],
    ),
  )
}
