import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deeds, money, openRig, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => void (rig = await openRig()))
afterAll(() => rig.close())

describe('a message that is no request by itself', () => {
  test.each([
    ['never mind', /Nothing is open/],
    ['ok', /Nothing is open/],
    ['👍', /Nothing is open/],
    ['yes', /haven't changed anything/],
    ['cancel', /haven't changed anything/],
    ['what?', /one sentence/],
    ['ada@example.com', /what it's for/],
    ['4111 1111 1111 1111', /don't write card numbers/],
  ])('%j is answered without a ticket', async (text, expected) => {
    const talk = await rig.talk()

    const answered = await talk.say(text)

    expect(answered.text).toMatch(expected)
    expect(answered.effects).toEqual([])
  })

  test('a short request that begins like a no is a request', async () => {
    const talk = await rig.talk()

    expect((await talk.ask('tickets.item-problem', 'wrong item')).text).toMatch(/What's wrong/i)
  })

  test('an order number alone is asked about, and the choice keeps it', async () => {
    const talk = await rig.talk()
    const asked = await talk.say('1042')

    const begun = await talk.say('the second')

    expect(asked.text).toBe('What can I do for you with order 1042?')
    expect(begun.text).toMatch(/refund for order \*\*1042\*\*/)
  })

  test('an address alone does not interrupt an open question', async () => {
    const talk = await rig.talk()
    await talk.ask('tickets.item-problem', 'the teapot has a chip, order 1043')

    const answered = await talk.ask('account.change-email', 'ada@example.com')

    expect(answered.text).toMatch(/Please choose[^]*order \*\*1043\*\*/)
  })

  test('the second message nobody can place is answered in other words', async () => {
    const talk = await rig.talk()
    const first = await talk.say('qwertz uiop')
    const second = await talk.say('asdf ghjk')

    expect(first.text).toMatch(/passed your message/)
    expect(second.text).toMatch(/added this to ticket \*\*T-1\*\* too/)
  })
})

describe('what the last reply asks is really open', () => {
  test('"Shall I do that?" is answered by a yes, which changes nothing yet', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.refund-request', 'refund order 1047')
    const refused = await talk.identify('Dev')

    const confirm = await talk.say('yes')
    const done = await talk.say('yes')

    expect(refused.text).toMatch(/Shall I do that\?/)
    expect(confirm.text).toMatch(/Shall I cancel order \*\*1047\*\*/)
    expect(deeds(confirm)).toEqual([])
    expect(deeds(done).map(({ kind }) => kind)).toEqual(['cancel-order', 'request-refund'])
  })

  test('the offer is gone after the next message', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.refund-request', 'refund order 1047')
    await talk.identify('Dev')
    await talk.ask('general.opening-hours', 'when are you open')

    expect((await talk.say('yes')).text).toMatch(/haven't changed anything/)
  })

  test('"it" is the order that was talked of last', async () => {
    const talk = await rig.talk()
    await talk.ask('account.order-status', 'where is order 1042')
    await talk.identify('Ada')

    const confirm = await talk.ask('payments.refund-request', 'refund it then')

    expect(confirm.text).toContain(`${money(2490)} for order **1042**`)
  })
})

describe('a question that is not answered', () => {
  test('"why?" is explained, however often, and "I don\'t know" gets another hint', async () => {
    const talk = await rig.talk()
    await talk.ask('account.order-status', 'where is order 1042')
    await talk.say('why do you need that?')
    await talk.say('but why?')
    const why = await talk.say('what for?')

    const unsure = await talk.say("I don't know")

    expect(why.text).toMatch(/which account is yours[^]*What's the e-mail address/)
    expect(unsure.text).toMatch(/Without it, a person can help/)
    expect(why.conversation.state).toBe('bot')
  })

  test.each(["I don't know", 'what?', 'yes', 'no'])('%j does not become the text of a ticket', async (text) => {
    const talk = await rig.talk()
    await talk.ask('tickets.open', 'open a ticket')

    const answered = await talk.say(text)

    expect(answered.text).toMatch(/What is it about\?/)
    expect(answered.text).not.toMatch(/Shall I open/)
  })
})

describe('corrections', () => {
  test('address and postcode in one message are both taken', async () => {
    const talk = await rig.talk()
    await talk.ask('account.order-status', 'where is order 1042')

    const told = await talk.say('ada@example.com and my postcode is BS6 5QA, ok?')

    expect(told.text).toMatch(/Order \*\*1042\*\*/)
  })

  test('another e-mail address instead of the postcode is a correction', async () => {
    const talk = await rig.talk()
    await talk.ask('account.order-status', 'where is order 1042')
    await talk.say('ada@exmaple.com')
    await talk.say('sorry, ada@example.com')

    expect((await talk.say('the postcode is BS6 5QA')).text).toMatch(/Order \*\*1042\*\*/)
  })

  test('"no, …" puts a new e-mail address, a delivery address and the text of a ticket right', async () => {
    const talk = await rig.talk()
    await talk.ask('account.change-email', 'change my e-mail')
    await talk.identify('Dev')
    await talk.say('dev.new@example.com')
    const email = await talk.say('no, dev2@example.com')
    await talk.say('never mind')

    const found = await talk.ask('account.change-address', 'send order 1047 to 9 High Street, Leicester LE2 3AB')
    const address = await talk.say('no, 11 High Street, Leicester LE2 3AB')
    await talk.say('never mind')
    await talk.ask('tickets.open', 'open a ticket')
    await talk.say('the planner shows the wrong week')
    const ticket = await talk.say('sorry, I meant it shows the wrong month')

    expect(email.text).toMatch(/to dev2@example\.com/)
    expect(found.text).toMatch(/9 High Street, Leicester LE2 3AB\. Is that right/)
    expect(address.text).toMatch(/11 High Street, Leicester LE2 3AB\. Is that right/)
    expect(ticket.text).toMatch(/wrong week it shows the wrong month/)
    expect([email, found, address, ticket].flatMap((one) => deeds(one))).toEqual([])
  })

  test('a street alone is no whole address', async () => {
    const talk = await rig.talk()
    await talk.ask('account.change-address', 'change the address of order 1047')
    await talk.identify('Dev')

    expect((await talk.say('12 Mill Lane')).text).toMatch(/whole address yet/)
  })
})

describe('a button of an earlier question', () => {
  test('the yes for one order is not a yes for the other', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.refund-request', 'refund order 1042')
    await talk.identify('Ada')
    const button = talk.buttons().find(({ label }) => label.startsWith('Yes'))
    await talk.say('no, 1043')

    const answered = await talk.pressAgain(button)

    expect(deeds(answered)).toEqual([])
    expect(answered.text).toMatch(/belongs to an earlier question[^]*for order \*\*1043\*\*/)
  })
})

describe('answers in other words', () => {
  test.each([
    ['the teapot please', '1043'],
    ['the latest one', '1043'],
    ['the saucepan', '1042'],
  ])('asked which order, %j is order %s', async (text, order) => {
    const talk = await rig.talk()
    await talk.ask('account.order-status', 'where is my order')
    await talk.identify('Ada')

    expect((await talk.say(text)).text).toContain(`Order **${order}**`)
  })

  test('asked which invoice, its order is an answer', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.invoice-copy', 'my invoice please')
    await talk.identify('Ada')

    expect((await talk.say('the invoice for order 1042')).text).toMatch(/Invoice \*\*INV-2042\*\*/)
  })

  test('"wrong password" is one of the log-in troubles', async () => {
    const talk = await rig.talk()
    await talk.ask('account.login-problem', "I can't log in")

    expect((await talk.ask('account.reset-password', 'it says wrong password')).text).toMatch(/^I'll send you a link/)
  })

  test('"refund please" is the money back, for the order already named', async () => {
    const talk = await rig.talk()
    await talk.ask('tickets.item-problem', 'the lid of order 1042 is cracked')
    await talk.ask('payments.refund-request', 'refund please')

    expect((await talk.identify('Ada')).text).toContain(`${money(2490)} for order **1042**`)
  })

  test('whoever is known is not asked for an order number', async () => {
    const talk = await rig.talk()
    await talk.ask('account.order-status', 'where is order 1038')
    await talk.identify('Ben')

    const wish = await talk.ask('tickets.item-problem', 'the knife came with a bent blade')

    expect(wish.text).toMatch(/for order \*\*1038\*\*: your money back/)
  })

  test('what the first message says of a technical problem is kept', async () => {
    const talk = await rig.talk()
    await talk.ask('tickets.technical-problem', 'the app crashes')
    await talk.say('whenever I open a recipe')

    expect((await talk.say('on my phone')).text).toMatch(/the app crashes whenever I open a recipe/)
  })
})
