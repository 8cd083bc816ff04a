import type { Budget } from '../../src/core/budget.ts'
import type { ControlChange, ControlRecords, LiveControls } from '../../src/core/controls.ts'
import type { ActionId, MessageId, TenantId } from '../../src/core/message.ts'
import type { MicroDollars } from '../../src/core/money.ts'
import type { NewId, Now, Observer } from '../../src/core/ports.ts'
import type { Reply } from '../../src/core/reply.ts'
import type { Actor } from '../../src/core/team.ts'
import type { Say } from '../../src/core/wording.ts'
import { personOf } from '../roles.ts'
import { toStaffReply } from '../staff-reply.ts'
import { money } from './report.ts'
import { readSigned, signChange } from './signed.ts'

/** How long a question whether a change is meant waits for its answer. */
const askedForMs = 600_000

export interface ChangeParts {
  readonly say: Say
  readonly controls: LiveControls
  readonly change: ControlRecords['change']
  /** Where the day's money stands. */
  readonly budget: () => Promise<Budget>
  readonly configuredLimit: MicroDollars
  readonly timeZone: string
  /** Signs the buttons. */
  readonly key: string
  readonly observer: Observer
  readonly now: Now
  readonly newId: NewId
}

/** An admin, already found to be one. */
export interface Admin {
  readonly tenant: TenantId
  readonly actor: Actor
}

/** What is asked for: free answers on or off, or a limit, undefined for the configured one. */
export type WishedChange =
  | { readonly kind: 'mode'; readonly isOn: boolean }
  | { readonly kind: 'limit'; readonly limit: MicroDollars | undefined }

/** Asks whether a change is meant, and says what it would do. Nothing is changed. */
export async function askForChange(wish: WishedChange, admin: Admin, parts: ChangeParts): Promise<Reply> {
  const { say } = parts
  const { change, budget } = await changeOf(wish, parts)
  const already = alreadySo(wish, budget, parts)
  if (already !== undefined) return toStaffReply(already)
  const asking = {
    tenant: admin.tenant,
    person: personOf(admin.actor),
    expiresAt: new Date(parts.now().getTime() + askedForMs),
    nonce: parts.newId().replaceAll('-', '').slice(-16),
  }
  const text = change.kind === 'limit' ? limitQuestion(change, budget, parts) : modeQuestion(change, budget, parts)
  const yes =
    change.kind === 'limit' ? 'spend.button.limit' : change.to === undefined ? 'spend.button.off' : 'spend.button.on'
  return {
    text,
    audience: 'staff',
    actions: [
      {
        id: signChange(change, asking, parts.key),
        label: say(yes, change.kind === 'limit' ? { limit: money(change.to ?? parts.configuredLimit) } : {}),
        style: 'primary',
        meaning: { kind: 'control' },
      },
      { id: declined, label: say('spend.button.no'), meaning: { kind: 'control' } },
    ],
  }
}

/** What somebody presses who does not mean it. It changes nothing, so it needs no signature. */
export const declined = 'spend:no'

/** Makes the change a signed button stands for, at most once. Everything else about it is refused in words. */
export async function makeSignedChange(
  id: ActionId,
  admin: Admin,
  parts: ChangeParts,
): Promise<{ reply: Reply; isOver: boolean }> {
  const { say } = parts
  const person = personOf(admin.actor)
  const press = readSigned(id, { tenant: admin.tenant, person, now: parts.now() }, parts.key)
  switch (press.kind) {
    case 'forged':
      return { reply: toStaffReply(say('spend.press.forged')), isOver: false }
    case 'foreign':
      return { reply: toStaffReply(say('spend.press.foreign')), isOver: false }
    case 'stale':
      return { reply: toStaffReply(say('spend.press.stale')), isOver: true }
    case 'change':
      return { reply: await makeChange(press.change, press.nonce, { admin, parts }), isOver: true }
  }
}

/** A press of a switch; the platform may tell of it again. */
export interface SwitchPress {
  readonly isOn: boolean
  readonly press: MessageId
}

/** Switches free answers on or off at once, where the platform has asked already whether that is meant. Each press counts once. */
export async function switchMode({ isOn, press }: SwitchPress, admin: Admin, parts: ChangeParts): Promise<void> {
  const { change, budget } = await changeOf({ kind: 'mode', isOn }, parts)
  if (alreadySo({ kind: 'mode', isOn }, budget, parts) !== undefined) return
  await makeChange(change, press, { admin, parts })
}

/** From what the switches show at this moment, in whatever process they were changed. */
async function changeOf(wish: WishedChange, parts: ChangeParts): Promise<{ change: ControlChange; budget: Budget }> {
  await parts.controls.refresh()
  const budget = await parts.budget()
  const { limit, mode } = parts.controls.current()
  const change: ControlChange =
    wish.kind === 'limit'
      ? { kind: 'limit', from: limit, to: wish.limit }
      : { kind: 'mode', from: mode, to: wish.isOn ? budget.day : undefined }
  return { change, budget }
}

/** What to say where there is nothing to change. */
function alreadySo(wish: WishedChange, budget: Budget, { say, controls }: ChangeParts): string | undefined {
  if (wish.kind === 'limit') {
    const isSame =
      wish.limit === undefined ? controls.current().limit === undefined : wish.limit === controls.dailyLimit()
    return isSame ? say('spend.limit.same', { limit: money(controls.dailyLimit()) }) : undefined
  }
  if (wish.isOn !== controls.isFreeOnly(budget.day)) return undefined
  return wish.isOn ? say('spend.mode.is-on') : say('spend.mode.is-off')
}

function limitQuestion(change: Extract<ControlChange, { kind: 'limit' }>, budget: Budget, parts: ChangeParts): string {
  const { say, configuredLimit } = parts
  const to = change.to ?? configuredLimit
  const used = budget.spent + budget.held
  const [from, limit] = [money(parts.controls.dailyLimit()), money(to)]
  const effect =
    to === 0
      ? say('spend.limit.none')
      : used >= to
        ? say('spend.limit.below', { used: money(used) })
        : say('spend.limit.effect', { used: money(used), left: money(to - used) })
  const until = change.to === undefined ? say('spend.limit.until-configured') : say('spend.limit.until')
  return [say('spend.limit.question', { from, limit }), effect, until].join('\n\n')
}

function modeQuestion({ to }: Extract<ControlChange, { kind: 'mode' }>, budget: Budget, parts: ChangeParts): string {
  const { say, timeZone } = parts
  if (to !== undefined) return say('spend.mode.question-on', { zone: timeZone })
  return budget.spent + budget.held >= budget.limit
    ? `${say('spend.mode.question-off')}\n\n${say('spend.mode.used-up')}`
    : say('spend.mode.question-off')
}

async function makeChange(
  change: ControlChange,
  nonce: string,
  { admin, parts }: { readonly admin: Admin; readonly parts: ChangeParts },
): Promise<Reply> {
  const { say, controls } = parts
  // A day that is over cannot be switched any more, and another one was not meant.
  if (change.kind === 'mode' && change.to !== undefined && change.to !== (await parts.budget()).day)
    return toStaffReply(say('spend.press.stale'))
  const before = money(controls.dailyLimit())
  const result = await parts.change(admin.tenant, change, {
    id: `control:${nonce}`,
    at: parts.now(),
    by: personOf(admin.actor),
    place: placeOf(admin.actor),
  })
  await controls.refresh()
  if (result === 'repeated')
    return toStaffReply(`${say('spend.press.repeated')} ${await sayCurrent(change.kind, parts)}`)
  if (result === 'overtaken') return toStaffReply(say('spend.press.overtaken'))
  parts.observer.event({ name: 'controls.changed', level: 'info', fields: { control: change.kind } })
  const limit = money(controls.dailyLimit())
  if (change.kind === 'limit') return toStaffReply(say('spend.limit.done', { from: before, limit }))
  return toStaffReply(
    change.to === undefined ? say('spend.mode.done-off') : say('spend.mode.done-on', { zone: parts.timeZone }),
  )
}

/** How a switch stands. What is said of a second press takes the place of what was said of the first. */
async function sayCurrent(kind: ControlChange['kind'], { say, controls, budget }: ChangeParts): Promise<string> {
  if (kind === 'limit') return say('spend.limit.is', { limit: money(controls.dailyLimit()) })
  return controls.isFreeOnly((await budget()).day) ? say('spend.mode.note') : say('spend.mode.is-off')
}

/** Where an admin acted, in the platform's ids; what a platform gives to answer with is a secret and left out. */
function placeOf({ channel, address }: Actor): string {
  const where = [
    address['team'] ?? address['guild'],
    address['channel'] ?? (address['home'] === undefined ? undefined : 'home'),
  ]
  return [channel, ...where.filter((part) => part !== undefined)].join('/')
}
