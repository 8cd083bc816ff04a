import { uuidv7 } from 'uuidv7'
import { createAuditLog } from '../../../adapters/store/audit.ts'
import { createControls as createRecords } from '../../../adapters/store/controls.ts'
import { createLedger } from '../../../adapters/store/ledger.ts'
import { createSpending } from '../../../adapters/store/spending.ts'
import { createTickets } from '../../../adapters/store/tickets.ts'
import { loadConfig } from '../../../config/load.ts'
import { createSay } from '../../../config/wording.ts'
import { createHome, type HomeParts } from '../../../handlers/home.ts'
import { createRoles } from '../../../handlers/roles.ts'
import { createSpend, type SpendParts } from '../../../handlers/spend/spend.ts'
import type { DeskCard } from '../../../src/core/desk.ts'
import type { Address, ChannelName, Message } from '../../../src/core/message.ts'
import type { MicroDollars } from '../../../src/core/money.ts'
import type { BotEvent, HomeEvent, Intake } from '../../../src/core/ports.ts'
import { createControls } from '../../../src/open-controls.ts'
import { readHours, readSpend } from '../../../src/open-spending.ts'
import { known, LedgerBench } from '../../contracts/ledger-bench.ts'
import { openEmptyDatabase } from '../../store.ts'

/** Somebody on a platform, and where they write from when nothing else is said. */
export interface Someone {
  readonly channel: ChannelName
  readonly author: string
  readonly address: Address
}

/** Listed as admins of the bot, and admins of their platforms until a test says otherwise. */
export const ada: Someone = { channel: 'slack', author: 'T1:UADA', address: { team: 'T1', channel: 'C1' } }
export const bob: Someone = { channel: 'slack', author: 'T1:UBOB', address: { team: 'T1', channel: 'D2' } }
export const dan: Someone = { channel: 'discord', author: '100200300', address: { channel: '77', guild: '55' } }
/** Admins of the workspace whom nobody put on the list. */
export const eve: Someone = { channel: 'slack', author: 'T1:UEVE', address: { team: 'T1', channel: 'C1' } }
/** On the list of those who help customers. */
export const sue: Someone = { channel: 'slack', author: 'T1:USUE', address: { team: 'T1', channel: 'C9' } }

const defaults = loadConfig({})
export const say = createSay(defaults.wording)
/** A dollar a day. */
export const configured = 1_000_000 as MicroDollars

export type SpendRig = Awaited<ReturnType<typeof openSpendRig>>

/** The real handlers over the real store of one test file; `begin` gives each test a company and a day of its own. */
export async function openSpendRig() {
  const database = await openEmptyDatabase()
  return {
    database,
    close: () => database.close(),
    begin: async () => {
      const bench = new LedgerBench(database)
      await bench.empty()
      return begun(bench)
    },
  }
}

/** Noon of 27 November 2026, in UTC; nothing was spent, and nothing is switched. */
function begun(bench: LedgerBench) {
  bench.at = new Date('2026-11-27T12:00:00Z')
  const tenant = `test-${uuidv7()}`
  const { database } = bench
  const config = { ...defaults, tenant, budget: { ...defaults.budget, timeZone: 'UTC', dailyLimit: configured } }
  const [records, spending, now] = [createRecords(database), createSpending(database), () => bench.at]
  const platformAdmins = new Set([ada, bob, dan, eve].map(({ author }) => author))
  const isPlatformAdmin = (author: string): Promise<boolean> => Promise.resolve(platformAdmins.has(author))
  const roles = createRoles(
    {
      admins: new Set([ada, bob, dan].map(({ channel, author }) => `${channel}:${author}`)),
      support: new Set([`slack:${sue.author}`]),
      channels: { slack: 'CTEAM' },
    },
    new Map([
      ['slack', isPlatformAdmin],
      ['discord', isPlatformAdmin],
    ]),
  )
  const events: BotEvent[] = []
  const waiting: DeskCard[] = []
  /** The same bot as another process has it, with what it knows of the switches. */
  const open = () => {
    const controls = createControls(config, records)
    const ledger = createLedger(database, { zone: 'UTC', limit: () => controls.dailyLimit(), clock: now })
    const read: SpendParts['read'] = (period) => readSpend(period, { config, spending, ledger, now })
    const parts: SpendParts & HomeParts = {
      say,
      controls,
      change: (whose, change, entry) => records.change(whose, change, entry),
      audit: createAuditLog(database),
      budget: () => ledger.on(),
      configuredLimit: configured,
      timeZone: 'UTC',
      key: 'the key of this test',
      observer: { receipt: () => {}, event: (event) => void events.push(event) },
      now,
      newId: uuidv7,
      standingOf: (actor) => roles.standingOf(actor),
      read,
      hours: (period) => readHours(period, { config, spending, now }),
      roles,
      tickets: createTickets(database),
      queue: () => Promise.resolve(waiting),
      companyName: 'Teapots & Co',
    }
    return { parts, controls, ledger, spend: createSpend(parts), home: createHome(parts) }
  }
  const first = open()
  return {
    ...first,
    bench,
    tenant,
    events,
    waiting,
    platformAdmins,
    roles,
    open,
    audit: createAuditLog(database),
    /** A call that cost so much, under the limit as it stands. */
    spendNow: async (micro: number): Promise<void> => {
      const id = await bench.send({
        amount: micro,
        scopes: [{ kind: 'installation', id: '', limit: 1e12 as MicroDollars }],
        facts: { tenant },
      })
      await first.ledger.settle(id, known(micro))
    },
    command: (who: Someone, text: string, spend = first.spend) =>
      spend.command({
        kind: 'command',
        tenant,
        channel: who.channel,
        author: { id: who.author },
        name: 'spend',
        text,
        address: who.address,
      }),
    press: (who: Someone, id: string, spend = first.spend) => spend.press(pressOf(who, id, tenant), id),
    pressHome: (who: Someone, id: string, more: Partial<Message> = {}) =>
      first.home.press({ ...pressOf({ ...who, address: homeOf(who, tenant).address }, id, tenant), ...more }, id),
    openHome: (who: Someone) => first.home.open(homeOf(who, tenant)),
  }
}

export function pressOf({ channel, author, address }: Someone, id: string, tenant: string): Message {
  return {
    tenant,
    id: `press-${uuidv7()}`,
    channel,
    conversation: 'c',
    address,
    author: { id: author },
    text: 'the label',
    pressed: id,
    isPrivate: true,
    receivedAt: new Date('2026-11-27T12:00:00Z'),
  }
}

export function homeOf({ channel, author }: Someone, tenant: string): HomeEvent {
  return { kind: 'home', tenant, channel, author: { id: author }, address: { team: 'T1', home: author } }
}

/** What somebody is shown; a test that is shown nothing fails. */
export function shownIn(intake: Intake): Extract<Intake, { kind: 'shown' }> {
  if (intake.kind !== 'shown') throw new Error(`nothing is shown: ${JSON.stringify(intake)}`)
  return intake
}

export function textIn(intake: Intake): string {
  return shownIn(intake).reply.text
}

/** The buttons somebody is shown: the first makes the change, the second leaves it. */
export function buttonsIn(intake: Intake): readonly string[] {
  return shownIn(intake).reply.actions.map(({ id }) => id)
}
