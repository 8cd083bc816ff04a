import { printInstant } from '../src/core/clock.ts'
import type { DeskCard } from '../src/core/desk.ts'
import { plain } from '../src/core/markup.ts'
import { cutText, type ActionId, type Author, type Message, type TenantId } from '../src/core/message.ts'
import type { HomeEvent, Intake, Tickets } from '../src/core/ports.ts'
import type { Desk } from '../src/core/ports/desk.ts'
import type { ReplyAction } from '../src/core/reply.ts'
import type { Actor, TeamRoles } from '../src/core/team.ts'
import type { Say } from '../src/core/wording.ts'
import type { WireSpend } from '../src/simulation/wire-spend.ts'
import { printShare } from './cli/format.ts'
import { personOf } from './roles.ts'
import { switchMode, type ChangeParts } from './spend/changes.ts'
import { budgetOf, misroutesOf, money } from './spend/report.ts'

/** What a page shows of each list; the command and the chat show more. */
const mostTickets = 10
const mostWaiting = 10
const longestSubject = 60

/** The buttons of the page. They switch what they say, so nothing is in them that could be old. */
const switches = { on: 'spend:home:on', off: 'spend:home:off' } as const

export interface HomeParts extends ChangeParts {
  readonly roles: Pick<TeamRoles, 'isAdmin' | 'isSupport'>
  readonly tickets: Pick<Tickets, 'ofRequester'>
  readonly queue: Desk['queue']
  readonly read: (period: string) => Promise<WireSpend>
  readonly companyName: string
}

/** The bot's own page of somebody: their tickets; for the team who waits; for an admin the money and its switches. */
export interface Home {
  open(event: HomeEvent): Promise<Intake>
  /** A pressed button whose id begins with `spend:home:`; answered with the page as it is then. */
  press(message: Message, id: ActionId): Promise<Intake>
}

/** Every part is shown, and every press followed, by the roles of that moment. */
export function createHome(parts: HomeParts): Home {
  return {
    open: (event) => showHome(event, parts),
    press: async ({ tenant, id: press, channel, author, address }, id) => {
      const actor = { channel, author: author.id, address }
      const isSwitch = id === switches.on || id === switches.off
      if (isSwitch && (await parts.roles.isAdmin(actor)))
        await switchMode({ isOn: id === switches.on, press }, { tenant, actor }, parts)
      return await showHome({ tenant, channel, author, address }, parts)
    },
  }
}

type Visit = Omit<HomeEvent, 'kind'>

async function showHome({ tenant, channel, author, address }: Visit, parts: HomeParts): Promise<Intake> {
  const actor = { channel, author: author.id, address }
  const isAdmin = await parts.roles.isAdmin(actor)
  const [tickets, queue, spend] = await Promise.all([
    sayTickets(tenant, actor, parts),
    isAdmin || parts.roles.isSupport(actor) ? sayQueue(tenant, parts) : [],
    isAdmin ? saySpend(parts) : { text: [], actions: [] },
  ])
  const text = [parts.say('home.welcome', { company: plain(parts.companyName) }), ...spend.text, ...queue, ...tickets]
  return { kind: 'shown', reply: { text: text.join('\n\n'), actions: spend.actions, audience: 'staff' } }
}

async function sayTickets(tenant: TenantId, actor: Actor, { tickets, say }: HomeParts): Promise<readonly string[]> {
  const own = await tickets.ofRequester(tenant, personOf(actor))
  if (own.length === 0) return [say('home.tickets.none')]
  const rows = own.slice(0, mostTickets).map(({ id, subject, state }) => {
    const about = plain(cutText(subject, longestSubject))
    return `| ${plain(id)} | ${about} | ${say(`tickets.state.${state}`)} |`
  })
  return [say('home.tickets'), [say('home.tickets.head'), ...rows].join('\n')]
}

async function sayQueue(tenant: TenantId, parts: HomeParts): Promise<readonly string[]> {
  const { say } = parts
  const waiting = await parts.queue(tenant)
  if (waiting.length === 0) return [say('home.queue.none')]
  const lines = waiting.slice(0, mostWaiting).map((card) => `- ${sayCard(card, parts)}`)
  const more =
    waiting.length > mostWaiting ? [say('home.queue.more', { count: String(waiting.length - mostWaiting) })] : []
  return [[say('home.queue', { count: String(waiting.length) }), ...lines, ...more].join('\n')]
}

function sayCard({ ticket, person, facts, openedAt }: DeskCard, parts: HomeParts): string {
  const values = {
    ticket: plain(ticket ?? '-'),
    customer: nameOf(facts.customer),
    since: timeOf(openedAt, parts),
  }
  return person === undefined
    ? parts.say('home.queue.waiting', values)
    : parts.say('home.queue.claimed', { ...values, person: nameOf(person) })
}

function nameOf({ id, name }: Author): string {
  return plain(cutText(name ?? id, 40))
}

/** The time of day, with the date when it is another day. */
function timeOf(instant: Date, { timeZone, now }: Pick<HomeParts, 'timeZone' | 'now'>): string {
  const [day = '', time = ''] = printInstant(instant, timeZone).split(' ')
  return printInstant(now(), timeZone).startsWith(day) ? time : `${day} ${time}`
}

async function saySpend(parts: HomeParts): Promise<{ text: readonly string[]; actions: readonly ReplyAction[] }> {
  const { say, controls, configuredLimit } = parts
  await controls.refresh()
  const spend = await parts.read('today')
  const { limit, mode } = controls.current()
  const isOn = mode === spend.today.day
  const text = [
    say('home.spend', { day: spend.today.day, budget: budgetOf(spend, say) }),
    say('home.spend.mix', { tiers: mixOf(spend, say) }),
    misroutesOf(spend, say),
    isOn ? say('spend.mode.note') : '',
    limit === undefined ? '' : say('spend.limit.note', { configured: money(configuredLimit) }),
    say('home.spend.more'),
  ]
  return { text: text.filter((part) => part !== ''), actions: [isOn ? offButton(say) : onButton(say)] }
}

/** `tier 0: 62.5 % · tier 2: 25 %`; tiers without a message are left out. */
function mixOf({ tiers }: WireSpend, say: Say): string {
  const used = tiers.filter(({ messages }) => messages > 0)
  const name = say('spend.chart.tier')
  return used.map(({ tier, share }) => `${name} ${tier}: ${printShare(share ?? 0)}`).join(' · ') || '-'
}

function onButton(say: Say): ReplyAction {
  return {
    id: switches.on,
    label: say('spend.button.on'),
    style: 'danger',
    confirm: say('home.confirm.on'),
    meaning: { kind: 'control' },
  }
}

function offButton(say: Say): ReplyAction {
  return {
    id: switches.off,
    label: say('spend.button.off'),
    style: 'primary',
    confirm: say('home.confirm.off'),
    meaning: { kind: 'control' },
  }
}
