import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Cents } from '../../../src/core/money.ts'
import { deeds, money, openRig, type Rig } from '../rig.ts'

let rig: Rig
beforeAll(async () => void (rig = await openRig()))
afterAll(() => rig.close())

describe('refunds', () => {
  test('an order within the cap is refunded after a yes', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.refund-request', 'I want my money back for order 1038')
    const question = await talk.identify('Ben')

    const done = await talk.say('yes please')

    expect(question.text).toContain(`${money(5450)} for order **1038** back to your Mastercard ending 7719`)
    expect(deeds(done)).toMatchObject([
      { kind: 'request-refund', refund: { payment: 'pay-1038', amount: 5450, state: 'approved' } },
    ])
    expect(done.text).toMatch(/on its way back/)
  })

  test('an amount above the cap waits for a person, under a ticket', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.refund-request', 'refund order 1035 please')
    await talk.identify('Elena')

    const done = await talk.say('yes')

    expect(deeds(done)).toMatchObject([
      { kind: 'request-refund', refund: { amount: 42900, state: 'waiting' } },
      { kind: 'open-ticket', ticket: 'T-1', state: 'open' },
    ])
    expect(done.text).toContain('T-1')
  })

  test.each([
    [5450, 'approved'],
    [5449, 'waiting'],
  ])('54.50 under a cap of %i pence is %s', async (refundCap, state) => {
    const talk = await rig.talk({ company: { refundCap: refundCap as Cents } })
    await talk.ask('payments.refund-request', 'refund order 1038')
    await talk.identify('Ben')

    const done = await talk.say('yes')

    expect(deeds(done)).toMatchObject([
      { refund: { amount: 5450, state } },
      ...(state === 'waiting' ? [{ kind: 'open-ticket' }] : []),
    ])
  })

  test('an order refunded before is told with its day', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.refund-request', 'refund for 1031')

    const told = await talk.identify('Chloe')

    expect(told.text).toContain(`we sent ${money(4900)} back on 18 November 2026`)
    expect(told.labels).toContain('Talk to a person')
  })

  test('after the window a person is offered and nothing is promised', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.refund-request', 'refund for order 987')

    const refused = await talk.identify('Elena')

    expect(refused.text).toMatch(/placed on 7 September 2026.*within 30 days/)
    expect(refused.labels).toContain('Talk to a person')
  })

  test('the last day of the window counts', async () => {
    const talk = await rig.talk()
    talk.later(18 * 24 * 60) // order 1038 is twelve days old: 30 days
    await talk.ask('payments.refund-request', 'refund for order 1038')
    expect((await talk.identify('Ben')).text).toMatch(/Shall I\?/)

    const late = await rig.talk()
    late.later(19 * 24 * 60)
    await late.ask('payments.refund-request', 'refund for order 1038')
    expect((await late.identify('Ben')).text).toMatch(/within 30 days only/)
  })

  test('an order that has not left is offered for cancelling', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.refund-request', 'money back for 1047')
    const offer = await talk.identify('Dev')

    const confirm = await talk.press('Cancel order 1047')

    expect(offer.text).toMatch(/hasn't left us yet/)
    expect(confirm.text).toMatch(/Shall I cancel order \*\*1047\*\*/)
  })

  test('somebody without orders is told so', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.refund-request', 'refund please')

    expect((await talk.identify('Femi')).text).toMatch(/don't see any orders/)
  })

  test('of several orders the customer chooses, by number or by button', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.refund-request', 'refund please')
    const which = await talk.identify('Ada')

    const chosen = await talk.press('1042 · Enamel saucepan, 16 cm')

    expect(which.labels).toEqual(['1043 · Stoneware teapot', '1042 · Enamel saucepan, 16 cm', 'Talk to a person'])
    expect(chosen.text).toContain(`${money(2490)} for order **1042**`)
  })

  test('two requests at once refund a payment once', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.refund-request', 'refund order 1038')
    await talk.identify('Ben')
    const other = await talk.elsewhere()
    await other.ask('payments.refund-request', 'refund order 1038')
    await other.identify('Ben')
    await talk.say('yes')

    const second = await other.say('yes')

    expect(second.text).toContain(`we sent ${money(5450)} back`)
    expect((await talk.records('Ben')).refunds).toHaveLength(1)
  })

  test('a refund on its way is told with amount and day', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.refund-status', 'where is my refund')

    expect((await talk.identify('Chloe')).text).toContain(
      `refund of ${money(4900)} for order **1031** was sent on 18 November 2026`,
    )
  })

  test('a refund that should have arrived goes to a person', async () => {
    const talk = await rig.talk()
    talk.later(8 * 24 * 60)
    await talk.ask('payments.refund-status', 'still no refund')

    const late = await talk.identify('Chloe')

    expect(late.text).toMatch(/should have reached you by now/)
    expect(late.labels).toContain('Talk to a person')
  })

  test('without a refund one can be asked for', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.refund-status', 'refund for 1038?')

    const none = await talk.identify('Ben')

    expect(none.text).toMatch(/don't see a refund for order 1038/)
    expect(none.labels).toEqual(['Ask for a refund', 'Talk to a person'])
  })
})
