import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Store } from '../../../adapters/store/store.ts'
import { openEmptyStore } from '../../store.ts'
import { ann, bob, customer, DeskRig, expectSeen, teamChannel, type DeskRigOptions } from './rig.ts'

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

const another = async (options: DeskRigOptions): Promise<DeskRig> => {
  await rig.stop()
  rig = await new DeskRig(store, options).start()
  return rig
}

/** Cora asks for a person, and the team sees it. */
async function handedOver(): Promise<void> {
  await rig.says('Hello')
  await expectSeen(() => rig.read()).toHaveLength(1)
  await rig.says('A person please')
  await expectSeen(() => rig.handOvers()).toHaveLength(1)
  await expectSeen(() => rig.read()).toHaveLength(2)
}

async function claimed(): Promise<void> {
  await handedOver()
  await rig.presses(ann, 'Claim')
  await expectSeen(() => rig.read().at(-1)).toContain('Ann is here now')
}

function resolveId(): string {
  return rig.handOvers()[0]?.actions.find(({ label }) => label === 'Resolve')?.id ?? ''
}

describe('from the bot to a person and back', () => {
  test('a hand-over is a new message in the team channel that says who waits, what was said, why and under which ticket', async () => {
    await handedOver()

    const [ticket] = await rig.tickets()
    const [card] = rig.handOvers()
    expect(card?.text).toContain('A customer waits for a person')
    expect(card?.text).toContain(`ticket **${ticket?.id}**`)
    expect(card?.text).toContain('**Cora** on Slack')
    expect(card?.text).toContain('- **Customer** Hello\n- **Bot** You said Hello\n- **Customer** A person please')
    expect(card?.text).toContain('Why: the customer asked for a person')
    expect(card?.text).toContain('general.person, 100 % sure (keywords) · tier 0 · $0.00, would have cost')
    expect(card?.actions.map(({ label }) => label)).toEqual(['Claim', 'Note…', 'Resolve'])
  })

  test('the whole life: claimed, answered in the thread, answered back, resolved, and the bot is there again', async () => {
    await claimed()
    await rig.writes(ann, 'Hello Cora, what happened?')
    await expectSeen(() => rig.read().at(-1)).toBe('Ann: Hello Cora, what happened?')
    await rig.says('The lid is cracked')
    await expectSeen(() => rig.thread()).toEqual(['💬 **Cora:** The lid is cracked'])
    await rig.writes(ann, 'A new one is on its way')
    await expectSeen(() => rig.read().at(-1)).toBe('Ann: A new one is on its way')
    await rig.presses(ann, 'Resolve')
    await expectSeen(() => rig.read().at(-1)).toContain("Ann has closed ticket **T-1**, and I'm here again")
    await rig.says('Thanks')
    await expectSeen(() => rig.read().at(-1)).toBe('You said Thanks')

    const [ticket] = await rig.tickets()
    expect(ticket?.state).toBe('solved')
    expect(ticket?.notes.map(({ by, text }) => `${by} ${text}`)).toEqual([
      'slack:T1:CUST A person please',
      'slack:T1:ANN Took the conversation.',
      'slack:T1:ANN Hello Cora, what happened?',
      'slack:T1:CUST The lid is cracked',
      'slack:T1:ANN A new one is on its way',
      'slack:T1:ANN Resolved.',
    ])
    expect(rig.handOvers().at(-1)?.text).toMatch(/\*\*Resolved\*\* by Ann, \d\d:\d\d UTC/)
    expect(rig.handOvers().at(-1)?.actions).toEqual([])
  })

  test('nothing is said twice: one notice, one word while waiting however much is written, and silence once somebody is there', async () => {
    await handedOver()

    await rig.says('Are you there?')
    await expectSeen(() => rig.read()).toHaveLength(3)
    await rig.says('It is urgent')
    await rig.says('Please')
    await expectSeen(() => rig.thread()).toHaveLength(3)
    await rig.presses(ann, 'Claim')
    await rig.says('At last')
    await expectSeen(() => rig.thread()).toHaveLength(4)

    expect(rig.read().slice(2)).toEqual([
      expect.stringContaining("I've added that to ticket **T-1**"),
      expect.stringContaining('Ann is here now'),
    ])
  })

  test('the first who answers has the conversation without claiming it, and the customer reads who came', async () => {
    await handedOver()

    await rig.writes(bob, 'Hello')
    await expectSeen(() => rig.read().slice(2)).toEqual([expect.stringContaining('Bob is here now'), 'Bob: Hello'])

    expect(rig.handOvers()[0]?.text).toContain('**Bob has this**')
    expect((await rig.tickets())[0]?.state).toBe('waiting-customer')
  })

  test('of two who claim at once in two processes one has it, the other is told who, and the customer reads of one', async () => {
    await handedOver()
    const pressed = rig.handOvers()[0]?.actions[0]?.id ?? ''
    const address = { team: 'T1', channel: teamChannel }

    const told = await Promise.all([
      rig.desk.press(rig.message('', { author: ann, pressed, address })),
      rig.secondDesk.press(rig.message('', { author: bob, pressed, address })),
    ])

    expect(new Set(told.map((one) => one?.kind))).toEqual(new Set(['new', 'shown']))
    await expectSeen(() => rig.read().filter((text) => text.includes('is here now'))).toHaveLength(1)
    await expectSeen(() => rig.handOvers()[0]?.text).toContain(' has this')
    const has = /\*\*(\w+) has this/.exec(rig.handOvers()[0]?.text ?? '')?.[1]
    const other = told.find((one) => one?.kind === 'shown')
    expect(other?.kind === 'shown' && other.reply.text).toBe(`${has} has this.`)
  })

  test('claiming or resolving what is resolved is told kindly and changes nothing', async () => {
    await claimed()
    const resolve = resolveId()
    await rig.pressId(ann, resolve)
    const claim = resolve.replace('resolve', 'claim')

    const told = [await rig.pressId(bob, resolve), await rig.pressId(bob, claim)]

    for (const one of told)
      expect(one.kind === 'shown' && one.reply.text).toMatch(/^Ann resolved this at \d\d:\d\d UTC\.$/)
    await expectSeen(() => rig.read().filter((text) => text.includes('has closed'))).toHaveLength(1)
  })

  test('what is written below something resolved is not sent, and its writer reads so', async () => {
    await claimed()
    await rig.presses(ann, 'Resolve')
    await expectSeen(() => rig.read().at(-1)).toContain('has closed')
    const before = rig.read().length

    await rig.writes(ann, 'One more thing')
    await expectSeen(() => rig.thread().at(-1)).toContain('Not sent: this is resolved')

    expect(rig.read()).toHaveLength(before)
  })

  test('after it was resolved, a new wish for a person is a new card and a new ticket, and knows nothing of the old one', async () => {
    await claimed()
    await rig.writes(ann, 'About the lid')
    await rig.presses(ann, 'Resolve')
    await rig.says('Hello again')
    await expectSeen(() => rig.read().at(-1)).toBe('You said Hello again')
    await rig.says('A person please')
    await expectSeen(() => rig.handOvers()).toHaveLength(2)

    const text = rig.handOvers()[1]?.text ?? ''
    expect(text).toContain('ticket **T-2**')
    expect(text).toContain('- **Customer** Hello again\n- **Bot** You said Hello again\n- **Customer** A person please')
    expect(text).not.toContain('- **Customer** Hello\n')
  })

  test('a customer who presses for a person again is told that somebody has it, and no second card appears', async () => {
    await claimed()
    const { conversations } = rig.parts
    await rig.presses(ann, 'Resolve')
    await expectSeen(() => rig.read().at(-1)).toContain('has closed')
    await rig.presses(customer, 'Talk to a person')
    await expectSeen(() => rig.handOvers()).toHaveLength(2)
    await rig.presses(bob, 'Claim')
    await rig.says('A person please')
    await expectSeen(() => rig.thread()).toEqual(['💬 **Cora:** A person please'])

    expect(rig.handOvers()).toHaveLength(2)
    expect((await conversations.load({ tenant: rig.tenant, conversation: 'talk' }))?.state).toBe('person')
  })

  test('a customer who goes back to the bot is answered by it, the thread reads of it, and a person may come back', async () => {
    await claimed()

    await rig.presses(customer, 'Back to the bot')
    await expectSeen(() => rig.read().at(-1)).toContain("I'm back")
    await expectSeen(() => rig.thread()).toEqual([expect.stringContaining('Cora went back to the bot')])
    await rig.says('Hello')
    await expectSeen(() => rig.read().at(-1)).toBe('You said Hello')
    await rig.writes(ann, 'One thing I forgot')
    await expectSeen(() => rig.read().at(-1)).toBe('Ann: One thing I forgot')
    await rig.says('Yes?')
    await expectSeen(() => rig.thread().at(-1)).toBe('💬 **Cora:** Yes?')

    expect(rig.read().filter((text) => text === 'You said Yes?')).toEqual([])
  })

  test('the way back, pressed after the end, does not speak of a ticket', async () => {
    await claimed()
    await rig.presses(ann, 'Resolve')
    await expectSeen(() => rig.read().at(-1)).toContain('has closed')

    await rig.presses(customer, 'Back to the bot')

    await expectSeen(() => rig.read().at(-1)).toBe("I'm here. What can I do for you?")
  })

  test('without a channel of the team everything is as it is without a desk: a ticket, a notice, no card', async () => {
    await another({ team: { channels: {} } })

    await rig.says('A person please')
    await expectSeen(() => rig.read()).toHaveLength(1)
    await rig.says('Hello?')
    await rig.says('Hello??')
    await expectSeen(() => rig.read()).toHaveLength(3)

    expect(rig.cards()).toEqual([])
    expect((await rig.tickets())[0]?.notes).toHaveLength(3)
  })
})

describe('the conversation changes hands', () => {
  test('an answer begun before a person came is never shown: the message is in the thread instead', async () => {
    let think: (() => void) | undefined
    const thinking = new Promise<void>((resolve) => (think = resolve))
    await another({ thinking: async ({ text }) => (text === 'Slow' ? await thinking : undefined) })
    await rig.says('Hello')
    await expectSeen(() => rig.cards()).toHaveLength(1)
    await rig.says('Slow')
    await expectSeen(async () => (await rig.parts.inbox.owed()).filter(({ tenant }) => tenant === rig.tenant)).toEqual(
      [],
    )

    await rig.presses(ann, 'Take over')
    think?.()
    await expectSeen(() => rig.thread()).toEqual(['💬 **Cora:** Slow'])

    expect(rig.read()).toEqual(['You said Hello', expect.stringContaining('Ann is here now')])
  })

  test('a message that is owed when the conversation is resolved is answered by the bot', async () => {
    await claimed()

    await Promise.all([rig.says('And now?'), rig.pressId(ann, resolveId())])

    await expectSeen(
      async () => (await rig.parts.conversations.load({ tenant: rig.tenant, conversation: 'talk' }))?.state,
    ).toBe('bot')
    await expectSeen(() => [...rig.thread(), ...rig.read()].filter((text) => text.endsWith('And now?'))).toHaveLength(1)
  })
})

test('in Discord a reply to the card is meant for the customer, a note in one is kept, and the bot answers neither', async () => {
  const dan = { channel: 'discord', address: { channel: 'D1' }, author: { id: '77', name: 'Dan' } } as const
  await rig.says('A person please', dan)
  await expectSeen(() => rig.handOvers('discord')).toHaveLength(1)
  const reply = rig.handOvers('discord')[0]?.id ?? ''
  const onCard = { channel: 'discord', address: { channel: teamChannel, reply }, conversation: 'discord:team' } as const

  await rig.writes(ann, 'note: she is angry', onCard)
  await rig.writes(ann, 'Hello, how can I help?', onCard)
  await expectSeen(() => rig.read('discord').at(-1)).toBe('Ann: Hello, how can I help?')
  expect(rig.read('discord').join()).not.toContain('angry')

  expect(await rig.parts.conversations.load({ tenant: rig.tenant, conversation: 'discord:team' })).toBeUndefined()
})
