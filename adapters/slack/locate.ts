import type { SlackClient } from './bolt.ts'
import { reasonOf, toSendingError } from './failure.ts'
import type { Workspaces } from './workspaces.ts'

/** Somewhere a channel may be. */
interface Site<Name> {
  readonly name: Name
  readonly client: Pick<SlackClient, 'conversations'>
}

/** Where a channel was found, or why not. */
export type Located<Name> =
  | { readonly kind: 'found'; readonly name: Name }
  /** None can read it; one that did not say that there is no such channel is the likeliest. */
  | { readonly kind: 'unreadable'; readonly name: Name | undefined; readonly refusal: unknown }

/** Looks for a channel in one workspace after the other. Never throws. */
export async function locate<Name>(channel: string, sites: readonly Site<Name>[]): Promise<Located<Name>> {
  let likeliest: { readonly name: Name; readonly refusal: unknown } | undefined
  let refusal: unknown
  for (const { name, client } of sites) {
    try {
      await client.conversations.history({ channel, limit: 1 })
      return { kind: 'found', name }
    } catch (error) {
      refusal = error
      // Of several workspaces only one has the channel; the others do not know it.
      if (reasonOf(error) !== 'channel_not_found') likeliest ??= { name, refusal }
    }
  }
  return { kind: 'unreadable', name: undefined, refusal, ...likeliest }
}

/** Which workspace an address without a team is in; undefined where there is only one, or where none knows the channel. */
export type TeamOfChannel = (channel: string) => Promise<string | undefined>

/**
 * Finds the workspace of a channel that is named alone, as the team's is, and remembers it.
 * @throws ChannelError when a workspace that may have the channel could not be asked for now
 */
export function createTeamOfChannel({ all, clientFor }: Pick<Workspaces, 'all' | 'clientFor'>): TeamOfChannel {
  const known = new Map<string, string>()
  return async (channel) => {
    const workspaces = all()
    if (workspaces.length < 2) return undefined
    const remembered = known.get(channel)
    if (remembered !== undefined) return remembered
    const sites = workspaces.map(({ team }) => ({ name: team, client: clientFor(team) }))
    const located = await locate(channel, sites)
    if (located.kind === 'found') known.set(channel, located.name)
    else {
      const failure = toSendingError(`Slack did not say in which workspace channel ${channel} is`, located.refusal)
      if (failure.retryable) throw failure
    }
    return located.name
  }
}
