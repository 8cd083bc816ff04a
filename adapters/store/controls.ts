import type { BudgetDay } from '../../src/core/budget.ts'
import type { ControlChange, ControlRecords, ControlResult, Controls } from '../../src/core/controls.ts'
import type { TenantId } from '../../src/core/message.ts'
import type { MicroDollars } from '../../src/core/money.ts'
import { appendAudit, isRecorded, lockAudit } from './audit.ts'
import { optionalText, type Database, type Statements } from './database.ts'

export function createControls(database: Database): ControlRecords {
  return {
    read: (tenant) => read(database, tenant),
    change: (tenant, change, entry) =>
      database.transaction(async (transaction): Promise<ControlResult> => {
        // Everybody who changes a switch waits here, so what is read below stays true to the end.
        const head = await lockAudit(transaction, tenant)
        if (await isRecorded(transaction, tenant, entry.id)) return 'repeated'
        const present = (await read(transaction, tenant))[change.kind]
        if (present !== change.from) return 'overtaken'
        await transaction.query(writeStatement, [tenant, change.kind, toValue(change.to), entry.at])
        const [from, to] = [toValue(change.from) ?? 'default', toValue(change.to) ?? 'default']
        await appendAudit(transaction, { tenant, head }, { ...entry, action: `budget.${change.kind}`, from, to })
        return 'changed'
      }),
  }
}

// In: a switch and its value. Out: nothing. Invariant: one row for each switch, with what it shows.
const writeStatement = `
  insert into controls (tenant, name, value, changed_at) values ($1, $2, $3, $4)
  on conflict (tenant, name) do update set value = excluded.value, changed_at = excluded.changed_at`

async function read(statements: Statements, tenant: TenantId): Promise<Controls> {
  const rows = await statements.query('select name, value from controls where tenant = $1', [tenant])
  const values = new Map(rows.map((row) => [row['name'], optionalText(row, 'value')]))
  const limit = values.get('limit')
  return {
    limit: limit === undefined ? undefined : (Number(limit) as MicroDollars),
    mode: values.get('mode') as BudgetDay | undefined, // only `toValue` below writes it
  }
}

function toValue(value: ControlChange['to']): string | null {
  return value === undefined ? null : String(value)
}
