import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deeds, money, openRig, type Rig } from '../rig.ts'

let rig: Rig
beforeAll(async () => void (rig = await openRig()))
afterAll(() => rig.close())

describe('charged twice', () => {
  test('the first reply names the order, says what happens next and asks for the e-mail, without any detail', async () => {
    const talk = await rig.talk()

    const first = await talk.ask('payments.double-charge', 'I was charged twice for order 1042')

    expect(first.text).toContain('1042')
    expect(first.text).toMatch(/check both charges/)
    expect(first.text).toMatch(/send it back/)
    expect(first.text).toMatch(/e-mail address/)
    expect(first.text).not.toMatch(/24\.90|Visa|November/)
    expect(first.labels).toContain('Talk to a person')
  })

  test('after the check and a yes the surplus charge goes back, once', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.double-charge', 'I was charged twice for order 1042')
    const question = await talk.identify('Ada')

    const done = await talk.press(`Yes, send ${money(2490)} back`)

    expect(question.text).toContain(`order **1042** was charged twice, ${money(2490)} each`)
    expect(deeds(question)).toEqual([])
    expect(deeds(done)).toMatchObject([
      {
        kind: 'request-refund',
        refund: { order: '1042', payment: 'pay-1042-b', amount: 2490, state: 'approved', on: '2026-11-21' },
      },
    ])
    expect((await talk.records('Ada')).refunds).toHaveLength(1)
  })

  test('a second time it is told when the money was sent', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.double-charge', 'I was charged twice for order 1042')
    await talk.identify('Ada')
    await talk.say('yes')

    const again = await talk.ask('payments.double-charge', 'charged twice for 1042!!')

    expect(again.text).toContain(`sent ${money(2490)} back on 21 November 2026`)
    expect(deeds(again)).toEqual([])
  })

  test('"no, the other one" looks at the other order', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.double-charge', 'I was charged twice')
    await talk.identify('Ada')

    const other = await talk.say('no, the other one')

    expect(other.text).toContain(`one charge only for order **1043**: ${money(3890)} on 18 November 2026`)
    expect(other.labels).toContain('Talk to a person')
    expect(deeds(other)).toEqual([])
  })

  test('a no leaves everything as it is', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.double-charge', 'charged twice')
    await talk.identify('Ada')

    const no = await talk.say('no')

    expect(no.text).toMatch(/left everything as it is/)
    expect((await talk.records('Ada')).refunds).toEqual([])
  })

  test('somebody with single charges only hears that', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.double-charge', 'charged twice')

    const none = await talk.identify('Ben')

    expect(none.text).toMatch(/each was charged once/)
    expect(none.labels).toContain('Talk to a person')
  })

  test('an order of somebody else is as unknown as one that never was', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.double-charge', 'charged twice for order 1042')
    const foreign = await talk.identify('Ben')

    const other = await rig.talk()
    await other.ask('payments.double-charge', 'charged twice for order 7777')
    const missing = await other.identify('Ben')

    expect(foreign.text.replace('1042', 'N')).toBe(missing.text.replace('7777', 'N'))
  })
})
