import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRig, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => {
  rig = await openRig()
})
afterAll(() => rig.close())

test('a ticket for the team holds no card number, whether it is opened or added to', async () => {
  const talk = await rig.talk()

  const opened = await talk.ask('general.person', 'my card 4111 1111 1111 1111 was declined, get me a person')
  const added = await talk.say('it is 4111-1111-1111-1111 as I said')

  const texts = JSON.stringify([opened.effects, added.effects])
  expect(texts).toContain('was declined')
  expect(texts).not.toContain('1111')
})

test('a hand-over puts the ticket before the team again', async () => {
  const talk = await rig.talk()
  await talk.ask('general.person', 'I want a person')

  await talk.press('Back to the bot')
  const again = await talk.ask('general.person', 'a person after all, please')

  expect(again.conversation.state).toBe('person')
  expect(again.effects.map(({ kind }) => kind)).toEqual(['add-note', 'hand-over'])
})
