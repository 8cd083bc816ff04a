import { createHash } from 'node:crypto'
import type { AuditEntry, AuditLog, AuditRow, AuditState } from '../../src/core/audit.ts'
import type { TenantId } from '../../src/core/message.ts'
import { instant, integer, text, type Database, type Row, type Statements } from './database.ts'

/** Rows that are read at once when the chain is worked out anew. */
const pageRows = 1000

/** The end of a chain. */
export interface AuditHead {
  readonly seq: number
  readonly hash: string
}

export function createAuditLog(database: Database): AuditLog {
  return {
    newest: async (tenant) => {
      const rows = await database.query('select * from audit where tenant = $1 order by seq desc limit 100', [tenant])
      return rows.map(toAuditRow)
    },
    verify: (tenant) => verify(database, tenant),
  }
}

/** Makes all that add to the same chain wait for each other until the transaction ends; gives where the chain ends. */
export async function lockAudit(transaction: Statements, tenant: TenantId): Promise<AuditHead> {
  await transaction.query(`insert into audit_heads (tenant, seq, hash) values ($1, 0, '') on conflict do nothing`, [
    tenant,
  ])
  const [row] = await transaction.query('select seq, hash from audit_heads where tenant = $1 for update', [tenant])
  return { seq: integer(row ?? {}, 'seq'), hash: text(row ?? {}, 'hash') }
}

/** Whether an entry with this id is in the record. */
export async function isRecorded(statements: Statements, tenant: TenantId, id: string): Promise<boolean> {
  const rows = await statements.query('select 1 from audit where tenant = $1 and id = $2', [tenant, id])
  return rows.length > 0
}

/**
 * Adds an entry in the transaction that does what it records.
 * @param head as `lockAudit` gave it in the same transaction
 */
export async function appendAudit(
  transaction: Statements,
  { tenant, head }: { readonly tenant: TenantId; readonly head: AuditHead },
  entry: AuditEntry,
): Promise<void> {
  const row = { ...entry, seq: head.seq + 1, previous: head.hash }
  const hash = hashOf(tenant, row)
  await transaction.query(
    `insert into audit (tenant, seq, id, at, actor, action, place, from_value, to_value, previous, hash)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [tenant, row.seq, row.id, row.at, row.by, row.action, row.place, row.from, row.to, row.previous, hash],
  )
  await transaction.query('update audit_heads set seq = $2, hash = $3 where tenant = $1', [tenant, row.seq, hash])
}

function hashOf(tenant: TenantId, row: Omit<AuditRow, 'hash'>): string {
  const { seq, id, at, by, action, place, from, to, previous } = row
  const parts = [tenant, seq, id, at.toISOString(), by, action, place, from, to, previous]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

async function verify(database: Database, tenant: TenantId): Promise<AuditState> {
  // Read first: a row that is added meanwhile makes the chain longer than its end, which is no fault.
  const [head] = await database.query('select seq, hash from audit_heads where tenant = $1', [tenant])
  let last: AuditHead = { seq: 0, hash: '' }
  for (;;) {
    const rows = await database.query('select * from audit where tenant = $1 and seq > $2 order by seq limit $3', [
      tenant,
      last.seq,
      pageRows,
    ])
    for (const row of rows.map(toAuditRow)) {
      if (row.seq !== last.seq + 1) return { kind: 'broken', seq: last.seq + 1, because: 'missing' }
      if (row.previous !== last.hash || row.hash !== hashOf(tenant, row))
        return { kind: 'broken', seq: row.seq, because: 'changed' }
      if (head !== undefined && row.seq === integer(head, 'seq') && row.hash !== text(head, 'hash'))
        return { kind: 'broken', seq: row.seq, because: 'changed' }
      last = row
    }
    if (rows.length < pageRows) break
  }
  const end = head === undefined ? 0 : integer(head, 'seq')
  return end > last.seq ? { kind: 'broken', seq: last.seq + 1, because: 'cut-off' } : { kind: 'whole', rows: last.seq }
}

function toAuditRow(row: Row): AuditRow {
  return {
    seq: integer(row, 'seq'),
    id: text(row, 'id'),
    at: instant(row, 'at'),
    by: text(row, 'actor'),
    action: text(row, 'action'),
    place: text(row, 'place'),
    from: text(row, 'from_value'),
    to: text(row, 'to_value'),
    previous: text(row, 'previous'),
    hash: text(row, 'hash'),
  }
}
