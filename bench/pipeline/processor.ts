import { readdirSync, readFileSync } from 'node:fs'

/** A program and everything it has started. */
export interface Usage {
  /** Of the processor, ended children included. */
  readonly cpuMs: number
  /** Resident now, without what its processes share with others. */
  readonly megabytes: number
}

/** Linux counts time in hundredths of a second, whatever the machine. */
const msPerTick = 10

/** What a process and its children have used, as Linux tells it; nothing where there is no such process. */
export function usageOf(pid: number): Usage {
  const parents = new Map(pids().flatMap((one) => (statOf(one) === undefined ? [] : [[one, statOf(one)?.parent ?? 0]])))
  const family = new Set([pid])
  for (let size = 0; size < family.size;) {
    size = family.size
    for (const [child, parent] of parents) if (family.has(parent)) family.add(child)
  }
  const members = [...family].map((one) => ({ stat: statOf(one), megabytes: ownMegabytesOf(one) }))
  return {
    cpuMs: members.reduce((sum, { stat }) => sum + (stat?.cpuMs ?? 0), 0),
    megabytes: Math.round(members.reduce((sum, { megabytes }) => sum + megabytes, 0)),
  }
}

function pids(): readonly number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html (read 2026-11-28) */
function statOf(pid: number): { readonly parent: number; readonly cpuMs: number } | undefined {
  const line = readIfThere(`/proc/${pid}/stat`)
  if (line === undefined) return undefined
  // The name stands in brackets and may hold spaces.
  const [, parent, ...rest] = line
    .slice(line.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const ticks = rest.slice(9, 13).reduce((sum, one) => sum + one, 0) // utime, stime, and those of the children
  return { parent: parent ?? 0, cpuMs: ticks * msPerTick }
}

function ownMegabytesOf(pid: number): number {
  const told = readIfThere(`/proc/${pid}/smaps_rollup`)
  const kilobytes = /^Pss:\s+(\d+)/m.exec(told ?? '')?.[1] ?? '0'
  return Number(kilobytes) / 1024
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined // it has ended meanwhile
  }
}
