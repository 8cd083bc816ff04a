import { expect, test } from 'vitest'
import { createTeam, type DeskIntake } from '../../handlers/team.ts'
import type { Message } from '../../src/core/message.ts'
import type { Intake } from '../../src/core/ports.ts'
import { ada, homeOf, pressOf, say, sue, textIn } from './spend/rig.ts'

/** A team whose parts only say that they were asked. */
function openTeam(desk: Partial<DeskIntake> = {}) {
  const asked: string[] = []
  const noted =
    (name: string) =>
    (_event: unknown, more?: unknown): Promise<Intake> => {
      asked.push(typeof more === 'string' ? `${name} ${more}` : name)
      return Promise.resolve({ kind: 'new' })
    }
  const team = createTeam({
    desk: {
      press: noted('desk press'),
      form: noted('desk form'),
      shortcut: noted('desk shortcut'),
      written: noted('desk written'),
      ...desk,
    },
    spend: { command: noted('spend command'), press: noted('spend press') },
    home: { open: noted('home open'), press: noted('home press') },
    roles: { isSupport: ({ author }) => author === sue.author },
    say,
  })
  return { team, asked }
}

const message = (pressed?: string): Message => {
  const { pressed: _, ...rest } = pressOf(ada, 'any', 'default')
  return pressed === undefined ? rest : { ...rest, pressed }
}
const command = (name: string) =>
  ({
    kind: 'command',
    tenant: 'default',
    channel: 'slack',
    author: { id: ada.author },
    name,
    text: '',
    address: ada.address,
  }) as const
const form = (name: string) =>
  ({
    kind: 'form',
    tenant: 'default',
    channel: 'slack',
    author: { id: ada.author },
    id: 'submission-1',
    form: name,
    values: {},
    address: ada.address,
  }) as const
const shortcut = { kind: 'shortcut', author: { id: ada.author }, name: 'make-ticket', message: message() } as const

test('everything is led to where it is done', async () => {
  const { team, asked } = openTeam()

  await team.ask(command('spend'))
  await team.press(message('spend:yes:limit'))
  await team.press(message('spend:no'))
  await team.press(message('spend:home:on'))
  await team.press(message('desk:claim:1'))
  await team.ask(form('desk:note:1'))
  await team.ask(shortcut)
  await team.written(message(), { isAddressed: false })
  await team.ask(homeOf(ada, 'default'))

  expect(asked).toEqual([
    'spend command',
    'spend press spend:yes:limit',
    'spend press spend:no',
    'home press spend:home:on',
    'desk press',
    'desk form',
    'desk shortcut',
    'desk written',
    'home open',
  ])
})

test.each([undefined, '', 'a-customer-button', 'spender', 'desk', ' spend:no', 'SPEND:no'])(
  'a press of %s is a customer’s, not the team’s',
  async (pressed) => {
    const { team, asked } = openTeam()

    expect(await team.press(message(pressed))).toBeUndefined()
    expect(asked).toEqual([])
  },
)

test('what nobody knows is answered kindly, and harmless', async () => {
  const nothing = (): Promise<undefined> => Promise.resolve(undefined)
  const { team, asked } = openTeam({ press: nothing, form: nothing, shortcut: nothing, written: nothing })

  expect(textIn(await team.ask(command('**<@U1>**')))).toContain(String.raw`I don't know the command “\*\*<@U1>\*\*”`)
  expect(textIn(await team.ask(command('x'.repeat(40_000)))).length).toBeLessThan(300)
  for (const intake of [
    await team.press(message('desk:nonsense')),
    await team.ask(form('desk:nonsense')),
    await team.ask(form('nonsense')),
    await team.ask(shortcut),
  ])
    expect(textIn(intake ?? { kind: 'new' })).toContain("I don't know that button any more")
  expect(await team.written(message(), { isAddressed: false })).toBeUndefined()
  expect(asked).toEqual([])
})

test('who is of the team is asked of the roles, and whoever is not is refused in words', () => {
  const { team } = openTeam()

  expect(team.isSupport(message())).toBe(false)
  expect(team.isSupport({ ...message(), author: { id: sue.author } })).toBe(true)
  expect(team.refusal()).toMatchObject({ audience: 'customer', actions: [] })
  expect(team.refusal().text).toContain("belongs to somebody else's conversation")
})
