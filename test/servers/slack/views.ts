import { refuseView } from './check-blocks.ts'
import { field, type Fields, fields, refused, textOf } from './fields.ts'

/** A view that somebody sees. */
export interface SlackView {
  readonly id: string
  readonly user: string
  view: Fields
}

const triggerLifeMs = 3000

/** Modals and Home pages. */
export class Views {
  readonly modals: SlackView[] = []
  /** The Home page of each user. */
  readonly homes = new Map<string, SlackView>()
  /** Who may open a modal, by the trigger's id. */
  readonly #triggers = new Map<string, { readonly user: string; readonly since: number; isUsed: boolean }>()
  /** How long a trigger may be used. */
  triggerLifeMs = triggerLifeMs
  readonly #newId: () => string

  constructor(newId: () => string) {
    this.#newId = newId
  }

  /** From now on a modal may be opened with it, once. */
  trigger(id: string, user: string): void {
    this.#triggers.set(id, { user, since: Date.now(), isUsed: false })
  }

  open(body: Fields): Fields {
    const trigger = this.#triggers.get(textOf(body, 'trigger_id'))
    if (trigger === undefined) return refused('invalid_trigger_id')
    if (trigger.isUsed) return refused('exchanged_trigger_id')
    if (Date.now() - trigger.since > this.triggerLifeMs) return refused('expired_trigger_id')
    const why = refuseView(body['view'], 'modal')
    if (why !== undefined) return why
    trigger.isUsed = true
    const shown = this.#toView(body, trigger.user)
    this.modals.push(shown)
    return { ok: true, view: shown.view }
  }

  publish(body: Fields): Fields {
    const user = textOf(body, 'user_id')
    if (user === '') return refused('user_not_found')
    const why = refuseView(body['view'], 'home')
    if (why !== undefined) return why
    const shown = this.#toView(body, user)
    this.homes.set(user, shown)
    return { ok: true, view: shown.view }
  }

  update(body: Fields): Fields {
    const shown = this.modals.find(({ id }) => id === body['view_id'])
    if (shown === undefined) return refused('not_found')
    const why = refuseView(body['view'], 'modal')
    if (why !== undefined) return why
    shown.view = { ...fields(body['view']), id: shown.id }
    return { ok: true, view: shown.view }
  }

  #toView(body: Fields, user: string): SlackView {
    const id = this.#newId()
    return { id, user, view: { ...fields(field(body, 'view')), id, state: { values: {} }, hash: `${Date.now()}.x` } }
  }
}
