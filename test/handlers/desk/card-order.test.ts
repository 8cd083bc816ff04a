import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Store } from '../../../adapters/store/store.ts'
import type { Message } from '../../../src/core/message.ts'
import { openEmptyStore } from '../../store.ts'
import { ann, bob, DeskRig, expectSeen, teamChannel } from './rig.ts'

let store: Store
let rig: DeskRig
/** The store follows the clock of the test that runs. */
let now = (): Date => new Date()
beforeAll(async () => {
  store = await openEmptyStore(() => now())
})
beforeEach(async () => {
  rig = await new DeskRig(store).start()
  now = () => rig.parts.now()
})
afterEach(() => rig.stop())
afterAll(() => store.close())

const web: Partial<Message> = { channel: 'web', address: {}, author: { id: 'cookie' }, conversation: 'web-1' }

/** What somebody else has written in the team's channel. */
const lunch = { key: '', channel: teamChannel, thread: undefined, from: 'Bob', text: 'Lunch?', actions: [], edits: 0 }

async function claimed(): Promise<void> {
  await rig.says('A person please')
  await expectSeen(() => rig.handOvers()).toHaveLength(1)
  await rig.presses(ann, 'Claim')
  await expectSeen(() => rig.read().at(-1)).toContain('Ann is here now')
}

describe('the order of a card', () => {
  test('what a person writes below a card whose sending ended in the dark is relayed once the card is found', async () => {
    rig.chat().faults.push('lose-answer-for-long')
    await rig.says('A person please', web)
    await expectSeen(() => rig.handOvers()).toHaveLength(1)

    const told = [
      await rig.writes(ann, 'One', { id: 'a' }),
      await rig.writes(ann, 'Two'),
      await rig.writes(ann, 'One', { id: 'a' }),
    ]
    expect(rig.read('web').filter((text) => text.startsWith('Ann:'))).toEqual([])
    rig.pass(120_000)
    await rig.parts.queue.wake({ tenant: rig.tenant, conversation: await rig.cardConversation() })

    await expectSeen(() => rig.read('web').slice(2)).toEqual(['Ann: One', 'Ann: Two'])
    expect(told).toEqual([{ kind: 'new' }, { kind: 'new' }, { kind: 'new' }])
  })

  test('meanwhile whoever names the bot in another thread of the channel is answered by it', async () => {
    rig.chat().faults.push('lose-answer-for-long')
    await rig.says('A person please', web)
    await expectSeen(() => rig.handOvers()).toHaveLength(1)

    rig.chat().seen.push({ ...lunch, id: '77.1' })
    const address = { team: 'T1', channel: teamChannel, thread: '77.1' }
    const told = await rig.says('Where is my order?', { author: bob, address, conversation: 'slack:T1:TEAM:77.1' })

    await expectSeen(() => rig.chat().seen.map(({ text }) => text)).toContain('You said Where is my order?')
    expect(await store.strays.of(told.tenant, 'slack', '77.1')).toEqual([])
  })

  test('a card that is refused cannot be there, so nothing is kept for it', async () => {
    for (let times = 0; times < 20; times += 1) rig.chat().faults.push('refuse')
    await rig.says('A person please', web)
    await expectSeen(() => rig.chat().faults.length).toBeLessThan(19)

    const address = { team: 'T1', channel: teamChannel, thread: '77.1' }
    const message = rig.message('Lunch?', { author: bob, address, conversation: 'slack:T1:TEAM:77.1' })

    expect(await store.strays.keep(message, '77.1')).toBe('none')
    rig.chat().faults.length = 0
    await expectSeen(() => rig.handOvers()).toHaveLength(1)
  })

  test('a card that somebody deleted is written anew, and what comes next is shown there', async () => {
    await claimed()
    rig.chat().faults.push('gone')
    await rig.says('One')
    await expectSeen(() => rig.handOvers()).toHaveLength(2)
    await expectSeen(() => rig.thread()).toEqual(['💬 **Cora:** One'])

    await rig.writes(ann, 'Hello')
    await expectSeen(() => rig.read().at(-1)).toBe('Ann: Hello')
    await rig.says('Two')

    await expectSeen(() => rig.thread()).toEqual(['💬 **Cora:** One', '💬 **Cora:** Two'])
    expect(rig.handOvers()).toHaveLength(2)
  })

  test('its changes and its thread never come before it, whatever the platform does', async () => {
    rig.chat().faults.push('lose-answer', 'lose-answer', 'refuse', 'lose-answer', 'refuse', 'refuse')

    await rig.says('A person please')
    await rig.says('One')
    await rig.says('Two')
    await expectSeen(() => rig.thread()).toEqual(['💬 **Cora:** One', '💬 **Cora:** Two'])
    await expectSeen(() => rig.handOvers()[0]?.text).toContain('Messages not answered yet: 3')
  })
})
