import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { contenders, outsiders } from './contenders/all.ts'
import { readMessages } from './data.ts'
import type { Measured } from './measured.ts'
import { comparePace, type Learned, type Pace } from './pace.ts'

const program = join(import.meta.dirname, 'program.ts')

/** Runs one step in a process of its own. */
async function runStep(args: readonly string[]): Promise<unknown> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [written, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  if (code !== 0) throw new Error(`${args.slice(0, 2).join(' ')} ended with ${String(code)}.`)
  // A peer may print as it learns; the last line is ours.
  return JSON.parse(written.trimEnd().split('\n').at(-1) ?? '')
}

/** What a run compares. */
export interface Comparison {
  readonly path: string
  /** Of ours or of a peer; all when empty. */
  readonly names: readonly string[]
  readonly onBegin: (name: string) => void
}

/** What a comparison gave. */
export interface Compared {
  readonly measured: readonly Measured[]
  /** Of our first stage beside nlp.js, where both were compared. */
  readonly pace: Pace | undefined
}

const paceRounds = 11

/**
 * Measures every contender that is here on one data set, one after the other; then what a message takes us and nlp.js, in
 * turns.
 *
 * @throws Error when one of them fails
 */
export async function compare({ path, names, onBegin }: Comparison): Promise<Compared> {
  const isWanted = ({ name }: { readonly name: string }): boolean => names.length === 0 || names.includes(name)
  const measured: Measured[] = []
  const learned: Learned[] = []
  let pace: Pace | undefined
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-bench-'))
  try {
    for (const { name } of contenders.filter(isWanted)) {
      onBegin(name)
      const file = join(folder, `model-${learned.length}`)
      learned.push({ name, file })
      const trained = (await runStep(['train', name, path, file])) as Pick<Measured, 'trainSeconds' | 'bytes'>
      const judged = (await runStep(['judge', name, path, file])) as Omit<Measured, 'trainSeconds' | 'bytes' | 'name'>
      measured.push({ name, ...trained, ...judged })
    }
    const [own, other] = ['Tuppence', 'nlp.js'].map((wanted) => learned.find(({ name }) => name === wanted))
    if (own !== undefined && other !== undefined) {
      onBegin('Tuppence and nlp.js, in turns')
      pace = await comparePace(path, [own, other], paceRounds)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  for (const outsider of outsiders.filter(isWanted)) {
    if (!outsider.isPresent()) continue
    onBegin(outsider.name)
    measured.push(outsider.measure(readMessages(path)))
  }
  return { measured, pace }
}

/** Whether learning twice from the same lines gives the same bytes. */
export async function isRepeatable(path: string): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-bench-'))
  try {
    const files = ['one', 'two'].map((name) => join(folder, name))
    for (const file of files) await runStep(['train', 'Tuppence', path, file])
    const [one, two] = files.map((file) => readFileSync(file))
    return one !== undefined && two !== undefined && one.equals(two)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
