import { expect, onTestFinished, test } from 'vitest'
import { examineSlack, type SlackExamination } from '../../../adapters/slack/examine.ts'
import { Secret } from '../../../src/core/secret.ts'
import { SlackServer } from '../../servers/slack.ts'

async function start(): Promise<{ server: SlackServer; options: SlackExamination }> {
  const server = await new SlackServer().start()
  onTestFinished(() => server.close())
  const options = {
    botTokens: [new Secret('xoxb-example')],
    appToken: new Secret('xapp-example'),
    apiUrl: server.apiUrl,
    agentView: true,
    teamChannel: 'C0STAFF',
  }
  return { server, options }
}

test('a whole installation is told part by part', async () => {
  const { options } = await start()

  expect(await examineSlack(options)).toEqual([
    { part: 'slack', state: 'ok', detail: '@tuppence in Example (T0EXAMPLE)' },
    { part: 'slack scopes', state: 'ok', detail: 'all of the 8 needed in Example' },
    { part: 'slack socket', state: 'ok', detail: 'Socket Mode answers; no public address is needed' },
    { part: 'slack team', state: 'ok', detail: 'the team’s channel C0STAFF in Example (T0EXAMPLE) can be read' },
  ])
})

test('each missing scope is named with its reason and the clicks that grant it', async () => {
  const { server, options } = await start()
  server.scopes.delete('users:read')
  server.scopes.delete('commands')

  const findings = await examineSlack(options)

  expect(findings.filter(({ part }) => part === 'slack scope')).toEqual([
    { part: 'slack scope', state: 'failed', detail: expect.stringMatching(/^commands in Example, to offer \/spend/) },
    {
      part: 'slack scope',
      state: 'failed',
      detail: expect.stringMatching(
        /^users:read in Example, to call people by their names.*"OAuth & Permissions", "Bot Token Scopes", "Add an OAuth Scope", users:read, then "Reinstall/,
      ),
    },
  ])
})

test('of several tokens the refused one is named by its place, and no token is printed', async () => {
  const { server, options } = await start()
  server.workspaces.push({ team: 'T0SECOND', token: 'xoxb-second', user: 'U0BOT2', bot: 'B0BOT2', name: 'Second' })
  server.revoke('xoxb-third')
  const botTokens = ['xoxb-example', 'xoxb-second', 'xoxb-third'].map((token) => new Secret(token))

  const findings = await examineSlack({ ...options, botTokens })

  expect(findings.filter(({ part }) => part === 'slack')).toEqual([
    { part: 'slack', state: 'ok', detail: '@tuppence in Example (T0EXAMPLE)' },
    { part: 'slack', state: 'ok', detail: '@tuppence in Second (T0SECOND)' },
    { part: 'slack', state: 'failed', detail: expect.stringMatching(/^token 3: .*revoked: reinstall/) },
  ])
  expect(JSON.stringify(findings)).not.toMatch(/xoxb-\w{3,}|xapp-\w{3,}/)
})

test('of several workspaces the one that has the team’s channel is named', async () => {
  const { server, options } = await start()
  server.workspaces.push({ team: 'T0SECOND', token: 'xoxb-second', user: 'U0BOT2', bot: 'B0BOT2', name: 'Second' })
  server.world.channels.homes.set('C0STAFF', 'T0SECOND')
  const botTokens = [...options.botTokens, new Secret('xoxb-second')]

  const findings = await examineSlack({ ...options, botTokens })

  const detail = 'the team’s channel C0STAFF in Second (T0SECOND) can be read'
  expect(findings).toContainEqual({ part: 'slack team', state: 'ok', detail })
})

test('a wrong app token is told with what to do', async () => {
  const { server, options } = await start()
  server.failNext('apps.connections.open', { kind: 'refused', error: 'invalid_auth' })

  expect(await examineSlack(options)).toContainEqual({
    part: 'slack socket',
    state: 'failed',
    detail: expect.stringMatching(/SLACK_APP_TOKEN.*invalid_auth.*connections:write/),
  })
})

test('signed requests are told of, and that Socket Mode goes before them', async () => {
  const { options } = await start()
  const signingSecret = new Secret('8f742231b10e8888abcd99yyyzzz85a5')

  const [both, alone] = await Promise.all([
    examineSlack({ ...options, signingSecret }),
    examineSlack({ ...options, signingSecret, appToken: undefined }),
  ])

  expect(both).toContainEqual({ part: 'slack http', state: 'ok', detail: expect.stringContaining('Slack sends none') })
  expect(alone).toContainEqual({ part: 'slack http', state: 'ok', detail: expect.stringContaining('/slack/events') })
  expect(alone.map(({ part }) => part)).not.toContain('slack socket')
})

test.each([
  ['C0STAFF', 'not_in_channel', /^failed.*C0STAFF.*\/invite/],
  [undefined, 'none', /^missing set team.channels.slack/],
])('a team channel %s that Slack answers with %s', async (teamChannel, error, told) => {
  const { server, options } = await start()
  server.failNext('conversations.history', { kind: 'refused', error })

  const findings = await examineSlack({ ...options, teamChannel })

  expect(findings.filter(({ part }) => part === 'slack team').map(({ state, detail }) => `${state} ${detail}`)).toEqual(
    [expect.stringMatching(told)],
  )
})

test('a Slack that cannot be reached is a finding and no error', async () => {
  const { server, options } = await start()
  server.down.add('auth.test')
  server.down.add('apps.connections.open')

  const findings = await examineSlack(options)

  expect(findings.map(({ part, state }) => [part, state])).toEqual([
    ['slack', 'failed'],
    ['slack socket', 'failed'],
  ])
})
