import { uuidv7 } from 'uuidv7'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Store } from '../../../adapters/store/store.ts'
import type { Message } from '../../../src/core/message.ts'
import { openEmptyStore } from '../../store.ts'
import { knowing } from '../rating-talk.ts'
import { ann, bob, customer, DeskRig, expectSeen, type DeskRigOptions } from './rig.ts'

let store: Store
let rig: DeskRig
beforeAll(async () => {
  store = await openEmptyStore()
})
beforeEach(async () => {
  rig = await new DeskRig(store, { reason: knowing }).start()
})
afterEach(() => rig.stop())
afterAll(() => store.close())

async function another(options: DeskRigOptions): Promise<void> {
  await rig.stop()
  rig = await new DeskRig(store, options).start()
}

async function asked(text = 'What does it weigh?', more: Partial<Message> = {}): Promise<Message> {
  const before = rig.read(more.channel).length
  const message = await rig.says(text, more)
  await expectSeen(() => rig.read(more.channel)).toHaveLength(before + 1)
  await expectSeen(() => rig.cards().at(-1)?.text).toContain(text)
  return message
}

const labels = () =>
  rig
    .cards()
    .at(-1)
    ?.actions.map(({ label }) => label)

describe('the card of a conversation', () => {
  test('says who asked what, what was answered and what that cost, and offers the large model with its limit', async () => {
    await asked()

    const [card] = rig.cards()
    expect(card?.text).toContain(
      '**Cora** on Slack\n\n- **Customer** What does it weigh?\n- **Bot** You said What does it weigh?',
    )
    expect(card?.text).toContain('general.greeting, 100 % sure (keywords) · tier 0 · $0.00, would have cost $0.')
    expect(labels()).toEqual(['Try advanced AI · up to $0.05', 'Take over'])
  })

  test('is one for each conversation, changed with every answer', async () => {
    await asked('One')
    await asked('Two')
    await asked('Three', { conversation: 'other', author: { id: 'T1:ELSE' } })
    await expectSeen(() => rig.cards()).toHaveLength(2)

    expect(rig.cards()[0]?.text).toContain('You said Two')
    expect(rig.cards()[0]?.text).not.toContain('You said One')
    expect(rig.cards()[1]?.text).toContain('**ELSE** on Slack')
  })

  test('offers no large model where there is none', async () => {
    await another({})

    await asked()

    expect(labels()).toEqual(['Take over'])
  })

  test('is left out where the owner wants hand-overs only', async () => {
    await another({ team: { cards: 'hand-overs' } })

    await rig.says('Hello')
    await rig.says('A person please')
    await expectSeen(() => rig.handOvers()).toHaveLength(1)

    expect(rig.cards()).toHaveLength(1)
  })

  test('leads to the conversation where others may read it, and never to a direct message', async () => {
    await asked('In private')
    await asked('In public', {
      conversation: 'public',
      isPrivate: false,
      address: { team: 'T1', channel: 'C7', thread: '17.5' },
    })

    expect(rig.cards()[0]?.text).not.toContain('](http')
    expect(rig.cards()[1]?.text).toContain(
      '[open the conversation](https://slack.com/app_redirect?team=T1&channel=C7&message_ts=17.5)',
    )
  })

  test('makes nothing of what a customer writes: no bold, no link, no table, no card number', async () => {
    const hostile = '**bold** [win](https://evil.example) `code` | 4111 1111 1111 1111\n- one\n\n|a|b|'
    await rig.says(hostile, { author: { id: 'T1:EVE', name: '**Eve** <!channel>' } })
    await expectSeen(() => rig.cards()).toHaveLength(1)

    const text = rig.cards()[0]?.text ?? ''
    expect(text).toContain('\\*\\*bold\\*\\* \\[win\\]\\(https://evil.example\\) \\`code\\` \\|')
    expect(text).toContain('**\\*\\*Eve\\*\\* <!channel>**')
    expect(text).not.toContain('4111 1111')
  })
})

describe('"Try advanced AI"', () => {
  test('pressed by the team, answers below the first answer, keeps the misroute, and the card says who asked', async () => {
    const { id } = await asked()

    expect((await rig.presses(ann, 'Try advanced AI')).kind).toBe('new')
    await expectSeen(() => rig.read().at(-1)).toBe('A better answer to: What does it weigh?')
    await expectSeen(() => rig.cards()[0]?.text).toContain('A better answer to: What does it weigh?')

    expect(rig.cards()[0]?.text).toContain('- **Customer** What does it weigh?')
    expect(rig.cards()[0]?.text).toMatch(/Ann asked a larger model at \d\d:\d\d UTC\./)
    expect(labels()).toEqual(['Take over'])
    const talk = { tenant: rig.tenant, conversation: 'talk' }
    const turns = (await store.conversations.transcript(talk))?.turns ?? []
    expect(turns[1]?.receipt?.route).toMatchObject({ isAdvanced: true, because: 'user_requested_better_quality' })
    expect(turns[1]?.pressed?.meaning).toEqual({ kind: 'advanced', message: id })
  })

  test('while too many write, asks nobody, and the card offers it again', async () => {
    let isBusy = true
    const reason: typeof knowing = async (...given) =>
      isBusy ? { kind: 'unanswered', because: 'busy', detail: 'as the test says' } : await knowing(...given)
    await another({ reason })
    await asked()
    await rig.presses(ann, 'Try advanced AI')
    await expectSeen(() => rig.read().at(-1)).toContain('Very many people')
    await expectSeen(() => rig.cards()[0]?.text).toContain('Very many people')
    expect(labels()).toEqual(['Try advanced AI · up to $0.05', 'Take over'])

    isBusy = false
    await rig.presses(bob, 'Try advanced AI')
    await expectSeen(() => rig.read().at(-1)).toBe('A better answer to: What does it weigh?')
    await expectSeen(() => rig.cards()[0]?.text).toMatch(/Bob asked a larger model/)
  })

  test('counts once, whoever presses how often, by the card or by the menu of either message', async () => {
    await another({ reason: knowing, team: { support: new Set(['slack:T1:ANN', 'slack:T1:BOB']) } })
    const { id } = await asked()
    const button = rig.cards()[0]?.actions[0]?.id ?? ''
    const answer = rig.chat().seen.find(({ text }) => text.startsWith('You said'))?.id ?? ''
    const point = (message: string, author = customer) =>
      rig.intake({
        kind: 'shortcut',
        name: 'try-advanced',
        author: ann,
        message: rig.message('', { id: message, author }),
      })

    const told = await Promise.all([
      point(`slack:T1:D1:${answer}`, { id: 'T1:BOT' }),
      rig.pressId(bob, button),
      point(id),
      rig.pressId(ann, button),
    ])
    await expectSeen(() => rig.read()).toHaveLength(2)
    await rig.says('Thanks')
    await expectSeen(() => rig.read()).toEqual([
      'You said What does it weigh?',
      'A better answer to: What does it weigh?',
      'You said Thanks',
    ])

    expect(told.map(({ kind }) => kind)).not.toContain('ignored')
  })

  test('is refused kindly for others, by the card and by the menu, and costs nothing', async () => {
    const { id } = await asked()
    const button = rig.cards()[0]?.actions[0]?.id ?? ''

    const told = [
      await rig.pressId(customer, button, { address: { team: 'T1', channel: 'C9' } }),
      await rig.intake({ kind: 'shortcut', name: 'try-advanced', author: customer, message: rig.message('…', { id }) }),
    ]

    for (const one of told) expect(one.kind === 'shown' && one.reply.text).toContain('This is for the support team')
    expect(rig.read()).toEqual(['You said What does it weigh?'])
  })

  test('stands under the answer itself where the owner says so, and the card says that the customer asked', async () => {
    await another({ reason: knowing, advancedVisibleTo: 'customers' })
    await asked()

    await rig.presses(customer, 'Try advanced AI')

    await expectSeen(() => rig.cards()[0]?.text).toMatch(/the customer asked a larger model at/)
    await expectSeen(() => rig.read()).toHaveLength(2)
  })

  test('that the platform tells of again after a crash is carried out once', async () => {
    await asked()
    const button = rig.cards()[0]?.actions[0]?.id ?? ''
    const id = uuidv7()

    await rig.pressId(ann, button, { id })
    await rig.pressId(ann, button, { id })
    await expectSeen(() => rig.read()).toHaveLength(2)
    const told = await rig.pressId(bob, button)

    expect(told.kind === 'shown' && told.reply.text).toMatch(/^Ann asked a larger model at/)
    expect(rig.read()).toHaveLength(2)
  })

  test('that was pressed before the program ended is answered, and the card says so when the press comes again', async () => {
    await asked()
    const [card] = rig.cards()
    const key = { tenant: rig.tenant, conversation: 'talk' }
    const turn = (await store.conversations.transcript(key))?.turns[0]
    const button = turn?.replies[0]?.actions.find(({ meaning }) => meaning.kind === 'advanced')?.id ?? ''
    const stored = rig.message('', { id: `desk:advanced:${button}`, author: ann, pressed: button })
    await store.inbox.accept(stored, { isAddressed: true, mayPressForOthers: true })

    const told = await rig.pressId(ann, card?.actions[0]?.id ?? '')
    await expectSeen(() => rig.read()).toHaveLength(2)

    expect(told.kind).toBe('new')
    await expectSeen(() => rig.cards()[0]?.text).toMatch(/Ann asked a larger model at/)
  })

  test('asked before a person came, is not answered any more once a person has the conversation', async () => {
    await asked()
    const advanced = rig.cards()[0]?.actions[0]?.id ?? ''
    await rig.presses(ann, 'Take over')
    await expectSeen(() => rig.read().at(-1)).toContain('Ann is here now')

    const told = await rig.pressId(bob, advanced)

    expect(told.kind === 'shown' && told.reply.text).toContain('no larger model')
    expect(rig.read()).toHaveLength(2)
  })
})

describe('taking over', () => {
  test('opens a card that is claimed already, with a ticket, and closes the card of answers', async () => {
    await asked()

    await rig.presses(ann, 'Take over')
    await expectSeen(() => rig.cards()).toHaveLength(2)
    await expectSeen(() => rig.cards()[0]?.text).toMatch(/With the team since \d\d:\d\d UTC/)

    expect(rig.cards()[0]?.actions).toEqual([])
    expect(rig.cards()[1]?.text).toContain('**Ann has this** · ticket **T-1**')
    expect(rig.cards()[1]?.text).toContain('Why: Ann took over')
    const [ticket] = await rig.tickets()
    expect(ticket).toMatchObject({ subject: 'What does it weigh?', state: 'waiting-team' })
  })

  test('of two who take over at once one does, and the customer reads of one', async () => {
    await asked()
    const button = rig.cards()[0]?.actions.at(-1)?.id ?? ''

    const told = await Promise.all([rig.pressId(ann, button), rig.pressId(bob, button)])
    await expectSeen(() => rig.cards()).toHaveLength(2)

    expect(told.map(({ kind }) => kind).toSorted()).toEqual(['new', 'shown'])
    await expectSeen(() => rig.read().filter((text) => text.includes('is here now'))).toHaveLength(1)
  })

  test('the card of answers comes back with the bot', async () => {
    await asked()
    await rig.presses(ann, 'Take over')
    await expectSeen(() => rig.cards()).toHaveLength(2)
    await rig.presses(ann, 'Resolve')
    await expectSeen(() => rig.read().at(-1)).toContain('has closed')

    await rig.says('And its size?')
    await expectSeen(() => rig.cards()[0]?.text).toContain('You said And its size?')

    expect(rig.cards()[0]?.actions.map(({ label }) => label)).toEqual(['Try advanced AI · up to $0.05', 'Take over'])
    expect(rig.cards()).toHaveLength(2)
  })
})
