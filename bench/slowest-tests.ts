import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { z } from 'zod'

const root = new URL('..', import.meta.url).pathname

const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      startTime: z.number(),
      endTime: z.number(),
      assertionResults: z.array(z.object({ fullName: z.string(), duration: z.number().nullish() })),
    }),
  ),
})

/**
 * The files that took longest in a run, each with its longest test.
 * @param json the report of the run, as vitest writes it
 */
function slowest(json: string, count: number): readonly string[] {
  const { testResults } = report.parse(JSON.parse(json))
  const begunAt = Math.min(...testResults.map(({ startTime }) => startTime))
  return testResults
    .toSorted((one, other) => other.endTime - other.startTime - (one.endTime - one.startTime))
    .slice(0, count)
    .map(({ name, startTime, endTime, assertionResults }) => {
      const [longest] = assertionResults.toSorted((one, other) => (other.duration ?? 0) - (one.duration ?? 0))
      const times = [endTime - startTime, startTime - begunAt].map((milliseconds) => (milliseconds / 1000).toFixed(1))
      const test = longest === undefined ? '' : `${((longest.duration ?? 0) / 1000).toFixed(1)} s ${longest.fullName}`
      return `${times[0]?.padStart(6)} s from ${times[1]?.padStart(6)} s  ${relative(root, name)}: ${test}`
    })
}

/** `node bin/run.mjs bench/slowest-tests.ts [count]` prints them for the latest run of all tests. */
export default function main([count = '30']: readonly string[]): number {
  const file = new URL('../test-results/report.json', import.meta.url)
  if (!existsSync(file)) {
    process.stderr.write('There is no report of the tests: run npm test to its end.\n')
    return 1
  }
  const json = readFileSync(file, 'utf8')
  process.stdout.write(`${slowest(json, Number(count)).join('\n')}\n`)
  return 0
}
