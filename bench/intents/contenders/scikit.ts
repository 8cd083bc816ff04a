import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestMessage } from '../../../src/classification/evaluation.ts'
import { taughtOf, testsOf } from '../data.ts'
import { inFolder, judgedBy, type Outsider, run } from './outside.ts'

const script = join(import.meta.dirname, 'scikit.py')

interface ScikitOutput {
  readonly trainSeconds: number
  readonly bytes: number
  readonly megabytes: number
  readonly guesses: readonly (readonly [string, number])[]
  readonly microseconds: readonly number[]
}

function python(): string | undefined {
  return ['python3', '/usr/bin/python3'].find((command) => spawnSync(command, ['-c', 'import sklearn']).status === 0)
}

function createScikit(name: string, kind: 'svc' | 'logistic'): Outsider {
  return {
    name,
    isPresent: () => python() !== undefined,
    measure: (messages) =>
      inFolder((folder) => {
        const tests = testsOf(messages)
        const [train, test] = [join(folder, 'train.jsonl'), join(folder, 'test.jsonl')]
        const toLines = (rows: readonly TestMessage[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
        writeFileSync(train, toLines(taughtOf(messages)))
        writeFileSync(test, toLines(tests))
        const output = JSON.parse(run(python() ?? 'python3', [script, kind, train, test])) as ScikitOutput
        const times = Float64Array.from(output.microseconds).sort()
        const { trainSeconds, bytes, megabytes } = output
        return { name, judgement: judgedBy(tests, output.guesses, times), trainSeconds, bytes, megabytes }
      }),
  }
}

export const scikitSvc: Outsider = createScikit('scikit-learn SVC', 'svc')

/** Minutes of training on CLINC150. */
export const scikitLogistic: Outsider = createScikit('scikit-learn logistic', 'logistic')
