import { ChannelError } from '../../src/core/errors.ts'
import type { Secret } from '../../src/core/secret.ts'
import { type Bolt, createClient, type SlackClient } from './bolt.ts'
import { toChannelError } from './failure.ts'

/** Where the app is installed, and who it is there. */
export interface Installation {
  /** `T…`; for an installation on a whole organisation its `E…`. */
  readonly team: string
  readonly enterprise: string | undefined
  /** One token for every workspace of the organisation, which every call has to name. */
  readonly isOrganisation: boolean
  readonly botUserId: string
}

/** One installation of the app, as its bot token tells it. */
export interface Workspace extends Installation {
  readonly name: string
  readonly botId: string
  readonly botName: string
  /** The app's id, where Slack says it. */
  readonly app: string | undefined
  readonly botToken: Secret
  /** What the token may do, as Slack says with its answer; undefined where it does not say. */
  readonly scopes: readonly string[] | undefined
}

/** The workspaces the bot is installed in. */
export interface Workspaces {
  /** In the order of their tokens; at least one. */
  readonly all: () => readonly Workspace[]
  /** Whose event this is: the first of the teams that is one of ours, or the organisation they belong to. */
  readonly find: (teams: readonly string[], enterprises?: readonly string[]) => Workspace | undefined
  /**
   * Calls in the name of a workspace; of the first one when no team is named.
   * @throws ChannelError when there is no token for the team
   */
  readonly clientFor: (team?: string) => SlackClient
}

/** What opening the workspaces needs. */
export interface WorkspacesOptions {
  readonly botTokens: readonly Secret[]
  readonly apiUrl?: string | undefined
  readonly onFailure: (error: unknown) => void
}

/**
 * Asks Slack whose each token is: a wrong one shows at the start and not at the first message. One that Slack refuses is
 * told to `onFailure` while another is accepted.
 *
 * @throws ChannelError when Slack accepts none, or cannot be asked
 */
export async function openWorkspaces(bolt: Bolt, options: WorkspacesOptions): Promise<Workspaces> {
  const { botTokens, apiUrl, onFailure } = options
  const makeClient = (token: Secret, teamId?: string): SlackClient => createClient(bolt, { token, teamId, apiUrl })
  const refusals: ChannelError[] = []
  const asked = await Promise.all(
    botTokens.map((token) =>
      identify(makeClient(token), token).catch((error: unknown) => {
        if (error instanceof ChannelError && !error.retryable) refusals.push(error)
        else throw error
      }),
    ),
  )
  const found = asked.filter((workspace) => workspace !== undefined)
  const [refusal] = refusals
  if (found.length === 0)
    throw refusal ?? new ChannelError('Slack has no bot token: set SLACK_BOT_TOKEN.', { retryable: false })
  for (const error of refusals) onFailure(error)
  return toWorkspaces(found, makeClient)
}

/**
 * Who the bot is where this token is for.
 * @throws ChannelError when Slack refuses the token, when it is a person's, or when Slack cannot be asked
 */
export async function identify(client: SlackClient, botToken: Secret): Promise<Workspace> {
  const answer = await client.auth.test().catch((error: unknown) => {
    throw toChannelError('Slack did not accept the bot (SLACK_BOT_TOKEN)', error)
  })
  const { user_id: botUserId, bot_id: botId, enterprise_id: enterprise, is_enterprise_install: isOrganisation } = answer
  const team = isOrganisation === true ? enterprise : answer.team_id
  if (botUserId === undefined || botId === undefined || team === undefined) {
    const message = 'SLACK_BOT_TOKEN belongs to a person, not to a bot: take the token that begins with xoxb-.'
    throw new ChannelError(message, { retryable: false })
  }
  const scopes = answer.response_metadata?.scopes
  const { team: name = team, user: botName = botUserId, app_id: app } = answer
  const installation = { team, enterprise, isOrganisation: isOrganisation === true, botUserId }
  return { ...installation, name, botId, botName, app, botToken, scopes }
}

function toWorkspaces(
  found: readonly Workspace[],
  makeClient: (token: Secret, teamId?: string) => SlackClient,
): Workspaces {
  const clients = new Map<string, SlackClient>()
  const find: Workspaces['find'] = (teams, enterprises = []) =>
    teams.map((team) => found.find((one) => one.team === team)).find((one) => one !== undefined) ??
    found.find((one) => one.isOrganisation && enterprises.includes(one.team))
  return {
    all: () => found,
    find,
    clientFor(team) {
      const isAny = team === undefined || team === ''
      // A team that no token names can only be one of an organisation's; which one it is, its address does not say.
      const own = isAny ? found[0] : (find([team]) ?? found.find((one) => one.isOrganisation))
      if (own === undefined)
        throw new ChannelError(
          `Slack workspace ${team} has no token any more: add its xoxb- token to SLACK_BOT_TOKEN.`,
          {
            retryable: false,
          },
        )
      const named = own.isOrganisation && !isAny && team !== own.team ? team : undefined
      const key = named ?? own.team
      const client = clients.get(key) ?? makeClient(own.botToken, named)
      clients.set(key, client)
      return client
    },
  }
}
