import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRig, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => void (rig = await openRig()))
afterAll(() => rig.close())

describe('two requests in one message', () => {
  const text = 'refund 1042 and change my email to new@example.com'
  const second = { intent: 'account.change-email', confidence: 0.9, text: 'change my email to new@example.com' }
  const twice = { intent: 'payments.refund-request', confidence: 1, second }

  test('the first is answered with what belongs to it, the second named with a button', async () => {
    const talk = await rig.talk()

    const answered = await talk.sayAs(twice, text)

    expect(answered.text).toMatch(/refund for order \*\*1042\*\*[^]*You also wrote about “Change my e-?mail/i)
    expect(answered.labels.filter((label) => /e-?mail/i.test(label))).toHaveLength(1)
    expect(answered.conversation.task?.slots).toMatchObject({ order: '1042' })
    expect(answered.conversation.task?.slots).not.toHaveProperty('email')
  })

  test('the button begins the second and keeps the first', async () => {
    const talk = await rig.talk()
    const { labels } = await talk.sayAs(twice, text)

    const begun = await talk.press(labels.find((label) => /e-?mail/i.test(label)) ?? '')

    expect(begun.conversation.task).toMatchObject({ intent: 'account.change-email' })
    expect(begun.conversation.paused).toMatchObject([{ intent: 'payments.refund-request', slots: { order: '1042' } }])
  })

  test('beside an open question the second is named as well, whether the first answers it or not', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.refund-request', 'I want a refund')

    const missed = await talk.sayAs(twice, text)
    const answered = await talk.sayAs(twice, `ada@example.com, and ${second.text}`)

    expect(missed.conversation.task).toMatchObject({ asking: { name: 'email' }, misses: 1 })
    expect(missed.text).toMatch(/You also wrote about “Change my e-?mail/i)
    expect(answered.conversation.task).toMatchObject({ slots: { email: 'ada@example.com' } })
    expect(answered.text).toMatch(/You also wrote about “Change my e-?mail/i)
  })

  test('who gets a person needs no second button', async () => {
    const talk = await rig.talk()

    const answered = await talk.sayAs({ ...twice, intent: 'general.person' }, 'a person please, and change my email')

    expect(answered.text).not.toMatch(/You also wrote/)
  })
})

describe('what is not wanted', () => {
  test('is not done, and what is wanted instead is asked', async () => {
    const talk = await rig.talk()

    const answered = await talk.sayAs({ refused: 'account.reset-password' }, "I don't need to reset my password")

    expect(answered.text).toMatch(/won't do anything about[^]*instead\?/)
    expect(answered.conversation.task).toBeUndefined()
  })

  test('leaves an article its answer to the rest, but gives none about what is refused', async () => {
    const talk = await rig.talk({ hasArticles: true })
    const refused = { refused: 'payments.refund-request' }

    const helped = await talk.sayAs(refused, "I don't need a refund, just tell me how to return it")
    const alone = await talk.sayAs(refused, "I don't want a refund")

    expect(helped.text).toMatch(/return period/)
    expect(alone.text).toMatch(/won't do anything about/)
  })

  test('ends the task that it is about', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.refund-request', 'refund 1042')

    const answered = await talk.sayAs({ refused: 'payments.refund-request' }, "I don't want a refund any more")

    expect(answered.text).toMatch(/dropped/)
    expect(answered.conversation.task).toBeUndefined()
  })
})

describe('another language', () => {
  test('in the middle of a task is answered in it, and the open question is put again', async () => {
    const talk = await rig.talk()
    await talk.ask('payments.refund-request', 'I want a refund')

    const answered = await talk.sayAs({ language: 'es' }, '¿Dónde está mi pedido?')

    expect(answered.text).toMatch(/solo entiendo inglés[^]*only read English[^]*order[^]*\?/)
    expect(answered.labels).toContain('Hablar con una persona')
    expect(answered.conversation.task).toMatchObject({ intent: 'payments.refund-request', misses: 1 })
  })

  test('is answered in it and in English, with a person one press away', async () => {
    const talk = await rig.talk()

    const answered = await talk.sayAs({ language: 'es' }, '¿Dónde está mi pedido?')
    const person = await talk.press('Hablar con una persona')

    expect(answered.text).toMatch(/solo entiendo inglés[^]*only read English/)
    expect(answered.effects).toEqual([])
    expect(person.conversation.state).toBe('person')
  })

  test('without a sentence of its own is answered in English', async () => {
    const talk = await rig.talk()

    expect((await talk.sayAs({ language: 'sv' }, 'Var är min beställning?')).text).toMatch(/^I can only read English/)
  })
})
