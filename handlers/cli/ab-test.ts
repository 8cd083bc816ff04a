import type { CliCommand, CliIo } from '../../src/core/cli.ts'
import { UsageError } from '../../src/core/errors.ts'
import { printDollars, type MicroDollars } from '../../src/core/money.ts'
import { compareWays, runTrials, type AbReport, type Pair, type TryModel } from '../../src/simulation/ab-test.ts'
import { modelNamed, profileNamed } from '../../src/simulation/change-policy.ts'
import { numberOf } from '../../src/simulation/change-scenario.ts'
import { inMicroDollars } from '../../src/simulation/estimated-tokens.ts'
import { toNumber } from '../../src/simulation/exact.ts'
import { replay, type RecordedMessage } from '../../src/simulation/replay.ts'
import { printAbReport, toWireAbReport } from './ab-report.ts'
import { type Arguments, parseArguments, refuseFiles, required, textOf } from './arguments.ts'
import { printCount } from './format.ts'
import { readRecordedMessages } from './recorded-messages.ts'
import type { OpenedPolicy } from './simulate.ts'

/** What two ways are compared with. */
export interface AbSource extends OpenedPolicy {
  /** Every call goes through the ledger: the day's budget counts it too. */
  readonly tryModel: TryModel
  close(): Promise<void>
}

const example = 'tuppence ab-test --a haiku --b mini --messages messages.jsonl'

const help = `Usage: tuppence ab-test --a ALIAS --b ALIAS --messages FILE.jsonl [--judge check] [--limit-usd 0.50]
       tuppence ab-test --a policy:hybrid --b policy:cloud --messages FILE.jsonl

Compares two models, or two policies, on the same recorded messages, pair by pair: mean difference, its 95 % interval by
a paired bootstrap with a printed seed, the interval of the paired t test as a check, and a verdict in words. A better one
is named only when both intervals leave out 0 and chance alone (a sign-flip permutation test) would show as much in fewer
than 5 % of cases, divided by the number of measures.

  --a, --b NAME      an alias of models.yaml, or policy:PROFILE (free, hybrid, tiered, local-first, local-only, cloud)
  --messages FILE    JSON Lines {"text", "intent"?, ...}; - for standard input, .gz accepted
  --judge check      has the models write answers, and counts the checks these pass; without it they say what a message
                     means, which is compared with "intent" where a line has one
  --limit-usd 0.50   the most all calls may cost; 0.50 when absent. The day's budget holds as well
  --seed N           of the resamples; 20261121 when absent
  --json             one JSON object: {a, b, task, messages, pairs, seed, spentMicroDollars, stopped, measures,
                     usdPerFurtherRight, notes}; measures: {name, about, unit, a, b, difference, interval, tInterval, chance,
                     better}; difference is b less a, interval [low, high] or null, better "a", "b" or null

Policies are replayed as by \`tuppence simulate --messages\`: nothing is called. Two models are really asked, and paid.

Example: ${example}
`

/** `tuppence ab-test`. @param open opens the policy, and the door to the models once one is asked */
export function createAbTestCommand(open: () => Promise<AbSource>): CliCommand {
  return {
    summary: 'two models or policies on recorded messages, with the uncertainty of the difference',
    help,
    async run(args, io) {
      const parsed = parseArguments(args, 'ab-test', {
        a: { type: 'string' },
        b: { type: 'string' },
        messages: { type: 'string' },
        judge: { type: 'string' },
        'limit-usd': { type: 'string' },
        seed: { type: 'string' },
      })
      refuseFiles(parsed, example)
      const wish = wishOf(parsed)
      const messages = await readRecordedMessages(required(parsed, 'messages', example), io)
      const source = await open()
      try {
        const result = wish.isPolicy
          ? { pairs: comparePolicies(messages, wish, source), spent: 0, stopped: undefined }
          : await compareModels(messages, { wish, source }, io)
        const report = compareWays(result.pairs, wish.seed)
        const notes = wish.isPolicy ? source.notes : []
        const compared: Compared = { ...wish, ...result, messages: messages.length, report, notes }
        const isJson = parsed.values['json'] === true
        io.stdout.write(isJson ? `${JSON.stringify(toWireAbReport(compared))}\n` : printAbReport(compared))
      } finally {
        await source.close()
      }
      return 0
    },
  }
}

interface Wish {
  readonly a: string
  readonly b: string
  readonly isPolicy: boolean
  readonly task: 'classify' | 'answer'
  readonly limit: MicroDollars
  readonly seed: number
}

/** What was compared, and how it came out. */
export interface Compared extends Wish {
  readonly messages: number
  readonly spent: number
  readonly stopped: string | undefined
  readonly report: AbReport
  readonly notes: readonly string[]
}

const policyMark = 'policy:'

function wishOf(parsed: Arguments): Wish {
  const [a, b] = [required(parsed, 'a', example), required(parsed, 'b', example)]
  const isPolicy = a.startsWith(policyMark)
  if (isPolicy !== b.startsWith(policyMark))
    throw new UsageError(`--a is "${a}" and --b is "${b}"; compare two models or two policies, not one of each.`)
  if (a === b) throw new UsageError(`--a and --b are both "${a}"; name two.`)
  const judge = textOf(parsed, 'judge')
  if (judge !== undefined && judge !== 'check') throw new UsageError(`--judge is "${judge}"; known: check.`)
  if (judge !== undefined && isPolicy)
    throw new UsageError('--judge belongs to two models: of policies nothing is called.')
  const seed = numberOf('--seed', textOf(parsed, 'seed') ?? '20261121', '20261121')
  if (seed.denominator !== 1n || seed.numerator >= 2n ** 32n)
    throw new UsageError(`--seed is "${textOf(parsed, 'seed')}"; write a whole number below 4294967296.`)
  return {
    a,
    b,
    isPolicy,
    task: judge === 'check' ? 'answer' : 'classify',
    limit: inMicroDollars(numberOf('--limit-usd', textOf(parsed, 'limit-usd') ?? '0.50', '0.50')),
    seed: toNumber(seed),
  }
}

function comparePolicies(messages: readonly RecordedMessage[], { a, b }: Wish, source: AbSource): readonly Pair[] {
  const run = (name: string): readonly Pair['a'][] => {
    const profile = profileNamed(name.slice(policyMark.length))
    return replay(messages, { ...source.policy, profile }, source.parts).map(({ cost, calls, intent, message }) => ({
      cost: toNumber(cost, 12),
      modelCall: calls.length > 0 ? 1 : 0,
      ...(message.intent === undefined ? {} : { agreement: intent === message.intent ? 1 : 0 }),
    }))
  }
  const [ofA, ofB] = [run(a), run(b)]
  return ofA.map((values, index) => ({ a: values, b: ofB[index] ?? {} }))
}

async function compareModels(
  messages: readonly RecordedMessage[],
  { wish, source }: { readonly wish: Wish; readonly source: AbSource },
  io: CliIo,
): Promise<{ readonly pairs: readonly Pair[]; readonly spent: number; readonly stopped: string | undefined }> {
  const { a, b, limit } = wish
  for (const alias of [a, b]) {
    modelNamed(source.policy.models, alias)
    const because = source.unusable.get(alias)
    if (because !== undefined) throw new UsageError(`The model "${alias}" cannot be asked: ${because}.`)
  }
  io.stderr.write(
    `Asking ${a} and ${b} about ${printCount(messages.length, 'message')}; this costs at most ${printDollars(limit)} (--limit-usd).\n`,
  )
  return await runTrials(messages, wish, source.tryModel)
}
