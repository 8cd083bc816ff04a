import { expect, onTestFinished, test } from 'vitest'
import type { OpenPlatform } from '../../../src/core/ports.ts'
import { SlackServer } from '../../servers/slack.ts'
import type { SlackPerson } from '../../servers/slack/workspaces.ts'
import { openPlatform } from './stand.ts'

const owner = 'T0EXAMPLE:U0OWNER'
const place = { team: 'T0EXAMPLE', channel: 'C0STAFF' }

interface Stand extends OpenPlatform {
  readonly server: SlackServer
  readonly failures: unknown[]
  pass(ms: number): void
}

async function start(person?: Omit<SlackPerson, 'id'>): Promise<Stand> {
  const server = await new SlackServer().start()
  onTestFinished(() => server.close())
  if (person !== undefined) server.world.people.set('U0OWNER', { id: 'U0OWNER', ...person })
  let time = Date.parse('2026-11-27T10:00:00Z')
  const failures: unknown[] = []
  const onFailure = (error: unknown): unknown => failures.push(error)
  const platform = await openPlatform(server, { now: () => new Date(time), onFailure })
  return { ...platform, server, failures, pass: (ms) => void (time += ms) }
}

test.each<[string, Omit<SlackPerson, 'id'> & Record<string, unknown>, boolean]>([
  ['an admin', { is_admin: true }, true],
  ['an owner', { is_owner: true }, true],
  ['a member', {}, false],
  ['an admin who is gone', { is_admin: true, deleted: true }, false],
  ['a bot', { is_admin: true, is_bot: true }, false],
  ['a guest', { is_admin: true, is_restricted: true }, false],
  ['a guest of one channel', { is_admin: true, is_ultra_restricted: true }, false],
  ['an admin of another company', { is_admin: true, team_id: 'T0OTHER' }, false],
])('%s', async (_name, person, isAdmin) => {
  const stand = await start(person)

  expect(await stand.isAdmin(owner, place)).toBe(isAdmin)
})

test.each(['T0OTHER:U0OWNER', 'U0OWNER', 'T0EXAMPLE:', ':', '', 'E0ORG:U0OWNER'])(
  'somebody named %j is nobody of ours, and Slack is not asked',
  async (author) => {
    const stand = await start({ is_admin: true })

    expect(await stand.isAdmin(author, place)).toBe(false)
    expect(stand.server.called('users.info')).toEqual([])
  },
)

test('an answer is believed for a minute and no longer', async () => {
  const stand = await start({ is_admin: true })
  await stand.isAdmin(owner, place)
  stand.server.world.people.set('U0OWNER', { id: 'U0OWNER', is_admin: false })

  stand.pass(59_999)
  const before = await stand.isAdmin(owner, place)
  stand.pass(1)
  const after = await stand.isAdmin(owner, place)

  expect([before, after, stand.server.called('users.info').length]).toEqual([true, false, 2])
})

test('whoever cannot be looked up is no admin; it is told, and not remembered', async () => {
  const stand = await start({ is_admin: true })
  stand.server.failNext('users.info', { kind: 'refused', error: 'missing_scope' })

  const during = await stand.isAdmin(owner, place)
  const after = await stand.isAdmin(owner, place)

  expect([during, after]).toEqual([false, true])
  expect(stand.failures.map(String)).toEqual([expect.stringMatching(/is an admin.*missing_scope/)])
})
