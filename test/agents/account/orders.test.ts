import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Sample } from '../../../src/core/company.ts'
import { deeds, money, openRig, type Rig } from '../rig.ts'

let rig: Rig
beforeAll(async () => void (rig = await openRig()))
afterAll(() => rig.close())

/** Dev with an older order as well. */
function withThirdOrder(sample: Sample): Sample {
  const older = {
    id: '1029',
    state: 'delivered',
    items: 'Whisk',
    total: 900,
    placedOn: -20,
    address: 'Leicester',
  } as const
  const customers = sample.customers.map((customer) =>
    customer.id === 'c-dev' ? { ...customer, orders: [...customer.orders, older] } : customer,
  )
  return { ...sample, customers }
}

describe('where is my order', () => {
  test('a shipped order is told with its day and tracking number', async () => {
    const talk = await rig.talk()
    const first = await talk.ask('account.order-status', 'where is order 1043')

    const told = await talk.identify('Ada')

    expect(first.text).toMatch(/order \*\*1043\*\*/)
    expect(told.text).toMatch(/Stoneware teapot\) is on its way.*by 23 November 2026.*KC 7742 1093/)
  })

  test('of several orders the customer chooses', async () => {
    const talk = await rig.talk()
    await talk.ask('account.order-status', 'where is my order')
    const which = await talk.identify('Ada')

    const told = await talk.say('the second one')

    expect(which.text).toMatch(/Which order/)
    expect(told.text).toMatch(/order \*\*1042\*\*.*delivered/i)
  })

  test('one that has not left can be cancelled from there', async () => {
    const talk = await rig.talk()
    await talk.ask('account.order-status', 'where is 1047')

    const told = await talk.identify('Dev')

    expect(told.text).toMatch(/being packed.*by 25 November 2026/)
    expect(told.labels).toContain('Cancel order 1047')
  })

  test('a late one is told as late, on the day after and not before', async () => {
    const onTime = await rig.talk()
    onTime.later(2 * 24 * 60)
    await onTime.ask('account.order-status', 'where is 1043')
    expect((await onTime.identify('Ada')).text).toMatch(/should be with you by 23 November/)

    const late = await rig.talk()
    late.later(3 * 24 * 60)
    await late.ask('account.order-status', 'where is 1043')
    const told = await late.identify('Ada')
    expect(told.text).toMatch(/sorry it's late/)
    expect(told.labels).toContain('Talk to a person')
  })

  test('a delivered one leads on to what may be wrong with it', async () => {
    const talk = await rig.talk()
    await talk.ask('account.order-status', 'where is 1042')
    await talk.identify('Ada')

    const next = await talk.press('Something is wrong with it')

    expect(next.text).toMatch(/What's wrong/)
    expect(next.conversation.task?.slots['order']).toBe('1042')
  })

  test('a number corrected during the check is the one looked up', async () => {
    const talk = await rig.talk()
    await talk.ask('account.order-status', 'where is 1042')
    await talk.say('sorry, I meant 1043')

    expect((await talk.identify('Ada')).text).toContain('Stoneware teapot')
  })

  test('in a channel others read nothing personal is asked or told', async () => {
    const talk = await rig.talk({ isPrivate: false })

    const refused = await talk.ask('account.order-status', 'where is 1043')

    expect(refused.text).toMatch(/direct message/)
    expect(refused.conversation.task).toBeUndefined()
  })
})

describe('cancelling an order', () => {
  test('after a yes it is cancelled and the money goes back', async () => {
    const talk = await rig.talk()
    await talk.ask('account.cancel-order', 'cancel order 1047')
    const question = await talk.identify('Dev')

    const done = await talk.say('yes')

    expect(question.text).toContain(`You get ${money(8900)} back`)
    expect(deeds(done)).toMatchObject([
      { kind: 'cancel-order', order: '1047', customer: 'c-dev' },
      { kind: 'request-refund', refund: { payment: 'pay-1047', amount: 8900, state: 'approved' } },
    ])
    expect((await talk.records('Dev')).orders.find(({ id }) => id === '1047')?.state).toBe('cancelled')
  })

  test('without a number the only one that can be cancelled is meant', async () => {
    const talk = await rig.talk()
    await talk.ask('account.cancel-order', 'cancel my order')

    expect((await talk.identify('Dev')).text).toMatch(/cancel order \*\*1047\*\*/)
  })

  test('"no, the other one" asks for the shipped one, which cannot be cancelled', async () => {
    const talk = await rig.talk()
    await talk.ask('account.cancel-order', 'cancel my order')
    await talk.identify('Dev')

    const refused = await talk.say('no, the other one')

    expect(refused.text).toMatch(/1040\*\* has already left/)
    expect(refused.labels).toEqual(['Refund for order 1040', 'Talk to a person'])
    expect((await talk.records('Dev')).orders.map(({ state }) => state)).toEqual(['processing', 'shipped'])
  })

  test('of three orders, "no, the other one" asks which one', async () => {
    const talk = await rig.talk({ sample: withThirdOrder })
    await talk.ask('account.cancel-order', 'cancel my order')
    await talk.identify('Dev')

    const which = await talk.say('no, the other one')
    const refused = await talk.say('1029')

    expect(which.text).toMatch(/Which order shall I cancel/)
    expect(refused.text).toMatch(/1029\*\* has already left/)
  })

  test('cancelled twice is told, not done', async () => {
    const talk = await rig.talk()
    await talk.ask('account.cancel-order', 'cancel order 1047')
    await talk.identify('Dev')
    await talk.say('yes')

    const again = await talk.ask('account.cancel-order', 'cancel 1047 now')

    expect(again.text).toMatch(/cancelled already/)
    expect(deeds(again)).toEqual([])
  })

  test('when nothing waits to be sent, that is said', async () => {
    const talk = await rig.talk()
    await talk.ask('account.cancel-order', 'cancel my order')

    expect((await talk.identify('Ben')).text).toMatch(/none I can cancel/)
  })
})

describe('the delivery address', () => {
  test('an order that has not left goes to the new address', async () => {
    const talk = await rig.talk()
    await talk.ask('account.change-address', 'send order 1047 elsewhere')
    const ask = await talk.identify('Dev')
    const confirm = await talk.say('Dev Patel, 4 *New* Walk, Leicester LE1 6TE')

    const done = await talk.say('yes')

    expect(ask.text).toMatch(/Where should order \*\*1047\*\* go/)
    expect(confirm.text).toContain(String.raw`4 \*New\* Walk`)
    expect(deeds(done)).toEqual([
      {
        kind: 'change-address',
        order: '1047',
        customer: 'c-dev',
        address: 'Dev Patel, 4 *New* Walk, Leicester LE1 6TE',
      },
    ])
  })

  test('half an address is asked for again', async () => {
    const talk = await rig.talk()
    await talk.ask('account.change-address', 'new address for 1047')
    await talk.identify('Dev')

    expect((await talk.say('my office')).text).toMatch(/whole address/)
  })

  test.each([
    ['Dev', 'new address for 1040', /already left us/],
    ['Ben', 'we moved house', /no order waiting to be sent/],
  ])('%s: %s', async (name, text, expected) => {
    const talk = await rig.talk()
    await talk.ask('account.change-address', text)

    const refused = await talk.identify(name)

    expect(refused.text).toMatch(expected)
    expect(refused.labels).toContain('Talk to a person')
  })
})
