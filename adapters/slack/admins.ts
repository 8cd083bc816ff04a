import type { IsPlatformAdmin, Now } from '../../src/core/ports.ts'
import type { SlackClient } from './bolt.ts'
import { toChannelError } from './failure.ts'
import { isWithin } from './within.ts'
import type { Workspace, Workspaces } from './workspaces.ts'

/** An answer is believed for so long at most. */
const rememberedMs = 60_000
const mostRemembered = 1000
/** Whoever pressed a button waits for three seconds in all. */
const lookLimitMs = 1500

/** What asking for an admin needs. */
export interface AdminParts {
  readonly workspaces: Workspaces
  readonly now: Now
  readonly onFailure: (error: unknown) => void
}

/**
 * Whether somebody runs their workspace, as Slack says at this moment: an owner or an admin who is neither gone, a guest
 * nor a bot. Whoever cannot be looked up is no admin.
 */
export function createIsAdmin({ workspaces, now, onFailure }: AdminParts): IsPlatformAdmin {
  const remembered = new Map<string, { readonly isAdmin: boolean; readonly until: number }>()
  return async (author) => {
    const known = remembered.get(author)
    const time = now().getTime()
    if (known !== undefined && time < known.until && time >= known.until - rememberedMs) return known.isAdmin
    remembered.delete(author)
    const [team = '', user = ''] = author.split(':')
    // A guest of another company may be an admin there, and is none here.
    const workspace = workspaces.find([team])
    if (user === '' || workspace === undefined) return false
    try {
      const isAdmin = await look(workspaces.clientFor(team), user, workspace)
      remembered.set(author, { isAdmin, until: time + rememberedMs })
      const [oldest] = remembered.keys()
      if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest)
      return isAdmin
    } catch (error) {
      onFailure(toChannelError('Slack did not say whether somebody is an admin', error))
      return false
    }
  }
}

async function look({ users }: SlackClient, id: string, workspace: Workspace): Promise<boolean> {
  const asking = users.info({ user: id })
  if (!(await isWithin(lookLimitMs, asking))) throw new Error(`no answer within ${lookLimitMs / 1000} s`)
  const { user } = await asking
  if (user === undefined || user.id !== id || !isMember(user, workspace)) return false
  const isGuest = user.is_restricted === true || user.is_ultra_restricted === true
  if (user.deleted === true || user.is_bot === true || isGuest) return false
  return user.is_admin === true || user.is_owner === true
}

type User = NonNullable<Awaited<ReturnType<SlackClient['users']['info']>>['user']>

/** Slack tells of strangers too, with the rights they have at home. */
function isMember({ team_id: team, enterprise_user: member }: User, { team: own, enterprise }: Workspace): boolean {
  if (team === undefined || team === own) return true
  return enterprise !== undefined && (team === enterprise || member?.enterprise_id === enterprise)
}
