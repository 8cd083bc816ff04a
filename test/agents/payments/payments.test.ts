import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deeds, money, openRig, type Rig } from '../rig.ts'

let rig: Rig
beforeAll(async () => void (rig = await openRig()))
afterAll(() => rig.close())

describe('invoices', () => {
  test('the invoice of an order is mailed to the address on file', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.invoice-copy', 'the invoice for order 1042 please')

    const sent = await talk.identify('Ada')

    expect(sent.text).toContain(`INV-2042** of 15 November 2026 over ${money(2490)} is on its way to a•••@example.com`)
    expect(deeds(sent)).toEqual([{ kind: 'send-mail', to: 'ada@example.com', template: 'invoice', about: 'INV-2042' }])
  })

  test('an address in the message is no proof of identity and gets no mail', async () => {
    const talk = await rig.talk()

    const first = await talk.ask('payments.invoice-copy', 'please email INV-2042 to books@example.com')
    const sent = await talk.identify('Ada')

    expect(first.text).toMatch(/What's the e-mail address/)
    expect(deeds(sent)).toMatchObject([{ to: 'ada@example.com', about: 'INV-2042' }])
  })

  test('an unknown number lists the own ones', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.invoice-copy', 'send INV-2031')

    const which = await talk.identify('Ada')
    const sent = await talk.press(`INV-2043 · 18 November 2026 · ${money(3890)}`)

    expect(which.text).toMatch(/can't find an invoice for INV-2031/)
    expect(deeds(sent)).toMatchObject([{ kind: 'send-mail', about: 'INV-2043' }])
  })
})

describe('cards and charges', () => {
  test('a declined card is explained, and another card is offered', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.failed-card', 'my card was declined')
    const why = await talk.identify('Ben')

    const sent = await talk.press('Use another card')

    expect(why.text).toMatch(
      new RegExp(`${money(6200)} by Mastercard ending 7719 on 20 November 2026 was declined.*insufficient funds`),
    )
    expect(deeds(sent)).toEqual([{ kind: 'send-mail', to: 'ben@example.com', template: 'card-link', about: 'c-ben' }])
  })

  test('an expired card has its own advice', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.failed-card', 'payment failed')

    expect((await talk.identify('Chloe')).text).toMatch(/card on file has run out/)
  })

  test('without a declined payment a person is offered', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.failed-card', 'payment failed')

    const none = await talk.identify('Ada')

    expect(none.text).toMatch(/don't see any declined payment/)
    expect(none.labels).toContain('Talk to a person')
  })

  test('a card number in the chat is met with a warning and kept nowhere', async () => {
    const talk = await rig.talk()

    const warned = await talk.ask('payments.change-card', 'my new card is 4111 1111 1111 1111')

    expect(warned.text).toMatch(/don't write card numbers/)
    expect(warned.text).not.toMatch(/4111/)
  })

  test('the charges of the last 60 days are listed; one that stays strange goes to a person', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.unknown-charge', "I don't recognise a charge")
    const table = await talk.identify('Femi')

    const handed = await talk.say('no')

    expect(table.text).toContain(`| 30 October 2026 | your plan | Visa ending 6411 | ${money(499)} |`)
    expect(table.text).toContain('| 29 September 2026 |')
    expect(handed.conversation.state).toBe('person')
  })

  test('a charge that is recognised is settled', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.unknown-charge', 'what is this charge')
    await talk.identify('Elena')

    const settled = await talk.press('Yes, I recognise it')

    expect(settled.text).toMatch(/settled/)
  })

  test('older charges are not listed', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.unknown-charge', 'what is this charge')

    expect((await talk.identify('Elena')).text).not.toContain(money(3600)) // 75 days ago
  })
})

describe('codes and methods', () => {
  test.each([
    ['WELCOME10 does not work', /valid: 10 % off for baskets from/],
    ['freeship not accepted', /FREESHIP\*\* is valid: no postage/],
    ['my code spring15 is rejected', /SPRING15\*\* has run out/],
    ['KITCHEN20 is refused', /don't know the code KITCHEN20/],
  ])('%s', async (text, expected) => {
    const talk = await rig.talk()

    expect((await talk.ask('payments.discount-code', text)).text).toMatch(expected)
  })

  test('a code that was not named is asked for', async () => {
    const talk = await rig.talk()
    const asked = await talk.ask('payments.discount-code', "my code doesn't work")

    const told = await talk.say('it is welcome10')

    expect(asked.text).toMatch(/Which code/)
    expect(told.text).toMatch(/WELCOME10\*\* is valid/)
  })

  test('the ways to pay are listed at once', async () => {
    const talk = await rig.talk()

    const methods = await talk.ask('payments.methods', 'do you take PayPal?')

    expect(methods.text).toContain('- PayPal')
    expect(methods.effects).toEqual([])
  })
})
