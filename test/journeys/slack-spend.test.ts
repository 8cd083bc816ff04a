import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SlackBlock } from '../servers/slack/fields.ts'
import type { Handed } from '../servers/slack/handing.ts'
import { until } from '../until.ts'
import { buttonOf, openSlackWorkspace, type Workspace } from './slack-workspace.ts'

const team = 'T0EXAMPLE'
const help = 'C0HELP'

let workspace: Workspace
beforeAll(async () => {
  workspace = await openSlackWorkspace('Socket Mode')
})
afterAll(() => workspace.close())

interface Shown {
  readonly blocks: readonly SlackBlock[]
}

/** What `/spend` answers, to whoever wrote it. */
async function spend(user: string, text: string): Promise<Shown & { readonly said: string }> {
  const handed = workspace.slack.person(user).runs('/spend', text, { channel: help })
  await handed.done
  const answer = handed.answer as Shown & { readonly response_type: string }
  expect(answer.response_type).toBe('ephemeral')
  return { blocks: answer.blocks, said: JSON.stringify(answer) }
}

const shared = (user: string) => ({
  type: 'block_actions',
  user: { id: user, username: user.toLowerCase(), team_id: team },
  team: { id: team, domain: 'example' },
  trigger_id: 'replaced',
})
let presses = 0
const action = (id: string) => ({
  type: 'button',
  action_id: id,
  action_ts: `1764000000.${String((presses += 1)).padStart(6, '0')}`,
})

/** A press in what only one person sees; Slack keeps no message of it. */
function pressAnswer(user: string, id: string): Handed {
  return workspace.slack.hand(
    {
      ...shared(user),
      channel: { id: help, name: 'help' },
      container: { type: 'message', message_ts: '1764000000.000001', channel_id: help, is_ephemeral: true },
      response_url: 'replaced',
      actions: [action(id)],
    },
    'interactive',
  )
}

function home(user: string): Shown & { readonly said: string } {
  const view = workspace.slack.world.views.homes.get(user)?.view
  return { blocks: (view?.['blocks'] ?? []) as readonly SlackBlock[], said: JSON.stringify(view ?? '') }
}

function pressHome(user: string, id: string): Handed {
  const view = { type: 'home', id: workspace.slack.world.views.homes.get(user)?.id ?? '', team_id: team }
  const container = { type: 'view', view_id: view.id }
  return workspace.slack.hand({ ...shared(user), container, view, actions: [action(id)] }, 'interactive')
}

/** What one person alone was shown since then. */
function whispered(user: string, since: number): readonly string[] {
  return workspace.slack.world.ephemerals.slice(since).flatMap((one) => (one.user === user ? [one.text] : []))
}

test('a limit is asked about, confirmed once, holds after a restart, and stands on the record', async () => {
  const { slack } = workspace
  const posts = slack.posts.length
  const yes = buttonOf(await spend('U0ADMIN', 'limit 50'), /Yes, set \$50\.00/)
  await workspace.restart()

  const since = slack.world.ephemerals.length
  for (const handed of [pressAnswer('U0DEMOTED', yes), pressAnswer('U0ADMIN', yes), pressAnswer('U0ADMIN', yes)])
    await handed.done
  await until(() => slack.world.ephemerals.length >= since + 3, 'three answers')

  expect(whispered('U0DEMOTED', since).join()).toContain('does not have you as an admin')
  expect(whispered('U0ADMIN', since).toSorted()).toEqual([
    expect.stringContaining("Done. The day's limit is $50.00; before it was $100.00."),
    expect.stringContaining('That was done already'),
  ])
  await workspace.restart()
  expect((await spend('U0ADMIN', '')).said).toContain("of today's $50.00 is used")
  expect((await spend('U0ADMIN', 'audit')).said).toContain('limit from the configured one to $50.00')
  expect(slack.posts).toHaveLength(posts)
})

test('the bot’s own page has the money and the switch for an admin, and for nobody else', async () => {
  const { slack } = workspace
  for (const user of ['U0ADMIN', 'U0DEMOTED', 'U0CUSTOMER']) slack.person(user).opens('home', 'D0')
  await until(() => slack.world.views.homes.size >= 3, 'three pages')
  const on = buttonOf(home('U0ADMIN'), /Free answers only/)

  expect(home('U0ADMIN').said).toContain('confirm')
  expect(home('U0ADMIN').said).toContain('You have no tickets')
  expect(home('U0CUSTOMER').said).toContain('You have no tickets')
  for (const user of ['U0DEMOTED', 'U0CUSTOMER']) expect(home(user).said).not.toMatch(/\$\d|Free answers only/)

  await pressHome('U0DEMOTED', on).done
  await pressHome('U0ADMIN', on).done
  await until(() => home('U0ADMIN').said.includes('Budget mode is on'), 'the page with the mode on')

  expect(buttonOf(home('U0ADMIN'), /Ask paid models again/)).toBe('spend:home:off')
  expect((await spend('U0ADMIN', '')).said).toContain('Budget mode is on')
  const { blocks } = await spend('U0ADMIN', 'audit')
  expect(JSON.stringify(blocks).match(/free answers only/g)).toHaveLength(1)
})
