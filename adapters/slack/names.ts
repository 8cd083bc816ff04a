import type { Author } from '../../src/core/message.ts'
import type { ChannelEvent, Now } from '../../src/core/ports.ts'
import { isName } from './payload.ts'
import { isWithin } from './within.ts'
import type { Workspaces } from './workspaces.ts'

const rememberedMs = 3_600_000
const forgottenMs = 60_000
const mostRemembered = 10_000
/** What came is stored without that name rather than late. */
const lookLimitMs = 300

/**
 * Gives an event the name that others see of whoever wrote or acted, where Slack tells it in time: its messages name people by
 * their ids alone, and what they press by the name they sign in with.
 */
export type Named = (event: ChannelEvent) => Promise<ChannelEvent>

/** @param parts.workspaces where people are asked for; `users:read` lets the bot do so, and without it nobody has a name */
export function createNamed({ workspaces, now }: { readonly workspaces: Workspaces; readonly now: Now }): Named {
  const remembered = new Map<string, { readonly name: Promise<string | undefined>; readonly until: number }>()
  const nameOf = (author: string): Promise<string | undefined> => {
    const known = remembered.get(author)
    const time = now().getTime()
    if (known !== undefined && time < known.until) return known.name
    // The id serves as well; whoever could not be asked about is asked about again soon.
    const name: Promise<string | undefined> = look(author, workspaces).catch(() => {
      remembered.set(author, { name, until: time + forgottenMs })
      return undefined
    })
    remembered.delete(author)
    remembered.set(author, { name, until: time + rememberedMs })
    const [oldest] = remembered.keys()
    if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest)
    return name
  }
  const called = async (author: Author): Promise<Author> => {
    const asking = nameOf(author.id)
    const name = (await isWithin(lookLimitMs, asking)) ? await asking : undefined
    return name === undefined ? author : { ...author, name }
  }
  return async (event) => {
    switch (event.kind) {
      case 'message':
        return { ...event, message: { ...event.message, author: await called(event.message.author) } }
      case 'action':
        return { ...event, message: { ...event.message, author: await called(event.message.author) } }
      case 'form':
      case 'shortcut':
        return { ...event, author: await called(event.author) }
      default:
        return event // nobody is called by a name there
    }
  }
}

async function look(author: string, workspaces: Workspaces): Promise<string | undefined> {
  const [team = '', id = ''] = author.split(':')
  if (workspaces.find([team]) === undefined) return undefined // of another company, which tells us nothing
  const { user } = await workspaces.clientFor(team).users.info({ user: id })
  const names = [user?.profile?.display_name, user?.profile?.real_name, user?.real_name, user?.name]
  return names.find((name) => isName(name))?.slice(0, 100)
}
