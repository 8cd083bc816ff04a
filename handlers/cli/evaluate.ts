import { evaluate, type TestMessage } from '../../src/classification/evaluation.ts'
import { defaultTarget, stageThresholdsFor } from '../../src/classification/fitted.ts'
import { isOutOfScope } from '../../src/classification/training.ts'
import type { CliCommand } from '../../src/core/cli.ts'
import { UsageError } from '../../src/core/errors.ts'
import { unknownIntent } from '../../src/core/intent.ts'
import { parseArguments, refuseFiles, required } from './arguments.ts'
import { countSplits, readLabelledLines } from './labelled-lines.ts'
import { openStages, readModelFile } from './model-file.ts'
import { targetOf } from './target.ts'

const usage = 'tuppence evaluate --model intents.tpnc --data messages.jsonl'

/** `tuppence evaluate`: how well a trained classifier does on the test lines of a data set. */
export const evaluateCommand: CliCommand = {
  summary: 'measure a trained classifier on test messages',
  help: `Usage: ${usage} [--target 0.98]

Reads the lines of split "test" and "oos_test" and prints one JSON object:
accuracy, macroF1, ece, coverageAt, atThreshold, perIntent, outOfScope (with oos_test lines), shareByStage,
microsecondsPerMessage, confusions, agentAccuracy (where intents are named agent.intent), reliability. Shares and rates
are 0..1. The threshold comes from training or labelled messages, never from test lines.
  outOfScope    {auroc, leakAtThreshold, recall}: recall is the share of the out-of-scope messages that are named
                "unknown" or stay below the threshold; leakAtThreshold is the rest, answered with an intent
  confusions    the most frequent {intent, said, messages}, at most 20
  reliability   up to 15 bins of stated confidence: {from, to, messages, confidence, right}
A file trained with an encoder is measured as both stages together, each with a threshold of its own.

  --model FILE   a file made by tuppence train
  --data FILE    labelled messages (JSON Lines, .gz accepted)
  --target P     the precision the threshold aims at; 0.98 when absent
`,
  async run(args, io) {
    const parsed = parseArguments(args, 'evaluate', {
      model: { type: 'string' },
      data: { type: 'string' },
      target: { type: 'string' },
    })
    if (parsed.values.help === true) {
      io.stdout.write(this.help)
      return 0
    }
    refuseFiles(parsed, usage)
    const modelPath = required(parsed, 'model', usage)
    const path = required(parsed, 'data', usage)
    const target = targetOf(parsed, defaultTarget)
    const fitted = await readModelFile(modelPath, io)
    const lines = await readLabelledLines(path, io)
    const messages = lines
      .filter(({ split }) => split === 'test' || split === 'oos_test')
      .map((line): TestMessage => ({ text: line.text, intent: isOutOfScope(line) ? unknownIntent : line.intent }))
    if (!messages.some(({ intent }) => intent !== unknownIntent)) {
      throw new UsageError(`${path}: has no line of split "test" to measure with. Found: ${countSplits(lines)}.`)
    }
    const thresholds = stageThresholdsFor(fitted, target)
    const classifier = await openStages(fitted, io, thresholds.first)
    const result = evaluate(classifier, messages, {
      threshold: thresholds.first,
      encoderThreshold: thresholds.second,
      now: () => performance.now(),
    })
    io.stdout.write(`${JSON.stringify(result)}\n`)
    return 0
  },
}
