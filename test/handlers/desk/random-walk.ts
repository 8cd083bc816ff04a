import { expect, onTestFinished, test } from 'vitest'
import type { Store } from '../../../adapters/store/store.ts'
import type { Pace } from '../../../handlers/pace.ts'
import type { Author } from '../../../src/core/message.ts'
import { seeded } from '../../random.ts'
import { sweeping } from '../rig.ts'
import { ann, bob, customer, DeskRig, expectSeen, teamChannel } from './rig.ts'

/** What was done, to be counted against what everybody sees. */
interface Done {
  readonly said: string[]
  readonly written: string[]
}

/** However often the platform fails one message in a row, the walk need not wait long for it. */
const pace: Pace = { firstWaitMs: 5, longestWaitMs: 20, looksMs: [], lookLeaseMs: 60_000 }

interface Moment {
  readonly round: number
  readonly random: () => number
}

/** One thing a customer or somebody of the team may do at any time, by one of two processes. */
async function step(rig: DeskRig, done: Done, { round, random }: Moment): Promise<void> {
  const person: Author = random() < 0.5 ? ann : bob
  const cards = rig.handOvers()
  const card = cards[Math.floor(random() * cards.length)]
  const kind = random()
  if (kind < 0.45) {
    const text =
      kind < 0.08 ? `A person please ${done.said.length} in ${round}` : `Word ${done.said.length} in ${round}`
    done.said.push(text)
    await rig.says(text)
    return
  }
  if (card === undefined) return
  if (kind < 0.7) {
    const text = `Answer ${done.written.length} in ${round}`
    done.written.push(text)
    await rig.writes(person, text, { card: card.id })
    return
  }
  const action = card.actions[Math.floor(random() * card.actions.length)]
  if (action === undefined || action.label === 'Note…') return
  const address = { team: 'T1', channel: teamChannel }
  const message = rig.message('', { author: person, pressed: action.id, address })
  await (random() < 0.5 ? rig.desk : rig.secondDesk).press(message)
}

/** When each was said; what is said in one round may come in any order. */
function roundsOf(texts: readonly string[]): readonly number[] {
  return texts.map((text) => Number(/\d+$/.exec(text)?.[0]))
}

/**
 * What holds whatever customers and the team do at once, by two processes, on a platform that fails.
 * @param runs how many random walks
 */
export function randomPromises(store: () => Store, runs: number): void {
  const seeds = Array.from({ length: runs }, (_, run) => (Date.now() + run * 7919) % 1_000_000)

  test.each(seeds)(
    'whatever both sides do at once, each word ends in one place and in its order (seed %i)',
    async (seed) => {
      const random = seeded(seed)
      const rig = await new DeskRig(store(), { pace }).start()
      const { twins, forgetOld } = store()
      onTestFinished(await sweeping({ ...rig.parts, twins, forgetOld, pace }, 100))
      const done: Done = { said: [], written: [] }
      await rig.says('A person please')
      await expectSeen(() => rig.handOvers()).toHaveLength(1)

      for (let round = 0; round < 25; round += 1) {
        if (random() < 0.3) rig.chat().faults.push(random() < 0.5 ? 'lose-answer' : 'refuse')
        await Promise.all(
          Array.from({ length: 1 + Math.floor(random() * 3) }, () => step(rig, done, { round, random })),
        )
      }

      const threads = (): readonly string[] =>
        rig
          .chat()
          .seen.flatMap(({ thread, channel, text }) => (thread === undefined || channel !== teamChannel ? [] : [text]))
      const relayed = (): readonly string[] => rig.read().filter((text) => / Answer \d+ in \d+$/.test(text))
      const unsent = (): readonly string[] => threads().filter((text) => text.startsWith('Not sent'))
      await expectSeen(() => relayed().length + unsent().length).toBe(done.written.length)
      const answered = (): readonly string[] => rig.read().filter((text) => text.startsWith('You said '))
      const passedOn = (): readonly string[] => threads().filter((text) => text.startsWith('💬 **Cora:**'))
      // What asks for a person while the bot answers is a card of its own.
      const asked = (): number => rig.handOvers().length - 1
      await expectSeen(() => answered().length + passedOn().length + asked()).toBe(done.said.length)

      expect(new Set(relayed()).size).toBe(relayed().length)
      const below = Map.groupBy(rig.chat().seen, ({ thread }) => thread ?? '').values()
      for (const texts of [
        relayed(),
        answered(),
        ...[...below].map((all) => all.map(({ text }) => text).filter((text) => text.startsWith('💬 **Cora:**'))),
      ])
        expect(roundsOf(texts)).toEqual(roundsOf(texts).toSorted((one, other) => one - other))
      const open = (await rig.queue()).find(({ conversation }) => conversation === 'talk')
      const talk = await store().conversations.load({ tenant: rig.tenant, conversation: 'talk' })
      expect(talk?.state).toBe(open === undefined || open.facts.isWithBot ? 'bot' : 'person')
      expect(talk?.author).toEqual(customer)
      await rig.stop()
    },
  )
}
