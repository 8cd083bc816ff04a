import { describe, expect, test } from 'vitest'
import { readSlackEvent } from '../../../adapters/slack/event.ts'
import type { SlackReader } from '../../../adapters/slack/reading.ts'
import type { Installation } from '../../../adapters/slack/workspaces.ts'
import { eventOf, interactions, ours, reader } from './interactions.ts'
import { changed, payloads } from './stand.ts'

describe('what whoever runs the bot has to know', () => {
  test.each([
    ['the app was removed', changed('mention', { type: 'app_uninstalled' }), /removed from Slack workspace T0EXAMPLE/],
    [
      'its token was revoked',
      changed('mention', { type: 'tokens_revoked', tokens: { bot: ['U0BOT'] } }),
      /T0EXAMPLE revoked the bot's token: reinstall/,
    ],
    [
      'it was removed from a channel',
      changed('mention', { type: 'member_left_channel', user: 'U0BOT' }),
      /removed from channel C0HELP.*invite/,
    ],
    ['too many events came', { type: 'app_rate_limited', team_id: 'T0EXAMPLE' }, /30,000/],
    [
      'a workspace has no token',
      { ...changed('mention', { team: 'T0NEW' }), team_id: 'T0NEW', authorizations: [] },
      /workspace T0NEW, which has no token/,
    ],
  ])('%s', (_name, payload, sentence) => {
    expect(readSlackEvent(payload, reader)).toEqual({ kind: 'notice', sentence: expect.stringMatching(sentence) })
  })
})

describe('several workspaces', () => {
  test('in a channel shared between companies an event belongs to the workspace that sees it', () => {
    const shared = { ...changed('mention', { user_team: 'T0OTHER' }), team_id: 'T0OTHER', context_team_id: 'T0EXAMPLE' }

    expect(eventOf(shared)).toMatchObject({
      message: { address: { team: 'T0EXAMPLE' }, author: { id: 'T0OTHER:U0CUSTOMER' } },
    })
  })

  test('a press of somebody of another company belongs to the conversation of the message pressed on', () => {
    const outside = {
      ...interactions.feedback,
      team: { id: 'T0OTHER' },
      user: { id: 'U0CUSTOMER', team_id: 'T0OTHER' },
    }

    expect(eventOf(outside)).toMatchObject({
      message: { address: { team: 'T0EXAMPLE' }, author: { id: 'T0OTHER:U0CUSTOMER' } },
    })
  })

  test('a member of an organisation is one person, whichever of its names Slack uses', () => {
    const enterprise = { ...ours, enterprise: 'E0ORG' }
    const own = { ...reader, find: () => enterprise }
    const press = { ...interactions.feedback, user: { id: 'U0CUSTOMER', team_id: 'E0ORG' } }

    const events = [payloads.directMessage, press].map((payload) => readSlackEvent(payload, own))

    expect(events).toMatchObject([
      { event: { message: { author: { id: 'T0EXAMPLE:U0CUSTOMER' } } } },
      { event: { message: { author: { id: 'T0EXAMPLE:U0CUSTOMER' } } } },
    ])
  })

  test('with one token for an organisation addresses keep the workspace, and members are the organisation’s', () => {
    const organisation: Installation = { team: 'E0ORG', enterprise: 'E0ORG', isOrganisation: true, botUserId: 'U0BOT' }
    const own: SlackReader = {
      ...reader,
      find: (teams, enterprises) => ([...teams, ...enterprises].includes('E0ORG') ? organisation : undefined),
    }

    expect(readSlackEvent({ ...payloads.mention, enterprise_id: 'E0ORG' }, own)).toMatchObject({
      event: {
        message: { address: { team: 'T0EXAMPLE', enterprise: 'E0ORG' }, author: { id: 'E0ORG:U0CUSTOMER' } },
      },
    })
  })
})
