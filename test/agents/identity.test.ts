import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRig, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => void (rig = await openRig()))
afterAll(() => rig.close())

const known = ['ada@example.com', 'ben@example.com']

test('the words are the same whether or not the address is known', async () => {
  const talk = await rig.talk()
  await talk.ask('account.current-plan', 'my plan?')
  const real = await talk.say('ada@example.com')
  const realWrong = await talk.say('ZZ1 1ZZ')

  const other = await rig.talk()
  await other.ask('account.current-plan', 'my plan?')
  const unreal = await other.say('amy@example.com')
  const unrealWrong = await other.say('ZZ1 1ZZ')

  expect(unreal.text).toBe(real.text)
  expect(unrealWrong.text).toBe(realWrong.text)
  expect(realWrong.effects).toEqual([{ kind: 'identity-failed', email: 'ada@example.com' }])
  expect(unrealWrong.effects).toEqual([{ kind: 'identity-failed', email: 'amy@example.com' }])
})

test('another customer’s postcode does not match', async () => {
  const talk = await rig.talk()
  await talk.ask('account.current-plan', 'my plan?')
  await talk.say('ada@example.com')

  expect((await talk.say('M1 2WD')).text).toMatch(/don't go together/)
})

test('the third failure in one task goes to a person', async () => {
  const talk = await rig.talk()
  await talk.ask('account.current-plan', 'my plan?')
  for (const email of ['a@example.com', 'b@example.com']) {
    await talk.say(email)
    await talk.say('ZZ1 1ZZ')
  }
  await talk.say('c@example.com')

  const third = await talk.say('ZZ1 1ZZ')

  expect(third.conversation.state).toBe('person')
  expect(third.effects).toContainEqual({ kind: 'identity-failed', email: 'c@example.com' })
})

test('five failures for an address within an hour, in whatever conversation, close the check for it, also with the right postcode', async () => {
  const talk = await rig.talk()
  for (const author of ['U2', 'U3', 'U4']) {
    const other = await talk.elsewhere(author)
    await other.ask('account.current-plan', 'my plan?')
    for (const _ of author === 'U4' ? [1] : [1, 2]) {
      await other.say('ada@example.com')
      await other.say('ZZ1 1ZZ')
    }
  }
  await talk.ask('account.current-plan', 'my plan?')

  const refused = await talk.say('ada@example.com')
  talk.later(61)
  await talk.ask('account.current-plan', 'my plan??')
  const later = await talk.identify('Ada')

  expect(refused.text).toMatch(/can't check that e-mail address at the moment/)
  expect(refused.labels).toEqual(['Talk to a person'])
  expect(later.text).toContain('Plus')
})

test('after the check the conversation is known for thirty minutes and no longer', async () => {
  const talk = await rig.talk()
  await talk.ask('account.current-plan', 'my plan?')
  await talk.identify('Ada')
  talk.later(29)
  const within = await talk.ask('account.current-plan', 'my plan now?')
  talk.later(1)

  const after = await talk.ask('account.current-plan', 'and now my plan?')

  expect(within.text).toContain('Plus')
  expect(after.text).toMatch(/What's the e-mail address/)
})

test('what was typed for the check does not stay in the task', async () => {
  const talk = await rig.talk()
  await talk.ask('payments.double-charge', 'charged twice for 1042')

  const question = await talk.identify('Ada')

  expect(Object.keys(question.conversation.task?.slots ?? {}).sort()).toEqual(['agreeing', 'first', 'order'])
})

test('a yes after the identity has run out does nothing before a new check', async () => {
  const talk = await rig.talk()
  await talk.ask('payments.double-charge', 'charged twice for 1042')
  await talk.identify('Ada')
  talk.later(31)

  const late = await talk.say('yes')
  const again = await talk.identify('Ada')

  expect(late.text).toMatch(/What's the e-mail address/)
  expect(again.text).toMatch(/Shall I send/)
  expect((await talk.records('Ada')).refunds).toEqual([])
})

test('an identity is good for one conversation', async () => {
  const talk = await rig.talk()
  await talk.ask('account.current-plan', 'my plan?')
  await talk.identify('Ada')

  const other = await (await talk.elsewhere('U1')).ask('account.current-plan', 'my plan?')

  expect(other.text).toMatch(/What's the e-mail address/)
})

test('addresses are masked wherever they are shown', async () => {
  const talk = await rig.talk()
  const texts = [(await talk.ask('account.data-export', `my data please, ${known[0]}`)).text]
  texts.push((await talk.say('bs6 5qa')).text, (await talk.say('yes')).text)

  expect(texts.join(' ')).toContain('a•••@example.com')
  for (const email of known) expect(texts.join(' ')).not.toContain(email)
})

test('the reason for the check is told once, and again when the order changes', async () => {
  const talk = await rig.talk()
  const first = await talk.ask('account.order-status', 'where is order 1042')
  const corrected = await talk.say('sorry, I meant 1043')
  const second = await talk.say('ada@example.com')

  expect(first.text).toContain('1042')
  expect(corrected.text).toContain('1043')
  expect(second.text).not.toContain('1043')
})
