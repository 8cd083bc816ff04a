import { uuidv7 } from 'uuidv7'
import { openStore } from '../../../adapters/store/store.ts'
import { Bench, noon } from '../../contracts/store/bench.ts'

/**
 * A process that folder.test.ts kills: takes messages, answers every second one and leaves the others claimed, and writes
 * a line once the store has said that it is kept.
 */
const [folder = '', tenant = '', conversation = ''] = process.argv.slice(2)
const clock = { at: noon }
const store = await openStore({ kind: 'folder', folder }, () => clock.at, uuidv7)
const bench = Object.assign(new Bench(store, clock), { tenant })
for (let number = 1; ; number += 1) {
  const own = `${conversation}-${number}`
  await bench.accept({ id: own, conversation: own })
  process.stdout.write(`accepted ${own}\n`)
  const claim = await bench.claim(own)
  if (number % 2 === 0) {
    await bench.complete(claim)
    process.stdout.write(`answered ${own}\n`)
  }
}
