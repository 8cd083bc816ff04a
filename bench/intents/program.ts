import { readFileSync, writeFileSync } from 'node:fs'
import { contenders } from './contenders/all.ts'
import { evaluateCascade, tuppenceEncoder } from './contenders/tuppence.ts'
import { type LabelledMessage, readMessages, testsOf } from './data.ts'
import { judge } from './judge.ts'
import type { Cascade } from './measured.ts'

/*
 * One step of one contender in a process of its own, so that neither time nor memory is shared:
 *   program.ts train NAME DATA FILE    learns, writes FILE, prints {trainSeconds, bytes}
 *   program.ts judge NAME DATA FILE    reads FILE, classifies the test lines, prints {judgement, loadMs, megabytes}
 */
const [step, name, data = '', file = ''] = process.argv.slice(2)
const contender = contenders.find((one) => one.name === name)
if (contender === undefined) throw new RangeError(`No contender is called ${name}.`)

/** What to print. */
async function printed(): Promise<object> {
  if (contender === undefined) throw new RangeError(`No contender is called ${name}.`)
  const messages = readMessages(data)
  if (step === 'train') {
    const begun = process.cpuUsage()
    const bytes = await contender.train(messages)
    const { user, system } = process.cpuUsage(begun)
    writeFileSync(file, bytes)
    return { trainSeconds: (user + system) / 1e6, bytes: bytes.length }
  }
  const bytes = readFileSync(file)
  const begun = performance.now()
  const guess = await contender.open(bytes)
  const loadMs = performance.now() - begun
  const judgement = await judge(guess, testsOf(messages))
  const megabytes = process.memoryUsage().rss / 2 ** 20
  return { judgement, loadMs, megabytes, ...(contender === tuppenceEncoder && { cascade: cascadeOf(bytes, messages) }) }
}

function cascadeOf(bytes: Uint8Array, messages: readonly LabelledMessage[]): Cascade {
  const { atThreshold, outOfScope, shareByStage } = evaluateCascade(bytes, messages)
  const { answered, precision } = atThreshold
  return { answered, precision, leak: outOfScope?.leakAtThreshold, shareByStage }
}

process.stdout.write(`${JSON.stringify(await printed())}\n`)
