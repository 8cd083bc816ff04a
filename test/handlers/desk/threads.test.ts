import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Store } from '../../../adapters/store/store.ts'
import type { Message } from '../../../src/core/message.ts'
import { openEmptyStore } from '../../store.ts'
import { ann, bob, customer, DeskRig, expectSeen, teamChannel } from './rig.ts'

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
const inDiscord: Partial<Message> = {
  channel: 'discord',
  address: { channel: 'D1' },
  author: { id: '77', name: 'Dan' },
}

async function claimed(more: Partial<Message> = {}): Promise<void> {
  const platform = more.channel === 'discord' ? 'discord' : 'slack'
  await rig.says('A person please', more)
  await expectSeen(() => rig.handOvers(platform)).toHaveLength(1)
  await rig.presses(
    ann,
    'Claim',
    platform === 'discord' ? { channel: 'discord', address: { channel: teamChannel } } : {},
  )
  await expectSeen(() => rig.read(more.channel).at(-1)).toContain('Ann is here now')
}

describe('what a person writes', () => {
  test('reaches the customer as it stands: nothing in it is a command, and an address leads where it says', async () => {
    await claimed()

    await rig.writes(ann, '- **not bold** [look](https://one.example)\n\nSee https://two.example/a_(b)?q=1.')
    await expectSeen(() => rig.read()).toHaveLength(3)

    expect(rig.chat().seen.at(-1)?.text).toBe(
      [
        '-\u00A0\\*\\*not bold\\*\\* \\[look\\]\\([https://one.example](https://one.example)\\)',
        '',
        'See [https://two.example/a_\\(b\\)?q=1](https://two.example/a_%28b%29?q=1).',
      ].join('\n'),
    )
  })

  test('keeps its order and comes once, whatever the platform does with it', async () => {
    await claimed()
    rig.chat().faults.push('lose-answer', 'refuse', 'lose-answer', 'refuse')

    for (const text of ['One', 'Two', 'Three', 'Four']) await rig.writes(ann, text)
    await expectSeen(() => rig.read().slice(2)).toEqual(['Ann: One', 'Ann: Two', 'Ann: Three', 'Ann: Four'])
  })

  test('counts once when the platform tells of it again, and in the order in which it was told', async () => {
    await claimed()
    const ids = Array.from({ length: 12 }, () => uuidv7())

    const told = await Promise.all([...ids, ...ids].map((id, index) => rig.writes(ann, `Line ${index % 12}`, { id })))
    await expectSeen(() => rig.read()).toHaveLength(14)

    expect(told.filter(({ kind }) => kind === 'new')).toHaveLength(12)
    expect(rig.read().slice(2)).toEqual(ids.map((_, index) => `Ann: Line ${index}`))
  })

  test('names its files', async () => {
    await claimed()

    await rig.writes(ann, 'Here', { attachments: [{ name: 'form [1].pdf' }] })

    await expectSeen(() => rig.read().at(-1)).toBe('Ann: Here\nFiles: form \\[1\\].pdf')
  })

  test('that nobody could deliver is told in the thread and kept with the ticket', async () => {
    await claimed(web)
    rig.chat('web').faults.push('gone')

    await rig.writes(ann, 'Are you there?')
    await expectSeen(() => rig.thread()).toEqual([expect.stringContaining('could not be delivered')])

    expect((await rig.tickets('web:cookie'))[0]?.notes.at(-1)?.text).toContain('Are you there?')
    rig.failures.length = 0 // it is reported, as it should be
  })

  test('by somebody a platform leaves unnamed is signed with the name they claimed under, or as a colleague', async () => {
    await claimed()

    await rig.writes({ id: ann.id }, 'One')
    await rig.writes({ id: bob.id }, 'Two')

    await expectSeen(() => rig.read().slice(2)).toEqual(['Ann: One', 'A colleague: Two'])
  })
})

describe('notes', () => {
  test.each([
    'NOTE : she is angry',
    '// she is angry',
    '  //she is angry',
    '\u200Bnote：she is angry',
    '> *note:* she is angry',
  ])('"%s" is kept with the ticket, marked, and never reaches the customer', async (text) => {
    await claimed()

    await rig.writes(ann, text)
    await expectSeen(() => rig.thread()).toEqual([expect.stringContaining('not sent to the customer')])

    expect(rig.read()).toHaveLength(2)
    expect((await rig.tickets())[0]?.notes.at(-1)).toMatchObject({
      by: 'slack:T1:ANN',
      text: 'Note for the team: she is angry',
    })
  })

  test('are explained once and claim nothing', async () => {
    await rig.says('A person please')
    await expectSeen(() => rig.handOvers()).toHaveLength(1)

    await rig.writes(ann, 'note: one')
    await rig.writes(ann, '// two')
    await expectSeen(async () => (await rig.tickets())[0]?.notes).toHaveLength(3)
    await expectSeen(() => rig.thread()).toHaveLength(1)

    expect(rig.handOvers()[0]?.text).toContain('A customer waits for a person')
  })

  test('by the form stand in the thread, so that the team sees them', async () => {
    await claimed()
    const asked = await rig.presses(ann, 'Note')
    if (asked.kind !== 'form') throw new Error(`no form but ${asked.kind}`)

    await rig.submits(ann, asked.form.id, { text: 'She called\ntwice', id: 'one' })
    await rig.submits(ann, asked.form.id, { text: 'She called\ntwice', id: 'one' })
    await expectSeen(() => rig.thread()).toEqual(['📝 **Ann, for the team:** She called\ntwice'])

    expect(rig.read()).toHaveLength(2)
  })
})

describe('other platforms', () => {
  test('a web customer is handed over into the team channel in Slack and answered on the web', async () => {
    await claimed(web)
    await rig.writes(ann, 'Hello')
    await expectSeen(() => rig.read('web').at(-1)).toBe('Ann: Hello')
    await rig.says('Hi Ann', web)
    await expectSeen(() => rig.thread()).toEqual(['💬 **A visitor:** Hi Ann'])
    await rig.presses(ann, 'Resolve')

    await expectSeen(() => rig.read('web').at(-1)).toContain('has closed')
    expect(rig.read('slack')).toEqual([])
  })

  test('in Discord messages of the thread are relayed, and a form answers where they cannot be read', async () => {
    await claimed(inDiscord)
    await rig.writes(ann, 'By the thread', { channel: 'discord' })
    await expectSeen(() => rig.read('discord').at(-1)).toBe('Ann: By the thread')
    const place = { channel: 'discord', address: { channel: teamChannel } } as const

    const asked = await rig.presses(ann, 'Reply', place)
    if (asked.kind !== 'form') throw new Error(`no form but ${asked.kind}`)
    const sendings = ['one', 'one'].map((id) =>
      rig.submits(ann, asked.form.id, { text: 'By the form', channel: 'discord', id }),
    )
    await Promise.all(sendings)

    await expectSeen(() => rig.read('discord').slice(2)).toEqual(['Ann: By the thread', 'Ann: By the form'])
    await expectSeen(() => rig.thread('discord')).toEqual(['**Ann to the customer:** By the form'])
    expect(asked.form.id.length).toBeLessThanOrEqual(100)
  })
})

test('where the bot may not read the thread, the card says how to answer', async () => {
  await rig.stop()
  rig = await new DeskRig(store, { readsThreads: false }).start()

  await rig.says('A person please', inDiscord)
  await expectSeen(() => rig.handOvers('discord')[0]?.text).toContain('Press “Reply” to write to the customer')
})

describe('who may', () => {
  test('nobody but the team does anything by a card, wherever its buttons and forms come from', async () => {
    await rig.says('A person please')
    await expectSeen(() => rig.handOvers()).toHaveLength(1)
    const ids = rig.handOvers()[0]?.actions.map(({ id }) => id) ?? []
    const elsewhere = { author: customer, address: { team: 'T1', channel: 'C9' } }

    const told = [
      ...(await Promise.all(ids.map((id) => rig.pressId(customer, id, elsewhere)))),
      await rig.intake({
        kind: 'form',
        tenant: rig.tenant,
        channel: 'slack',
        author: customer,
        id: 'f1',
        form: (ids[1] ?? '').replace('note', 'reply'),
        values: { text: 'I am Ann' },
        address: { channel: 'C9' },
      }),
    ]

    expect(told).toHaveLength(4)
    for (const one of told) expect(one.kind === 'shown' && one.reply.text).toContain('This is for the support team')
    expect(rig.handOvers()[0]?.text).toContain('A customer waits for a person')
    expect((await rig.tickets())[0]?.notes).toHaveLength(1)
  })

  test.each([
    'desk:claim:nothing',
    'desk:resolve:',
    'desk:fly:1',
    'desk:reply:nothing',
    'desk:advanced:nothing',
    'desk:',
  ])('the button %s, which belongs to nothing, is told kindly', async (id) => {
    const told = await rig.pressId(ann, id)

    expect(told.kind === 'shown' && told.reply.text).toContain("don't find")
  })

  test('an empty form sends nothing', async () => {
    await claimed()

    const told = await rig.submits(ann, 'desk:reply:any', { text: ' \n ' })

    expect(told.kind === 'shown' && told.reply.text).toContain('nothing was sent')
  })

  test('what is written elsewhere in the team channel is not the desk’s', async () => {
    const message = rig.message('Lunch?', {
      author: ann,
      conversation: 'slack:T1:TEAM:1.1',
      address: { team: 'T1', channel: teamChannel, thread: '1.1' },
    })

    expect(await rig.intake({ kind: 'message', message, isAddressed: false })).toEqual({
      kind: 'ignored',
      because: 'not-addressed',
    })
  })
})
