import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { taughtOf, testsOf } from '../data.ts'
import { inFolder, judgedBy, type Outsider, run, starts } from './outside.ts'

/** Words and marks apart, in lower case: the tool itself parts by spaces only. */
function toWords(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{N}']+|[^\s\p{L}\p{N}]/gu) ?? []).join(' ')
}

const fasttextSettings =
  '-lr 0.5 -epoch 50 -wordNgrams 2 -minn 2 -maxn 5 -dim 100 -loss softmax -bucket 200000 -thread 1'.split(' ')

/** Time of one message is that of the whole test file, divided by its lines, reading the model not counted. */
export const fasttext: Outsider = {
  name: 'fastText',
  isPresent: () => starts('fasttext', []),
  measure: (messages) =>
    inFolder((folder) => {
      const tests = testsOf(messages)
      const [train, test, none] = ['train.txt', 'test.txt', 'none.txt'].map((name) => join(folder, name))
      if (train === undefined || test === undefined || none === undefined) throw new TypeError('three names')
      const taught = taughtOf(messages)
      const labels = [...new Set(taught.map(({ intent }) => intent))]
      const lines = taught.map(({ text, intent }) => `__label__${labels.indexOf(intent)} ${toWords(text)}\n`)
      writeFileSync(train, lines.join(''))
      writeFileSync(test, tests.map(({ text }) => `${toWords(text)}\n`).join(''))
      writeFileSync(none, '\n')
      const model = join(folder, 'model')
      const seconds = secondsOf(() =>
        run('fasttext', ['supervised', '-input', train, '-output', model, ...fasttextSettings]),
      )
      const predict = (path: string): string => run('fasttext', ['predict-prob', `${model}.bin`, path, '1'])
      const emptySeconds = secondsOf(() => predict(none))
      let said = ''
      const allSeconds = secondsOf(() => {
        said = predict(test)
      })
      const guesses = said
        .trimEnd()
        .split('\n')
        .map((line): readonly [string, number] => {
          const [label = '', probability = '0'] = line.split(' ')
          return [labels[Number(label.replace('__label__', ''))] ?? '', Number(probability)]
        })
      const each = (Math.max(allSeconds - emptySeconds, 0) / tests.length) * 1e6
      const judgement = judgedBy(tests, guesses, Float64Array.of(each))
      return { name: 'fastText', judgement, trainSeconds: seconds, bytes: statSync(`${model}.bin`).size }
    }),
}

function secondsOf(work: () => void): number {
  const begun = performance.now()
  work()
  return (performance.now() - begun) / 1000
}
