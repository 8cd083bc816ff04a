import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Sample } from '../../src/core/company.ts'
import type { TenantId } from '../../src/core/message.ts'
import type { TierAdjustments } from '../../src/core/adjustment.ts'
import type { Alerts } from '../../src/core/alert.ts'
import type { AuditLog } from '../../src/core/audit.ts'
import type { ControlRecords } from '../../src/core/controls.ts'
import type { Labels } from '../../src/core/labels.ts'
import type { ParkedMessages } from '../../src/core/parked.ts'
import type { Desk, Pointed, Strays } from '../../src/core/ports/desk.ts'
import type {
  BudgetLedger,
  Conversations,
  Customers,
  FindNewest,
  ForgetOld,
  Inbox,
  NewId,
  Now,
  Outbox,
  ReadBacklog,
  ReadWaiting,
  Revisions,
  Tickets,
  Twins,
} from '../../src/core/ports.ts'
import type { Spending } from '../../src/core/spending.ts'
import { createTierAdjustments } from './adjustments.ts'
import { createAlerts } from './alerts.ts'
import { createAuditLog } from './audit.ts'
import { createControls } from './controls.ts'
import { createReadBacklog, createReadWaiting } from './backlog.ts'
import { createConversations } from './conversations.ts'
import { createCustomers } from './customers.ts'
import { text, type Database } from './database.ts'
import { createDesk } from './desk.ts'
import { lockFolder } from './folder-lock.ts'
import { createInbox } from './inbox.ts'
import { createLabels } from './labels.ts'
import { createLedger, type LedgerOptions } from './ledger.ts'
import { createOutbox } from './outbox.ts'
import { createParked } from './parked.ts'
import { createFindNewest } from './newest.ts'
import { createForgetOld } from './old.ts'
import { openDatabase, type StorePlace } from './open.ts'
import { createPointed } from './pointed.ts'
import { openPostgres } from './postgres.ts'
import { createRevisions } from './revisions.ts'
import { plantSample } from './sample.ts'
import { createSpending } from './spending.ts'
import { createStrays } from './strays.ts'
import { createTickets } from './tickets.ts'
import { createTwins } from './twins.ts'

/** Everything the bot keeps, in one database. */
export interface Store {
  readonly inbox: Inbox
  readonly outbox: Outbox
  readonly twins: Twins
  /** What could not be answered. */
  readonly parked: ParkedMessages
  readonly conversations: Conversations
  readonly newest: FindNewest
  readonly revisions: Revisions
  readonly tickets: Tickets
  readonly desk: Desk
  readonly pointed: Pointed
  readonly strays: Strays
  readonly forgetOld: ForgetOld
  readonly customers: Customers
  /** The day's money. @param options the zone of its midnight and the limit of the day */
  ledger(options: LedgerOptions): BudgetLedger
  readonly spending: Spending
  /** What people said messages mean. */
  readonly labels: Labels
  readonly adjustments: TierAdjustments
  /** What admins switched. */
  readonly controls: ControlRecords
  readonly audit: AuditLog
  /** @param zone the budget's time zone */
  alerts(zone: string): Alerts
  /** What everybody is owed at this moment. @throws StoreUnavailableError */
  readonly backlog: ReadBacklog
  /** What could be answered now. @throws StoreUnavailableError */
  readonly waiting: ReadWaiting
  /** Resolves when the database answers. @throws StoreUnavailableError */
  ping(): Promise<void>
  /** A random key of 32 bytes as base64url, made on first use and the same ever after. */
  secret(name: string): Promise<string>
  plantSample(tenant: TenantId, sample: Sample): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the store and brings it up to date.
 * @throws DataFolderInUseError, StoreOpenError, MigrationError
 */
export async function openStore(place: StorePlace, now: Now, newId: NewId): Promise<Store> {
  return toStore(await openDatabase(place), now, newId)
}

/**
 * Looks whether the place can be used, and changes nothing in it.
 * @returns `empty` for a folder in which no bot has been started yet
 * @throws DataFolderInUseError, StoreOpenError
 */
export async function probeStore(place: StorePlace): Promise<'ready' | 'empty'> {
  if (place.kind === 'postgres') {
    const database = await openPostgres(place.url, place.schema)
    try {
      await database.query('select 1')
    } finally {
      await database.close()
    }
    return 'ready'
  }
  if (!existsSync(join(place.folder, 'pglite'))) return 'empty'
  const release = await lockFolder(place.folder)
  await release()
  return 'ready'
}

/** The store over a database that is open and up to date; closing the one closes the other. */
export function toStore(database: Database, now: Now, newId: NewId): Store {
  return {
    inbox: createInbox(database, now, newId),
    outbox: createOutbox(database, now),
    twins: createTwins(database, now),
    parked: createParked(database, now),
    conversations: createConversations(database),
    newest: createFindNewest(database),
    revisions: createRevisions(database, now),
    tickets: createTickets(database),
    desk: createDesk(database, now, newId),
    pointed: createPointed(database, now),
    strays: createStrays(database),
    forgetOld: createForgetOld(database, now),
    customers: createCustomers(database),
    ledger: (options) => createLedger(database, options),
    spending: createSpending(database),
    labels: createLabels(database),
    adjustments: createTierAdjustments(database),
    controls: createControls(database),
    audit: createAuditLog(database),
    alerts: (zone) => createAlerts(database, { now, zone }),
    backlog: createReadBacklog(database),
    waiting: createReadWaiting(database, now),
    ping: async () => void (await database.query('select 1')),
    secret: (name) => secret(database, name),
    plantSample: (tenant, sample) => plantSample(database, sample, { tenant, today: now() }),
    close: () => database.close(),
  }
}

async function secret(database: Database, name: string): Promise<string> {
  await database.query('insert into secrets (name, value) values ($1, $2) on conflict (name) do nothing', [
    name,
    randomBytes(32).toString('base64url'),
  ])
  const [row] = await database.query('select value from secrets where name = $1', [name])
  return text(row ?? {}, 'value')
}
