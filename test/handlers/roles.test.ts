import { expect, test } from 'vitest'
import { createRoles } from '../../handlers/roles.ts'
import { ChannelError } from '../../src/core/errors.ts'
import type { Address, ChannelName } from '../../src/core/message.ts'
import type { IsPlatformAdmin } from '../../src/core/ports.ts'
import type { Actor, AdminStanding } from '../../src/core/team.ts'

const slack = { team: 'T1', channel: 'C1' }
const server = { guild: '55', channel: '77' }
const settings = {
  admins: new Set(['slack:T1:UADA', 'discord:100', 'web:100']),
  support: new Set(['slack:T1:USUE', 'discord:200']),
  channels: { slack: 'CTEAM', discord: '900' },
}

function rolesWith(isPlatformAdmin: IsPlatformAdmin) {
  const platforms = new Map<ChannelName, IsPlatformAdmin>([
    ['slack', isPlatformAdmin],
    ['discord', isPlatformAdmin],
  ])
  return { platforms, roles: createRoles(settings, platforms) }
}

const yes: IsPlatformAdmin = () => Promise.resolve(true)
const no: IsPlatformAdmin = () => Promise.resolve(false)
const elsewhere: IsPlatformAdmin = () => Promise.resolve('other-server')

interface Case {
  readonly who: string
  readonly actor: Actor
  readonly asked?: IsPlatformAdmin
  readonly standing: AdminStanding
}

const onSlack = (author: string, address: Address = slack): Actor => ({ channel: 'slack', author, address })
const onDiscord = (author: string, address: Address = server): Actor => ({ channel: 'discord', author, address })

test.each<Case>([
  { who: 'listed, and an admin of the workspace', actor: onSlack('T1:UADA'), standing: 'admin' },
  { who: 'listed, and an admin of the server', actor: onDiscord('100'), standing: 'admin' },
  { who: 'listed, and on the own page of Slack', actor: onSlack('T1:UADA', { home: 'UADA' }), standing: 'admin' },
  { who: 'listed, but not an admin any more', actor: onSlack('T1:UADA'), asked: no, standing: 'not-on-platform' },
  { who: 'listed, but in a strange server', actor: onDiscord('100'), asked: elsewhere, standing: 'other-server' },
  { who: 'listed, but in private on Discord', actor: onDiscord('100', { channel: '99' }), standing: 'no-server' },
  { who: 'an admin of the workspace nobody listed', actor: onSlack('T1:UEVE'), standing: 'not-listed' },
  { who: 'the same user of another workspace', actor: onSlack('T2:UADA', { team: 'T2' }), standing: 'not-listed' },
  { who: 'the same number on another platform', actor: onSlack('100'), standing: 'not-listed' },
  { who: 'of the support team only', actor: onSlack('T1:USUE'), standing: 'not-listed' },
  {
    who: 'where nobody can be asked',
    actor: { channel: 'web', author: '100', address: {} },
    standing: 'unknown',
  },
])('somebody who is $who: $standing', async ({ actor, asked = yes, standing }) => {
  const { roles } = rolesWith(asked)

  expect(await roles.standingOf(actor)).toBe(standing)
  expect(await roles.isAdmin(actor)).toBe(standing === 'admin')
})

test('whom the platform cannot tell about is no admin, and a fault of ours is not hidden', async () => {
  const ada = { channel: 'slack', author: 'T1:UADA', address: slack } as const
  const away = rolesWith(() => Promise.reject(new ChannelError('Slack is away', { retryable: true })))
  const broken = rolesWith(() => Promise.reject(new TypeError('a fault')))
  const { platforms, roles } = rolesWith(yes)
  platforms.delete('slack')

  expect(await away.roles.standingOf(ada)).toBe('unknown')
  expect(await away.roles.isAdmin(ada)).toBe(false)
  expect(await roles.standingOf(ada)).toBe('unknown')
  await expect(broken.roles.isAdmin(ada)).rejects.toThrow('a fault')
})

test('the platform is asked about every act anew, where it happens, and about nobody who is not listed', async () => {
  const asked: (readonly [string, Address])[] = []
  const { roles } = rolesWith((author, address) => {
    asked.push([author, address])
    return Promise.resolve(asked.length === 1)
  })

  expect(await roles.isAdmin({ channel: 'slack', author: 'T1:UEVE', address: slack })).toBe(false)
  expect(await roles.isAdmin({ channel: 'slack', author: 'T1:UADA', address: slack })).toBe(true)
  expect(await roles.isAdmin({ channel: 'slack', author: 'T1:UADA', address: slack })).toBe(false)
  expect(asked).toEqual([
    ['T1:UADA', slack],
    ['T1:UADA', slack],
  ])
})

test.each<{ readonly where: string; readonly actor: Actor; readonly isSupport: boolean }>([
  { where: 'listed as support', actor: onSlack('T1:USUE'), isSupport: true },
  { where: 'listed as an admin', actor: onSlack('T1:UADA'), isSupport: true },
  { where: 'in the team’s channel', actor: onSlack('T1:UANY', { team: 'T1', channel: 'CTEAM' }), isSupport: true },
  {
    where: 'of the organisation, in the team’s channel',
    actor: onSlack('E1:UANY', { team: 'T1', enterprise: 'E1', channel: 'CTEAM' }),
    isSupport: true,
  },
  {
    where: 'of another company, in the team’s channel they share',
    actor: onSlack('T2:UANY', { team: 'T1', channel: 'CTEAM' }),
    isSupport: false,
  },
  {
    where: 'of another organisation, in the team’s channel they share',
    actor: onSlack('E2:UANY', { team: 'T1', enterprise: 'E1', channel: 'CTEAM' }),
    isSupport: false,
  },
  {
    where: 'of nowhere, in the team’s channel',
    actor: onSlack('undefined:UANY', { channel: 'CTEAM' }),
    isSupport: false,
  },
  {
    where: 'of another company, but listed',
    actor: onSlack('T1:USUE', { team: 'T9', channel: 'CTEAM' }),
    isSupport: true,
  },
  { where: 'in a thread of it', actor: onDiscord('300', { channel: '901', parent: '900' }), isSupport: true },
  { where: 'elsewhere', actor: onSlack('T1:UANY'), isSupport: false },
  { where: 'in the channel of another platform', actor: onSlack('T1:UANY', { channel: '900' }), isSupport: false },
  { where: 'in a thread of that name', actor: onDiscord('300', { channel: '901', thread: '900' }), isSupport: false },
  {
    where: 'on the web, whatever its address says',
    actor: { channel: 'web', author: 'x', address: { channel: 'CTEAM', parent: '900' } },
    isSupport: false,
  },
])('somebody $where is of the team: $isSupport', ({ actor, isSupport }) => {
  expect(rolesWith(no).roles.isSupport(actor)).toBe(isSupport)
})

test('where there is no channel of the team, nobody is of the team for where they are', () => {
  const roles = createRoles({ ...settings, channels: {} }, new Map())

  expect(roles.isSupport({ channel: 'slack', author: 'T1:UANY', address: {} })).toBe(false)
})
