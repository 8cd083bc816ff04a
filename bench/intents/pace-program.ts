import { readFileSync } from 'node:fs'
import { contenders } from './contenders/all.ts'
import { readMessages, taughtOf, testsOf } from './data.ts'
import { askAll } from './judge.ts'

/*
 * One contender in a process of its own that is asked for test messages whenever its parent says so, until that leaves:
 *   pace-program.ts NAME DATA FILE    reads FILE, warms up, tells how many test messages there are; then {from, to} → microseconds
 */
const [name, data = '', file = ''] = process.argv.slice(2)
const contender = contenders.find((one) => one.name === name)
if (contender === undefined) throw new RangeError(`No contender is called ${name}.`)

/** After about two thousand messages the engine has compiled what they run through. */
const warmUp = 4000

const guess = await contender.open(readFileSync(file))
const lines = readMessages(data)
const messages = testsOf(lines)
await askAll(guess, evenly(taughtOf(lines), warmUp))

process.on('message', (block) => {
  // The cast is the border to the parent, which sends nothing else.
  const { from, to } = block as { from: number; to: number }
  askAll(guess, messages.slice(from, to))
    .then(({ times }) => process.send?.([...times]))
    .catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`)
      process.exit(1)
    })
})
process.send?.(messages.length)

/** So many of them, from the first to the last: they stand by intent. */
function evenly<Item>(items: readonly Item[], count: number): readonly Item[] {
  const every = Math.max(1, Math.floor(items.length / count))
  return items.filter((_, index) => index % every === 0).slice(0, count)
}
