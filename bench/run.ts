/*
 * npm run bench -- [NAME] [arguments]: one benchmark, or each in turn with the same arguments.
 */
type Benchmark = (args: readonly string[]) => number | Promise<number>

const benchmarks: Readonly<Record<string, () => Promise<{ default: Benchmark }>>> = {
  intents: async () => await import('./intents.ts'),
  shipped: async () => await import('./shipped.ts'),
  retrain: async () => await import('./retrain.ts'),
  encoder: async () => await import('./encoder.ts'),
  robustness: async () => await import('./robustness.ts'),
  cache: async () => await import('./cache.ts'),
  routing: async () => await import('./routing.ts'),
  acknowledge: async () => await import('./acknowledge.ts'),
  pipeline: async () => await import('./pipeline.ts'),
  start: async () => await import('./start.ts'),
  sizing: async () => await import('./sizing.ts'),
}

/**
 * Runs what is asked for.
 *
 * @returns the exit code: the highest of them, or 2 for a name nobody knows
 */
async function main(args: readonly string[]): Promise<number> {
  const [first, ...rest] = args
  if (first === '--help') {
    process.stdout.write(
      `npm run bench -- [NAME] [arguments], for all or one of: ${Object.keys(benchmarks).join(', ')}.\n`,
    )
    return 0
  }
  if (first === undefined || first.startsWith('-')) {
    let code = 0
    for (const load of Object.values(benchmarks)) code = Math.max(code, await (await load()).default(args))
    return code
  }
  const load = benchmarks[first]
  if (load === undefined) {
    process.stderr.write(`${first} is no benchmark; known: ${Object.keys(benchmarks).join(', ')}.\n`)
    return 2
  }
  return await (await load()).default(rest)
}

export default main
