import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deeds, money, openRig, type Rig } from '../rig.ts'

let rig: Rig
beforeAll(async () => void (rig = await openRig()))
afterAll(() => rig.close())

describe('the e-mail address', () => {
  test('it changes after a yes, and the old address is told', async () => {
    const talk = await rig.talk()
    await talk.ask('account.change-email', 'change my email')
    await talk.identify('Ada')
    const confirm = await talk.say('ada.b@example.com')

    const done = await talk.say('yes')

    expect(confirm.text).toMatch(/from a•••@example\.com to ada\.b@example\.com/)
    expect(deeds(done)).toEqual([
      { kind: 'change-email', customer: 'c-ada', from: 'ada@example.com', to: 'ada.b@example.com' },
      { kind: 'send-mail', to: 'ada@example.com', template: 'email-changed', about: 'c-ada' },
    ])
    expect((await talk.customer('Ada'))?.email).toBe('ada.b@example.com')
  })

  test('one address in the message is the new one', async () => {
    const talk = await rig.talk()
    const first = await talk.ask('account.change-email', 'use carla@example.com from now on')

    const confirm = await talk.identify('Ada')

    expect(first.text).toMatch(/What's the e-mail address on the order or account/)
    expect(confirm.text).toMatch(/to carla@example\.com/)
  })

  test.each([
    'replace ada@example.com with new@example.com',
    'change it to new@example.com from ada@example.com',
    'new@example.com instead of ada@example.com',
  ])('two addresses: %s', async (text) => {
    const talk = await rig.talk()
    const first = await talk.ask('account.change-email', text)

    const confirm = await talk.say('BS6 5QA')

    expect(first.text).toMatch(/postcode on the account of a•••@example\.com/)
    expect(confirm.text).toMatch(/from a•••@example\.com to new@example\.com/)
  })

  test('one in use is refused without saying why, the own one is noticed', async () => {
    const talk = await rig.talk()
    await talk.ask('account.change-email', 'change my email')
    await talk.identify('Ada')

    const taken = await talk.say('ben@example.com')
    const same = await talk.say('ADA@example.com')

    expect(taken.text).toMatch(/can't use that address/)
    expect(taken.text).not.toMatch(/use by|taken|another customer|exists/)
    expect(same.text).toMatch(/have already/)
    expect(deeds(taken)).toEqual([])
  })
})

describe('plans', () => {
  test('the present plan with price and renewal', async () => {
    const talk = await rig.talk()
    await talk.ask('account.current-plan', 'which plan am I on')

    expect((await talk.identify('Dev')).text).toContain(
      `**Family** (${money(899)} a month). It renews on 11 December 2026`,
    )
  })

  test('the free plan does not renew', async () => {
    const talk = await rig.talk()
    await talk.ask('account.current-plan', 'which plan am I on')

    expect((await talk.identify('Ben')).text).toMatch(/\*\*Free\*\*, which costs nothing/)
  })

  test('a dearer plan names the difference and is changed after a yes', async () => {
    const talk = await rig.talk()
    await talk.ask('account.change-plan', 'from Plus to Family please')
    const question = await talk.identify('Ada')

    const done = await talk.press('Yes, switch to Family')

    expect(question.text).toContain(`${money(400)} more a month`)
    expect(deeds(done)).toEqual([{ kind: 'change-plan', customer: 'c-ada', from: 'Plus', to: 'Family' }])
    expect((await talk.customer('Ada'))?.plan).toBe('Family')
  })

  test('a plan that was not named is chosen, and "no, the other one" takes the other', async () => {
    const talk = await rig.talk()
    await talk.ask('account.change-plan', 'change my plan')
    const which = await talk.identify('Ben')
    const plus = await talk.say('plus')

    const family = await talk.say('no, the other one')

    expect(which.labels).toEqual([`Plus · ${money(499)} a month`, `Family · ${money(899)} a month`, 'Talk to a person'])
    expect(plus.text).toMatch(/\*\*Free\*\* to \*\*Plus\*\*/)
    expect(family.text).toMatch(/\*\*Free\*\* to \*\*Family\*\*/)
  })

  test('down to the free plan is a cancellation', async () => {
    const talk = await rig.talk()
    await talk.ask('account.change-plan', 'downgrade to free pls')

    expect((await talk.identify('Ada')).text).toMatch(/paid until 3 December 2026.*doesn't renew/)
  })

  test('a cancelled plan runs on until it would have renewed, and says so afterwards', async () => {
    const talk = await rig.talk()
    await talk.ask('account.cancel-plan', 'cancel my subscription')
    const question = await talk.identify('Ada')
    const done = await talk.say('yes')

    const now = await talk.ask('account.current-plan', 'which plan am I on now')

    expect(question.text).toMatch(/keep it until then/)
    expect(deeds(done)).toEqual([{ kind: 'change-plan', customer: 'c-ada', from: 'Plus', to: 'Free' }])
    expect(now.text).toMatch(/cancelled\. You can use it until 3 December 2026/)
  })

  test('a yes counts only for what was asked: when the plan changed meanwhile, the question is put again', async () => {
    const talk = await rig.talk()
    await talk.ask('account.change-plan', 'switch me to Family')
    await talk.identify('Ada')
    const other = await talk.elsewhere()
    await other.ask('account.cancel-plan', 'cancel my subscription')
    await other.identify('Ada')
    await other.say('yes')

    const again = await talk.say('yes')

    expect(again.text).toMatch(/From \*\*Free\*\* to \*\*Family\*\*/)
    expect(deeds(again)).toEqual([])
    expect((await talk.customer('Ada'))?.plan).toBe('Free')
  })

  test('there is nothing to cancel on the free plan', async () => {
    const talk = await rig.talk()
    await talk.ask('account.cancel-plan', 'cancel my subscription')

    const none = await talk.identify('Elena')

    expect(none.text).toMatch(/costs nothing/)
    expect(none.labels).toContain('Talk to a person')
  })
})

describe('closing an account and taking the data along', () => {
  test('it is closed after the consequences were told and a yes', async () => {
    const talk = await rig.talk()
    await talk.ask('account.close', 'delete my account')
    const question = await talk.identify('Femi')

    const done = await talk.press('Yes, close it for good')

    expect(question.text).toMatch(/gone for good/)
    expect(deeds(done)).toEqual([
      { kind: 'close-account', customer: 'c-femi' },
      { kind: 'send-mail', to: 'femi@example.com', template: 'account-closed', about: 'c-femi' },
    ])
    expect((await talk.customer('Femi'))?.isClosed).toBe(true)
  })

  test('a closed account is nobody any more, also in the same conversation', async () => {
    const talk = await rig.talk()
    await talk.ask('account.close', 'delete my account')
    await talk.identify('Femi')
    await talk.say('yes')

    await talk.ask('account.current-plan', 'which plan am I on')
    const refused = await talk.identify('Femi')

    expect(refused.text).toMatch(/don't go together/)
  })

  test('an order under way keeps it open, with the reason and a person', async () => {
    const talk = await rig.talk()
    await talk.ask('account.close', 'delete my account')

    const refused = await talk.identify('Dev')

    expect(refused.text).toMatch(/order 1047, 1040/)
    expect(refused.labels).toEqual(['Talk to a person'])
  })

  test('an undecided refund keeps it open', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.refund-request', 'refund order 1035')
    await talk.identify('Elena')
    await talk.say('yes')

    expect((await talk.ask('account.close', 'delete my account')).text).toMatch(/still being decided/)
  })

  test('the data is mailed to the address on file after a yes', async () => {
    const talk = await rig.talk()
    await talk.ask('account.data-export', 'send me my data')
    await talk.identify('Ada')

    const done = await talk.say('yes')

    expect(deeds(done)).toEqual([{ kind: 'send-mail', to: 'ada@example.com', template: 'data-export', about: 'c-ada' }])
  })
})

describe('logging in', () => {
  test('the reset link is mailed to an account that exists, and the words are the same when there is none', async () => {
    const talk = await rig.talk()
    const asked = await talk.ask('account.reset-password', 'I forgot my password')
    const sent = await talk.say('ada@example.com')
    await talk.ask('account.reset-password', 'forgot my password again')
    const nobody = await talk.say('ana@example.com')

    expect(asked.text).toMatch(/Which e-mail address/)
    expect(sent.effects).toEqual([{ kind: 'send-mail', to: 'ada@example.com', template: 'reset-link', about: 'c-ada' }])
    expect(nobody.effects).toEqual([])
    expect(nobody.text).toBe(sent.text)
  })

  test('a closed account gets no link', async () => {
    const talk = await rig.talk()
    await talk.ask('account.close', 'delete my account')
    await talk.identify('Femi')
    await talk.say('yes')

    const sent = await talk.ask('account.reset-password', 'new password for femi@example.com')

    expect(sent.text).toMatch(/^If there's an account/)
    expect(sent.effects).toEqual([])
  })

  test.each([
    ['a password', "My password isn't accepted", /Which e-mail address do you log in with/],
    ['a code', 'No code arrives', /only the newest one counts/],
    ['something else', 'Something else', /another browser/],
  ])('%s', async (_, label, expected) => {
    const talk = await rig.talk()
    await talk.ask('account.login-problem', "I can't log in")

    const answer = await talk.press(label)

    expect(answer.text).toMatch(expected)
    expect(answer.labels).toContain('Talk to a person')
  })

  test('a locked account goes to a person, without a question when the message says so', async () => {
    const talk = await rig.talk()
    await talk.ask('account.login-problem', "I can't log in")
    expect((await talk.press('It says my account is locked')).conversation.state).toBe('person')

    const other = await rig.talk()
    expect((await other.ask('account.login-problem', 'my account is locked')).conversation.state).toBe('person')
  })
})
