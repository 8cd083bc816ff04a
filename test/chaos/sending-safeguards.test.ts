import { expect, test } from 'vitest'
import { atMost } from './sending/at-most.ts'
import { isKept } from './sending/report.ts'
import { runSending, type SendingReport } from './sending/run.ts'
import { safeguards, type Safeguard } from './sending/safeguards.ts'
import { openSlackStage } from './sending/slack-stage.ts'
import { heavyMalice } from './sending/stage.ts'

const seed = Math.floor(Math.random() * 1e9)
/** Five bots that start at once on two cores are late for everything. */
const inTurn = atMost(2)
const small = { seed, questions: 60, malice: heavyMalice } as const

test.concurrent(`with all safeguards the promise is kept where two in five sendings go wrong (seed ${seed})`, async () => {
  const report = await inTurn(() => runSending({ ...small, kills: 1 }, openSlackStage))

  expect({ ...report, isKept: isKept(report) }).toMatchObject({ isKept: true })
}, 300_000)

/** A reply that the platform takes late may be seen twice for a moment whatever the bot does; where only answers are lost, none is. */
const lostAnswersAlone = { ...heavyMalice, lateAccept: 0, actThenDrop: 0.24 }

/** What goes wrong without a safeguard. What was said to be stored and was not is lost only by whoever dies. */
const broken: readonly (readonly [Safeguard, number, (report: SendingReport) => number])[] = [
  ['look', 0, ({ twins }) => twins],
  ['tidy', 0, ({ doubled }) => doubled.length],
  ['order', 0, ({ outOfOrder }) => outOfOrder.length],
  ['commit', 1, ({ lost }) => lost.length],
]

test.concurrent.each(broken)(
  `without the safeguard "%s" it is broken (seed ${seed})`,
  async (without, kills, count) => {
    const malice = without === 'look' ? lostAnswersAlone : heavyMalice
    const report = await inTurn(() => runSending({ ...small, malice, kills, without }, openSlackStage))

    expect({ ...report, isKept: isKept(report) }).toMatchObject({ isKept: false })
    expect(count(report)).toBeGreaterThan(0)
  },
  300_000,
)

test('every safeguard is taken away once', () => {
  expect(broken.map(([name]) => name)).toEqual(Object.keys(safeguards))
})
