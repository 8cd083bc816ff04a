import type { DayOffset, Sample, SampleCustomer } from '../../src/core/company.ts'
import type { TenantId } from '../../src/core/message.ts'
import { lockStart, type Database, type Parameter, type Statements } from './database.ts'

/** Writes the sample company's records, once: a tenant that has customers is left as it is. */
export async function plantSample(
  database: Database,
  sample: Sample,
  { tenant, today }: { readonly tenant: TenantId; readonly today: Date },
): Promise<void> {
  await database.transaction(async (statements) => {
    await lockStart(statements)
    const present = await statements.query('select 1 from sample_customers where tenant = $1 limit 1', [tenant])
    if (present.length > 0) return
    for (const customer of sample.customers)
      await plant(statements, { tenant, currency: sample.currency, today, customer })
  })
}

interface Planting {
  readonly tenant: TenantId
  readonly currency: string
  readonly today: Date
  readonly customer: SampleCustomer
}

/** Rows of one table: the columns after `tenant`, and their values. */
interface Rows {
  readonly table: string
  readonly columns: string
  readonly values: readonly (readonly Parameter[])[]
}

async function plant(statements: Statements, planting: Planting): Promise<void> {
  for (const { table, columns, values } of [customerRow(planting), orderRows(planting), ...moneyRows(planting)]) {
    for (const row of values) {
      const places = row.map((_, index) => `$${index + 2}`).join(', ')
      await statements.query(`insert into ${table} (tenant, ${columns}) values ($1, ${places})`, [
        planting.tenant,
        ...row,
      ])
    }
  }
}

function customerRow({ customer, today }: Planting): Rows {
  const { id, name, email, postcode, plan, planRenewsOn } = customer
  const columns = 'id, name, email, postcode, plan, plan_renews_on'
  const key = postcode.toUpperCase().replaceAll(/[\s-]/g, '')
  return {
    table: 'sample_customers',
    columns,
    values: [[id, name, email.toLowerCase(), key, plan, day(today, planRenewsOn)]],
  }
}

function orderRows({ customer, currency, today }: Planting): Rows {
  const columns = 'id, customer, state, items, total, currency, placed_on, due_on, address, tracking'
  const values = customer.orders.map(({ id, state, items, total, placedOn, dueOn, address, tracking }) => {
    const days = [day(today, placedOn), day(today, dueOn)]
    return [id, customer.id, state, items, total, currency, ...days, address, tracking ?? null]
  })
  return { table: 'sample_orders', columns, values }
}

function moneyRows({ customer, currency, today }: Planting): readonly Rows[] {
  const payments = customer.payments.map(({ id, order, amount, state, method, on, reason }) => {
    return [id, customer.id, order ?? null, amount, currency, state, method, day(today, on), reason ?? null]
  })
  const invoices = customer.invoices.map(({ id, order, amount, on }) => {
    return [id, customer.id, order ?? null, amount, currency, day(today, on)]
  })
  const refunds = customer.refunds.map(({ id, order, payment, amount, state, on }) => {
    return [id, customer.id, order, payment, amount, currency, state, day(today, on)]
  })
  return [
    {
      table: 'sample_payments',
      columns: 'id, customer, order_id, amount, currency, state, method, paid_on, reason',
      values: payments,
    },
    { table: 'sample_invoices', columns: 'id, customer, order_id, amount, currency, issued_on', values: invoices },
    {
      table: 'sample_refunds',
      columns: 'id, customer, order_id, payment, amount, currency, state, asked_on',
      values: refunds,
    },
  ]
}

/** The calendar day so many days from today, in UTC. */
function day(today: Date, offset: DayOffset | undefined): string | null {
  if (offset === undefined) return null
  return new Date(today.getTime() + offset * 86_400_000).toISOString().slice(0, 10)
}
