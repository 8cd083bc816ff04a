import type { CliCommand } from '../../src/core/cli.ts'
import { parseArguments, refuseFiles } from './arguments.ts'

const example = 'tuppence benchmark --data banking77.jsonl.gz'

/** `tuppence benchmark`. @param run the benchmark itself, given the arguments; resolves with the exit code */
export function createBenchmarkCommand(run: (args: readonly string[]) => Promise<number>): CliCommand {
  return {
    summary: 'the classifier beside its peers, in one run',
    help: `Usage: tuppence benchmark [--data FILE or FOLDER ...] [--only NAME ...] [--json] [--charts FOLDER]

Trains and tests the classifier and every peer that is on this machine, each in a process of its own, on the same lines:
nlp.js, the Bayes classifiers of natural and wink (installed into bench/peers/ on demand), and fastText and scikit-learn
where they are. Prints a table for each data set and the bar with what was reached. Takes minutes.

  --data PATH      lines {"text", "intent", "split"} (.gz accepted), or a folder of such files; by default the folder
                   intents/ in TUPPENCE_TEST_DATA
  --only NAME      only this contender, by its name in the table; may be repeated
  --charts FOLDER  draws reliability and coverage as SVG
  --json           one JSON object: {results: [{set, measured, isRepeatable}], bar}

Exits with 1 when a figure that must be reached was not, with 2 without data or peers.

Example: ${example}
`,
    async run(args) {
      const options = { data: 'string', only: 'string', charts: 'string' } as const
      const known = Object.fromEntries(
        Object.entries(options).map(([name, type]) => [name, { type, multiple: name !== 'charts' }]),
      )
      refuseFiles(parseArguments(args, 'benchmark', known), example)
      return await run(args)
    },
  }
}
