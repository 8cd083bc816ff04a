import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deeds, money, openRig, type Rig, type Talk } from '../rig.ts'

let rig: Rig
beforeAll(async () => void (rig = await openRig()))
afterAll(() => rig.close())

/** Opens a ticket and gives its number. */
async function open(talk: Talk, text: string): Promise<string> {
  await talk.ask('tickets.open', `open a ticket, ${text}`)
  await talk.say(text)
  const opened = await talk.say('yes')
  return /\*\*(T-\d+)\*\*/.exec(opened.text)?.[1] ?? ''
}

describe('opening', () => {
  test('the text is asked for, shown, and sent after a yes', async () => {
    const talk = await rig.talk()
    const asked = await talk.ask('tickets.open', 'I want to open a ticket')
    const shown = await talk.say('My waffle iron hums. It does so since Monday.')

    const opened = await talk.press('Yes, open the ticket')

    expect(asked.text).toMatch(/What is it about/)
    expect(shown.text).toMatch(/\*\*My waffle iron hums\.\*\*\n“My waffle iron hums\. It does so since Monday\.”/)
    expect(deeds(shown)).toEqual([])
    expect(deeds(opened)).toEqual([
      {
        kind: 'open-ticket',
        ticket: 'T-1',
        subject: 'My waffle iron hums.',
        text: 'My waffle iron hums. It does so since Monday.',
        state: 'open',
      },
    ])
    expect(opened.text).toContain('**T-1**')
  })

  test('what the first message tells is not asked again', async () => {
    const talk = await rig.talk()

    const shown = await talk.ask('tickets.open', 'please log a ticket about the bulk order for our café')

    expect(shown.text).toContain('“the bulk order for our café”')
  })

  test('a no opens nothing and takes no number', async () => {
    const talk = await rig.talk()
    await talk.ask('tickets.open', 'open a ticket')
    await talk.say('something something')

    const left = await talk.say('no')

    expect(left.text).toMatch(/left everything as it is/)
    expect(await open(talk, 'another thing')).toBe('T-1')
  })

  test('card numbers do not get into a ticket', async () => {
    const talk = await rig.talk()
    await talk.ask('tickets.open', 'open a ticket')
    const shown = await talk.say('my card 4111-1111-1111-1111 was taken')

    const opened = await talk.say('yes')

    expect(shown.text).not.toContain('4111')
    expect(JSON.stringify(deeds(opened))).not.toContain('4111')
  })

  test("a customer's own markup stays text", async () => {
    const talk = await rig.talk()
    await talk.ask('tickets.open', 'open a ticket')

    const shown = await talk.say('**look** [here](https://evil.example) | now')

    expect(shown.text).toContain(String.raw`\*\*look\*\* \[here\]\(https://evil.example\) \| now`)
  })

  test('the button below a new ticket tells how it stands', async () => {
    const talk = await rig.talk()
    await open(talk, 'the lid is loose')

    expect((await talk.press('See my ticket')).text).toMatch(
      /\*\*T-1\*\*.*“the lid is loose”.*of 21 November 2026 is open/,
    )
  })
})

describe('complaints and problems', () => {
  test('a complaint is taken seriously and marked to be answered first', async () => {
    const talk = await rig.talk()
    const asked = await talk.ask('tickets.complaint', 'your colleague hung up on me twice!!')
    await talk.say('It was on Friday. I had waited an hour.')

    const opened = await talk.say('yes')

    expect(asked.text).toMatch(/sorry it came to this/)
    expect(deeds(opened)).toMatchObject([
      {
        kind: 'open-ticket',
        subject: 'Complaint, please answer first: It was on Friday.',
        text: 'your colleague hung up on me twice!!\n\nIt was on Friday. I had waited an hour.',
      },
    ])
  })

  test('a technical problem is reported with what and where', async () => {
    const talk = await rig.talk()
    const where = await talk.ask('tickets.technical-problem', 'the planner freezes on startup')
    await talk.say('in the app on my iPad')

    const opened = await talk.say('yes')

    expect(where.text).toMatch(/Where does it happen/)
    expect(deeds(opened)).toMatchObject([
      {
        subject: 'the planner freezes on startup',
        text: 'What happens: the planner freezes on startup\nWhere: in the app on my iPad',
      },
    ])
  })

  test('a problem in two words is asked about', async () => {
    const talk = await rig.talk()

    expect((await talk.ask('tickets.technical-problem', 'app broken')).text).toMatch(/What happens/)
  })

  test('a broken item goes the way of a refund, after the identity check', async () => {
    const talk = await rig.talk()
    await talk.ask('tickets.item-problem', 'the mug is broken')
    await talk.say('1042')
    const check = await talk.press('Money back')
    const question = await talk.identify('Ada')

    const done = await talk.say('yes')

    expect(check.text).toMatch(/e-mail address/)
    expect(question.text).toContain(`${money(2490)} for order **1042**`)
    expect(deeds(done)).toMatchObject([{ kind: 'request-refund', refund: { order: '1042', amount: 2490 } }])
  })

  test('above the cap the ticket carries the reason', async () => {
    const talk = await rig.talk()
    await talk.ask('tickets.item-problem', 'the mixer from order 1035 has a dent')
    await talk.say('money back')
    await talk.identify('Elena')

    const done = await talk.say('yes')

    expect(deeds(done)).toMatchObject([
      { kind: 'request-refund' },
      { kind: 'open-ticket', text: expect.stringContaining('has a dent') },
    ])
  })

  test('a replacement is a ticket', async () => {
    const talk = await rig.talk()
    await talk.ask('tickets.item-problem', 'one pan is missing from order 1042')
    const confirm = await talk.say('a replacement')

    const opened = await talk.say('yes')

    expect(confirm.text).toMatch(/one pan is missing/)
    expect(deeds(opened)).toMatchObject([{ kind: 'open-ticket', subject: 'Replacement for order 1042' }])
  })

  test('somebody from the team takes over at a wish', async () => {
    const talk = await rig.talk()
    await talk.ask('tickets.item-problem', 'wrong colour in order 1042')

    expect((await talk.press('Somebody from the team')).conversation.state).toBe('person')
  })
})
