import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deeds, openRig, type Rig, type Talk } from '../rig.ts'

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

describe('following', () => {
  test('one ticket needs no number, several are offered', async () => {
    const talk = await rig.talk()
    await open(talk, 'the lid is loose')
    const only = await talk.ask('tickets.status', 'any news on my ticket')
    await open(talk, 'the knob is loose')

    const which = await talk.ask('tickets.status', 'any news on my tickets')
    const second = await talk.press('T-1 · the lid is loose')

    expect(only.text).toContain('**T-1**')
    expect(which.labels).toEqual(['T-2 · the knob is loose', 'T-1 · the lid is loose', 'Talk to a person'])
    expect(second.text).toContain('“the lid is loose”')
  })

  test("a ticket of somebody else's is as unknown as one that never was", async () => {
    const talk = await rig.talk()
    await open(talk, 'the lid is loose')
    const stranger = await talk.elsewhere()

    const foreign = await stranger.ask('tickets.status', 'status of T-1')
    const missing = await stranger.ask('tickets.status', 'status of T-9')

    expect(foreign.text.replace('T-1', 'N')).toBe(missing.text.replace('T-9', 'N'))
    expect(foreign.labels).toEqual(['Open a ticket', 'Talk to a person'])
  })

  test.each(['tickets.add-note', 'tickets.close', 'tickets.reopen'])(
    "%s does nothing to somebody else's ticket",
    async (intent) => {
      const talk = await rig.talk()
      await open(talk, 'the lid is loose')
      const stranger = await talk.elsewhere()

      const refused = await stranger.ask(intent, 'T-1: do it now please')
      await stranger.say('yes')

      expect(refused.text).toMatch(/can't find a ticket T-1 of yours/)
      expect(await talk.ticket('T-1')).toMatchObject({ state: 'open', notes: [{ text: 'the lid is loose' }] })
    },
  )

  test('without tickets, one is offered', async () => {
    const talk = await rig.talk()

    const none = await talk.ask('tickets.status', 'ticket status')

    expect(none.text).toMatch(/no tickets with us/)
    expect(none.labels).toEqual(['Open a ticket', 'Talk to a person'])
  })

  test('the list shows number, subject, state and day', async () => {
    const talk = await rig.talk()
    await open(talk, 'a | b')

    expect((await talk.ask('tickets.list', 'show my tickets')).text).toContain(
      String.raw`| T-1 | a \| b | open, and a colleague will look at it | 21 November 2026 |`,
    )
  })

  test('where others can read, titles are left out', async () => {
    const talk = await rig.talk({ isPrivate: false })
    await open(talk, 'my secret kettle')

    const status = await talk.ask('tickets.status', 'status of T-1')
    const list = await talk.ask('tickets.list', 'my tickets')

    expect(status.text + list.text).not.toContain('secret')
    expect(status.text).toContain('T-1')
  })
})

describe('adding', () => {
  test('a note after a colon is confirmed and added', async () => {
    const talk = await rig.talk()
    await open(talk, 'the lid is loose')
    const confirm = await talk.ask('tickets.add-note', 'add to T-1: it is the blue one')

    await talk.say('yes')

    expect(confirm.text).toContain('“it is the blue one”')
    expect((await talk.ticket('T-1'))?.notes.map(({ text }) => text)).toEqual([
      'the lid is loose',
      'it is the blue one',
    ])
  })

  test('otherwise the note is asked for', async () => {
    const talk = await rig.talk()
    await open(talk, 'the lid is loose')
    const asked = await talk.ask('tickets.add-note', 'I forgot something in my ticket')
    await talk.say('best time to call is mornings')

    const done = await talk.say('yes')

    expect(asked.text).toMatch(/What shall I add to ticket \*\*T-1\*\*/)
    expect(deeds(done)).toEqual([{ kind: 'add-note', ticket: 'T-1', text: 'best time to call is mornings' }])
  })

  test('a ticket that waited for the customer goes back to the team', async () => {
    const talk = await rig.talk()
    await open(talk, 'the lid is loose')
    await talk.meanwhile({ kind: 'move-ticket', ticket: 'T-1', from: 'open', to: 'waiting-customer' })
    await talk.ask('tickets.add-note', 'add to T-1: it is the blue one')

    await talk.say('yes')

    expect(await talk.ticket('T-1')).toMatchObject({ state: 'waiting-team' })
  })

  test('a closed ticket is to be reopened first', async () => {
    const talk = await rig.talk()
    await open(talk, 'the lid is loose')
    await talk.ask('tickets.close', 'close T-1')
    await talk.say('yes')

    const refused = await talk.ask('tickets.add-note', 'add to T-1: it is the blue one')

    expect(refused.text).toMatch(/Shall I reopen it/)
    expect(refused.labels).toEqual(['Reopen T-1', 'Talk to a person'])
  })
})

describe('closing and reopening', () => {
  test('closed after a yes, reopened after another', async () => {
    const talk = await rig.talk()
    await open(talk, 'the lid is loose')
    const confirm = await talk.ask('tickets.close', 'it works now, close T-1')
    const closed = await talk.say('yes')
    await talk.ask('tickets.reopen', 'the problem is back')

    const reopened = await talk.say('yes')

    expect(confirm.text).toMatch(/Shall I close ticket \*\*T-1\*\* \(“the lid is loose”\)/)
    expect(deeds(closed)).toEqual([{ kind: 'move-ticket', ticket: 'T-1', from: 'open', to: 'closed' }])
    expect(deeds(reopened)).toEqual([{ kind: 'move-ticket', ticket: 'T-1', from: 'closed', to: 'open' }])
  })

  test('what is so already is said', async () => {
    const talk = await rig.talk()
    await open(talk, 'the lid is loose')
    expect((await talk.ask('tickets.reopen', 'reopen T-1')).text).toMatch(/isn't closed/)

    await talk.ask('tickets.close', 'close T-1')
    await talk.say('yes')
    expect((await talk.ask('tickets.close', 'close T-1 at last')).text).toMatch(/closed already/)
  })

  test('with nothing to close or reopen, that is said', async () => {
    const talk = await rig.talk()

    expect((await talk.ask('tickets.close', 'close my ticket')).text).toMatch(/nothing to close/)
    expect((await talk.ask('tickets.reopen', 'reopen my ticket')).text).toMatch(/no closed ticket/)
  })

  test('"no, the other one" closes the other ticket', async () => {
    const talk = await rig.talk()
    await open(talk, 'the lid is loose')
    await open(talk, 'the knob is loose')
    await talk.ask('tickets.close', 'close T-1')
    const other = await talk.say('no, the other one')

    await talk.say('yes')

    expect(other.text).toMatch(/close ticket \*\*T-2\*\*/)
    expect(await talk.ticket('T-1')).toMatchObject({ state: 'open' })
    expect(await talk.ticket('T-2')).toMatchObject({ state: 'closed' })
  })
})
