import type { TenantId } from './message.ts'

/** Something an admin did. `id` makes it count once, however often it arrives. */
export interface AuditEntry {
  readonly id: string
  readonly at: Date
  /** `channel:author`. */
  readonly by: string
  /** What was done, for example `budget.limit`. */
  readonly action: string
  /** Where, in the platform's own ids. */
  readonly place: string
  readonly from: string
  readonly to: string
}

/** An entry as it stands in the record. */
export interface AuditRow extends AuditEntry {
  /** 1, 2, 3 and so on, without a gap. */
  readonly seq: number
  /** The hash of the row before; empty for the first. */
  readonly previous: string
  /** SHA-256 over everything else of the row, the tenant among it, as hexadecimal digits. */
  readonly hash: string
}

/** Whether the record is as it was written; `seq` is the first row that is not. */
export type AuditState =
  | { readonly kind: 'whole'; readonly rows: number }
  | { readonly kind: 'broken'; readonly seq: number; readonly because: 'missing' | 'changed' | 'cut-off' }

/** What admins did. It is only ever added to, in the same step as what was done. */
export interface AuditLog {
  /** The newest first, at most 100. */
  newest(tenant: TenantId): Promise<readonly AuditRow[]>
  /** Works the whole chain out anew. */
  verify(tenant: TenantId): Promise<AuditState>
}
