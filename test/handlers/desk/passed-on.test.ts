import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Store } from '../../../adapters/store/store.ts'
import { openEmptyStore } from '../../store.ts'
import { ann, DeskRig, expectSeen } from './rig.ts'

let store: Store
let rig: DeskRig
beforeAll(async () => {
  store = await openEmptyStore()
})
beforeEach(async () => {
  rig = await new DeskRig(store).start()
})
afterEach(() => rig.stop())
afterAll(() => store.close())

describe('what only people can place, while the bot goes on', () => {
  const passedOn = async (): Promise<void> => {
    await rig.says('gibberish')
    await expectSeen(() => rig.handOvers()).toHaveLength(1)
    await expectSeen(() => rig.read()).toHaveLength(1)
  }

  test('is a card too, and the next message is answered by the bot', async () => {
    await passedOn()
    await rig.says('Hello')
    await expectSeen(() => rig.read().at(-1)).toBe('You said Hello')

    expect(rig.handOvers()[0]?.text).toContain(
      '**Something for the team** · ticket **T-1** · the bot goes on answering',
    )
    expect(rig.thread()).toEqual([])
  })

  test('that cannot be placed again stands in the thread of the same card', async () => {
    await passedOn()
    await rig.says('more gibberish')

    await expectSeen(() => rig.thread()).toEqual(['💬 **Cora:** more gibberish'])
    expect(rig.handOvers()).toHaveLength(1)
  })

  test('is taken by whoever claims it: from then on a person has the conversation', async () => {
    await passedOn()
    await rig.presses(ann, 'Claim')
    await expectSeen(() => rig.read().at(-1)).toContain('Ann is here now')
    await rig.says('Hello')

    await expectSeen(() => rig.thread()).toEqual(['💬 **Cora:** Hello'])
    expect(rig.read()).toHaveLength(2)
  })

  test('is resolved without disturbing what the customer does with the bot', async () => {
    await passedOn()
    await rig.says('Hello')
    await expectSeen(() => rig.read()).toHaveLength(2)
    await rig.presses(ann, 'Resolve')
    await expectSeen(() => rig.read().at(-1)).toMatch(/^Ann has closed ticket \*\*T-1\*\*\. If/)

    const talk = await rig.parts.conversations.load({ tenant: rig.tenant, conversation: 'talk' })
    expect(talk?.last?.intent).toBe('general.greeting')
    expect((await rig.tickets())[0]?.state).toBe('solved')
  })

  test('is followed by a new card when the customer asks for a person, and the old one says so', async () => {
    await passedOn()
    await rig.says('A person please')
    await expectSeen(() => rig.handOvers()).toHaveLength(2)

    await expectSeen(() => rig.handOvers()[0]?.text).toContain('a newer card follows')
    expect(rig.handOvers()[0]?.actions).toEqual([])
    expect(rig.handOvers()[1]?.text).toContain('A customer waits for a person')
  })
})
