import type { Secret } from '../../src/core/secret.ts'
import { type Bolt, createClient, loadBolt, type SlackClient } from './bolt.ts'
import { toChannelError } from './failure.ts'
import { locate } from './locate.ts'
import { missingScopes } from './manifest.ts'
import { identify, type Workspace } from './workspaces.ts'

/** One thing that was looked at. */
export interface SlackFinding {
  readonly part: string
  readonly state: 'ok' | 'missing' | 'failed'
  /** What is there, or what to do. Never a secret. */
  readonly detail: string
}

/** A workspace that has accepted its token. */
interface Site {
  readonly name: string
  readonly client: SlackClient
}

/** What is looked at. */
export interface SlackExamination {
  readonly botTokens: readonly Secret[]
  readonly appToken?: Secret | undefined
  readonly signingSecret?: Secret | undefined
  readonly apiUrl?: string | undefined
  readonly agentView: boolean
  /** The id of the team's channel. */
  readonly teamChannel?: string | undefined
}

/**
 * Asks Slack about everything the bot needs of it: each token with its scopes, Socket Mode, the team's channel. Nothing is
 * changed, and it never throws.
 */
export async function examineSlack(options: SlackExamination): Promise<readonly SlackFinding[]> {
  try {
    const bolt = await loadBolt()
    const tokens = await Promise.all(options.botTokens.map((token) => examineToken(bolt, token, options)))
    const sites = tokens.flatMap(({ site }) => (site === undefined ? [] : [site]))
    return [
      ...tokens.flatMap(({ findings }) => findings),
      ...(await examineSocket(bolt, options)),
      ...examineHttp(options),
      ...(sites.length === 0 ? [] : [await examineTeam(sites, options.teamChannel)]),
    ]
  } catch (error) {
    return [failed('slack', error)]
  }
}

function clientOf(bolt: Bolt, token: Secret, { apiUrl }: Pick<SlackExamination, 'apiUrl'>): SlackClient {
  return createClient(bolt, { token, apiUrl })
}

async function examineToken(
  bolt: Bolt,
  token: Secret,
  options: SlackExamination,
): Promise<{ readonly findings: readonly SlackFinding[]; readonly site?: Site }> {
  const client = clientOf(bolt, token, options)
  try {
    const workspace = await identify(client, token)
    const accepted = `@${workspace.botName} in ${workspace.name} (${workspace.team})`
    return {
      findings: [{ part: 'slack', state: 'ok', detail: accepted }, ...examineScopes(workspace, options)],
      site: { name: `${workspace.name} (${workspace.team})`, client },
    }
  } catch (error) {
    const number = options.botTokens.length > 1 ? `token ${options.botTokens.indexOf(token) + 1}: ` : ''
    const { part, state, detail } = failed('slack', error)
    return { findings: [{ part, state, detail: number + detail }] }
  }
}

function examineScopes({ name, scopes, app }: Workspace, { agentView }: SlackExamination): readonly SlackFinding[] {
  if (scopes === undefined) return []
  const missing = missingScopes(scopes, agentView)
  if (missing.length === 0) {
    const needed = missingScopes([], agentView).length
    return [{ part: 'slack scopes', state: 'ok', detail: `all of the ${needed} needed in ${name}` }]
  }
  const page =
    app === undefined
      ? 'https://api.slack.com/apps, your app, "OAuth & Permissions"'
      : `https://api.slack.com/apps/${app}/oauth`
  return missing.map((scope) => ({
    part: 'slack scope',
    state: 'failed' as const,
    detail: `${scope.name} in ${name}, ${scope.why}: ${page}, "Bot Token Scopes", "Add an OAuth Scope", ${scope.name}, then "Reinstall to ${name}"`,
  }))
}

async function examineSocket(bolt: Bolt, options: SlackExamination): Promise<readonly SlackFinding[]> {
  const { appToken } = options
  if (appToken === undefined) return []
  try {
    // The address is not used, so no connection is taken from the ten an app has.
    await clientOf(bolt, appToken, options).apps.connections.open({})
    return [{ part: 'slack socket', state: 'ok', detail: 'Socket Mode answers; no public address is needed' }]
  } catch (error) {
    const { detail } = failed('slack socket', toChannelError('SLACK_APP_TOKEN', error))
    const hint =
      ' Make one at "Basic Information", "App-Level Tokens" with the scope connections:write, and switch on "Socket Mode".'
    return [{ part: 'slack socket', state: 'failed', detail: detail + hint }]
  }
}

function examineHttp({ signingSecret, appToken }: SlackExamination): readonly SlackFinding[] {
  if (signingSecret === undefined) return []
  const detail =
    appToken === undefined
      ? 'Slack calls /slack/events at the public address of this bot, for "Event Subscriptions", "Interactivity" and /spend'
      : 'signed requests are taken too, at /slack/events; while Socket Mode is on, Slack sends none'
  return [{ part: 'slack http', state: 'ok', detail }]
}

async function examineTeam(sites: readonly Site[], channel: string | undefined): Promise<SlackFinding> {
  const part = 'slack team'
  if (channel === undefined)
    return { part, state: 'missing', detail: 'set team.channels.slack in bot.yaml to the id of the team’s channel' }
  const located = await locate(channel, sites)
  if (located.kind === 'found')
    return { part, state: 'ok', detail: `the team’s channel ${channel} in ${located.name} can be read` }
  const where = located.name === undefined ? '' : ` in ${located.name}`
  const { detail } = failed(
    part,
    toChannelError(`the team’s channel ${channel} cannot be read${where}`, located.refusal),
  )
  return { part, state: 'failed', detail: `${detail} Type /invite and the bot’s name there.` }
}

function failed(part: string, error: unknown): SlackFinding {
  return { part, state: 'failed', detail: error instanceof Error ? error.message : String(error) }
}
