import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { decideParked } from '../../../handlers/parked.ts'
import type { Store } from '../../../adapters/store/store.ts'
import { openEmptyStore } from '../../store.ts'
import { ann, DeskRig, expectSeen } from './rig.ts'

let store: Store
let rig: DeskRig
const fault = { isMended: false }
beforeAll(async () => {
  store = await openEmptyStore()
})
beforeEach(async () => {
  fault.isMended = false
  const thinking = async ({ text }: { readonly text: string }): Promise<void> => {
    if (text === 'Broken' && !fault.isMended) throw new TypeError('a fault')
    await Promise.resolve()
  }
  rig = await new DeskRig(store, { thinking }).start()
})
afterEach(() => rig.stop())
afterAll(() => store.close())

/** Cora's message ends with an apology, and the team has a card of it. */
async function apologised(): Promise<string> {
  const { id } = await rig.says('Broken')
  await expectSeen(() => rig.handOvers()).toHaveLength(1)
  expect(rig.handOvers()[0]?.text).toContain('- **Customer** Broken')
  rig.failures.length = 0 // the log of the apology
  return id
}

async function replay(message: string): Promise<void> {
  fault.isMended = true
  const { queue, now, newId } = rig.parts
  const wish = { message, decision: 'replay', by: 'slack:T1:ANN' } as const
  await decideParked(wish, { tenant: rig.tenant, parked: store.parked, queue, now, newId })
}

test('answered after all, the card of an apology says so in its thread, and the customer is not quoted a second time', async () => {
  await replay(await apologised())
  await expectSeen(() => rig.thread()).toHaveLength(1)

  expect(rig.read().at(-1)).toBe('You said Broken')
  expect(rig.thread()).toEqual(['↩ The message that could not be answered has an answer after all: You said Broken'])
  expect(rig.handOvers()).toHaveLength(1)
  expect(await rig.tickets()).toMatchObject([{ notes: [{ text: 'Broken' }, { by: 'bot' }] }])
})

test('while a person has the conversation, a replay is for them: no word of an answer, and one message waits for one', async () => {
  const id = await apologised()
  await rig.presses(ann, 'Claim')
  await expectSeen(() => rig.read().at(-1)).toContain('Ann is here now')

  await replay(id)
  await expectSeen(() => rig.thread()).toHaveLength(1)

  expect(rig.thread()).toEqual(['💬 **Cora:** Broken'])
  expect(await store.desk.of({ tenant: rig.tenant, conversation: 'talk' })).toMatchObject([
    { facts: { unanswered: 1 } },
  ])
  expect(rig.read().at(-1)).toContain('Ann is here now')
})
