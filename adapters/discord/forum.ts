import type { Reply } from '../../src/core/reply.ts'
import type { Body } from './body.ts'
import { archiveAfter, nameOf, type Reaching, stateTagsOf, tagsFor } from './destination.ts'
import { fingerprint, firstTextOf, idOf, type Searching } from './history.ts'
import { listed, property } from './shape.ts'

/** The newest posts of ours that are looked through. */
const mostPosts = 20
/** https://docs.discord.com/developers/resources/channel: tags of one post. */
const mostTags = 5

/** Begins a post of a forum; its first message has the post's id. Discord takes no nonce here. */
export async function beginPost(
  forum: string,
  { body, actions }: { readonly body: Body; readonly actions: Reply['actions'] },
  { rest, places }: Reaching,
): Promise<string> {
  const tags = tagsFor(actions, await places.find(forum), false)
  const name = nameOf(firstTextOf(body))
  return idOf(
    await rest.post(`/channels/${forum}/threads`, {
      body: {
        name,
        auto_archive_duration: archiveAfter,
        message: body,
        ...(tags.length === 0 ? {} : { applied_tags: tags }),
      },
    }),
  )
}

/** A post of ours that begins with this very message. */
export async function findPost(
  forum: string,
  body: Body,
  searching: Searching & Reaching,
): Promise<string | undefined> {
  const { rest, places, botId } = searching
  const { guild } = await places.find(forum)
  if (guild === undefined) return undefined
  const active = await rest.get(`/guilds/${guild}/threads/active`)
  const ours = listed(active, 'threads', 1000)
    .filter((thread) => property(thread, 'parent_id') === forum && property(thread, 'owner_id') === botId())
    .map(idOf)
    .toSorted((one, other) => (BigInt(one) > BigInt(other) ? -1 : 1))
  for (const id of ours.slice(0, mostPosts)) {
    const first = await rest.get(`/channels/${id}/messages/${id}`)
    if (fingerprint(first) === fingerprint(body)) return id
  }
  return undefined
}

/** Lets a post's tag say the state of its card; tags that people gave it stay. */
export async function retag(
  post: string,
  { forum, actions }: { readonly forum: string; readonly actions: Reply['actions'] },
  reaching: Reaching,
): Promise<void> {
  const { rest, places } = reaching
  const place = await places.find(forum)
  const states = stateTagsOf(place)
  if (states.length === 0) return
  const present = listed(await rest.get(`/channels/${post}`), 'applied_tags', 20).map(String)
  const wanted = [...tagsFor(actions, place, true), ...present.filter((tag) => !states.includes(tag))]
  if (wanted.toSorted().join() === present.toSorted().join()) return
  await rest.patch(`/channels/${post}`, { body: { applied_tags: wanted.slice(0, mostTags) } })
}
