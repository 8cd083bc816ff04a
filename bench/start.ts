import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { cleanEnvironment } from '../test/bot-process.ts'
import { DiscordServer } from '../test/servers/discord.ts'
import { SlackServer } from '../test/servers/slack.ts'

/*
 * How much time and memory the platforms add to a start, beside importing both of their libraries bare in the same run, and
 * whether anything of them is loaded where none is configured; and what the classifier's first stage adds:
 *   npm run bench -- start [--runs 5]
 */

/** Both platforms may add so many times what importing both libraries takes, and so much more memory than these. */
const limits = { times: 1.3, moreMegabytes: 20 }

/** What reading the kept classifier and understanding a first message may add to reading the configuration. */
const classifierLimits = { ms: 60, megabytes: 40 }

const programs = {
  nothing: ['nothing'],
  'both libraries bare': ['libraries'],
  'Tuppence, no platform': ['bot'],
  'Tuppence, both platforms': ['bot'],
  'configuration alone': ['configuration'],
  'configuration and classifier': ['classifier'],
} as const
type Name = keyof typeof programs
const names = Object.keys(programs).filter((name): name is Name => Object.hasOwn(programs, name))

interface Start {
  readonly ms: number
  /** Time of the processor, whatever else the machine does. */
  readonly cpuMs: number
  readonly megabytes: number
  /** Files of the two libraries that were loaded. */
  readonly files: number
}

/** Ends with 1 when a start took too long or too much. */
export default async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { runs: { type: 'string', default: '5' } } })
  const slack = await new SlackServer().start()
  const discord = await new DiscordServer().start()
  discord.token = 'example-token-of-some-length'
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-bench-'))
  const tokens = {
    SLACK_BOT_TOKEN: 'xoxb-example',
    SLACK_APP_TOKEN: 'xapp-example',
    SLACK_API_URL: slack.apiUrl,
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.apiUrl,
  }
  // As bin/ starts the bot: what Node compiled is kept from start to start.
  const kept = { TUPPENCE_DATA_DIR: folder, NODE_COMPILE_CACHE: join(folder, 'compiled') }
  const own = { ...cleanEnvironment(), ...kept, PORT: '0', LOG_LEVEL: 'silent' }
  try {
    // Makes the database, trains, and compiles everything once.
    for (const name of names) await start(name, { ...own, ...(name.includes('both platforms') ? tokens : {}) })
    const all = new Map<Name, Start[]>(names.map((name) => [name, []]))
    for (let run = 0; run < Number(values.runs); run += 1)
      for (const name of names)
        all.get(name)?.push(await start(name, name.includes('both platforms') ? { ...own, ...tokens } : own))
    return report(new Map([...all].map(([name, starts]) => [name, medianOf(starts)])))
  } finally {
    await slack.close()
    await discord.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** From the beginning of the process until all it starts is ready. */
async function start(name: Name, environment: Readonly<Record<string, string>>): Promise<Start> {
  const script = fileURLToPath(new URL('start-program.ts', import.meta.url))
  const begunMs = performance.now()
  const child = fork(script, [...programs[name]], { env: environment })
  const gone = once(child, 'exit')
  const [told]: readonly unknown[] = await Promise.race([once(child, 'message'), gone])
  const ms = performance.now() - begunMs
  if (typeof told !== 'object' || told === null || !('rss' in told)) throw new Error(`${name} ended at once`)
  child.kill('SIGKILL')
  await gone
  const { rss, cpuMs, files } = { cpuMs: NaN, files: NaN, ...told }
  return { ms, cpuMs, megabytes: Number(rss) / 2 ** 20, files }
}

function medianOf(starts: readonly Start[]): Start {
  const middle = (numbers: readonly number[]): number =>
    numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? NaN
  return {
    ms: middle(starts.map(({ ms }) => ms)),
    cpuMs: middle(starts.map(({ cpuMs }) => cpuMs)),
    megabytes: middle(starts.map(({ megabytes }) => megabytes)),
    files: Math.max(...starts.map(({ files }) => files)),
  }
}

function report(medians: ReadonlyMap<Name, Start>): number {
  const of = (name: Name): Start => medians.get(name) ?? { ms: NaN, cpuMs: NaN, megabytes: NaN, files: NaN }
  const [empty, bare, none, both] = [
    of('nothing'),
    of('both libraries bare'),
    of('Tuppence, no platform'),
    of('Tuppence, both platforms'),
  ]
  const times = (both.ms - none.ms) / (bare.ms - empty.ms)
  const cpuTimes = (both.cpuMs - none.cpuMs) / (bare.cpuMs - empty.cpuMs)
  const more = both.megabytes - none.megabytes - (bare.megabytes - empty.megabytes)
  const rows = names.map((name) => {
    const { ms, cpuMs, megabytes, files } = of(name)
    return `| ${name} | ${Math.round(ms)} | ${Math.round(cpuMs)} | ${Math.round(megabytes)} | ${files} |\n`
  })
  process.stdout.write(
    'Medians\n\n| | ms | ms of processor | MB | files of the libraries |\n| --- | --- | --- | --- | --- |\n' +
      `${rows.join('')}\nBoth platforms add ${times.toFixed(2)} × the time of their libraries bare (at most ` +
      `${limits.times}; ${cpuTimes.toFixed(2)} × of the processor’s), and ${more.toFixed(1)} MB more than these (at most ` +
      `${limits.moreMegabytes}). A whole start with them takes ${(both.ms / bare.ms).toFixed(2)} × as long as the bare import.\n`,
  )
  const isKept = reportClassifier(of('configuration alone'), of('configuration and classifier'))
  return times <= limits.times && more <= limits.moreMegabytes && none.files === 0 && isKept ? 0 : 1
}

/** Whether the classifier's first stage starts as lightly as it may. */
function reportClassifier(without: Start, having: Start): boolean {
  const ms = having.ms - without.ms
  const cpuMs = having.cpuMs - without.cpuMs
  const megabytes = having.megabytes - without.megabytes
  process.stdout.write(
    `The classifier, kept from an earlier start, and its first answer add ${Math.round(ms)} ms (at most ` +
      `${classifierLimits.ms}; ${Math.round(cpuMs)} ms of the processor) and ${megabytes.toFixed(1)} MB (at most ` +
      `${classifierLimits.megabytes}).\n`,
  )
  return ms <= classifierLimits.ms && megabytes <= classifierLimits.megabytes
}
