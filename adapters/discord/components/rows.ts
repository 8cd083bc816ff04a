import { shorten } from '../../../src/core/cut.ts'
import { defang, type LinkRules } from '../../../src/core/links.ts'
import { ratingKind, type Reply, type ReplyAction, shownActions } from '../../../src/core/reply.ts'
import { visible } from '../../../src/core/visible.ts'

interface Button {
  readonly type: 2
  readonly style: 1 | 2 | 4
  readonly custom_id: string
  readonly label: string
}
/** Leads somewhere; pressing it tells the bot nothing. */
interface LinkButton {
  readonly type: 2
  readonly style: 5
  readonly label: string
  readonly url: string
}
/** A list to choose one action from; the value chosen is its id. */
interface StringSelect {
  readonly type: 3
  readonly custom_id: string
  readonly options: readonly { readonly label: string; readonly value: string }[]
}
export interface ActionRow {
  readonly type: 1
  readonly components: readonly (Button | LinkButton | StringSelect)[]
}

/** https://docs.discord.com/developers/components/reference, read 2026-11-27. */
const mostInRow = 5
const mostRows = 5
const mostOptions = 25
export const longestLabel = 80
const longestOption = 100
const longestId = 100

/**
 * The reply's own actions, and those that rate it in a row below. More than five of its own are a list to choose from.
 * Those of the team stand only in what the team reads; an id stands once, and none is too long.
 */
export function toRows(reply: Pick<Reply, 'actions' | 'audience'>, rules: LinkRules): ActionRow[] {
  const shown = shownActions(reply, longestId)
  const own = shown.filter((action) => !ratingKind(action))
  const rating = shown.filter(ratingKind).slice(0, mostInRow)
  const rows = own.length <= mostInRow ? inRow(own, rules) : inLists(own, rules)
  return [...rows.slice(0, mostRows - 1), ...inRow(rating, rules)]
}

function inRow(actions: readonly ReplyAction[], rules: LinkRules): ActionRow[] {
  if (actions.length === 0) return []
  const components = actions.map(({ id, label, style }): Button => {
    const number = style === 'primary' ? 1 : style === 'danger' ? 4 : 2
    return { type: 2, style: number, custom_id: id, label: toLabel(label, longestLabel, rules) }
  })
  return [{ type: 1, components }]
}

function inLists(actions: readonly ReplyAction[], rules: LinkRules): ActionRow[] {
  const rows: ActionRow[] = []
  for (let from = 0; from < actions.length; from += mostOptions) {
    const options = actions
      .slice(from, from + mostOptions)
      .map(({ id, label }) => ({ label: toLabel(label, longestOption, rules), value: id }))
    rows.push({ type: 1, components: [{ type: 3, custom_id: `choose:${rows.length + 1}`, options }] })
  }
  return rows
}

/** At most so many characters, with a mark where something is missing; Discord refuses an empty one. */
export function toLabel(label: string, longest: number, rules: LinkRules): string {
  const text = defang(visible(label), rules).replace(/\s+/g, ' ').trim()
  return shorten(text, longest) || '…'
}
