import type { Sample, SampleCustomer } from '../../src/core/company.ts'
import type { TenantId } from '../../src/core/message.ts'
import type { Database, Parameter, Statements } from './database.ts'

/** Writes the sample company's records, once: a tenant that has customers is left as it is. */
export async function plantSample(database: Database, tenant: TenantId, sample: Sample, today: Date): Promise<void> {
  await database.transaction(async (statements) => {
    const present = await statements.query('select 1 from sample_customers where tenant = $1 limit 1', [tenant])
    if (present.length > 0) return
    for (const customer of sample.customers) await plant(statements, { tenant, currency: sample.currency, today, customer })
  })
}

interface Planting {
  readonly tenant: TenantId
  readonly currency: string
  readonly today: Date
  readonly customer: SampleCustomer
}

async function plant(statements: Statements, { tenant, currency, today, customer }: Planting): Promise<void> {
  const day = (offset: number | undefined): string | null =>
    offset === undefined ? null : new Date(today.getTime() + offset * 86_400_000).toISOString().slice(0, 10)
  const insert = async (table: string, columns: string, values: readonly Parameter[]): Promise<void> => {
    const places = values.map((_, index) => `$${index + 1}`).join(', ')
    await statements.query(`insert into ${table} (tenant, ${columns}) values (${places})`, values)
  }
  const { id } = customer
  await insert('sample_customers', 'id, name, email, postcode, plan, plan_renews_on', [
    tenant, id, customer.name, customer.email.toLowerCase(), customer.postcode.toUpperCase().replace(/[\s-]/g, ''), customer.plan, day(customer.planRenewsOn),
  ])
  for (const order of customer.orders) {
    await insert('sample_orders', 'id, customer, state, items, total, currency, placed_on, due_on, address, tracking', [
      tenant, order.id, id, order.state, order.items, order.total, currency, day(order.placedOn), day(order.dueOn), order.address, order.tracking ?? null,
    ])
  }
  for (const payment of customer.payments) {
    await insert('sample_payments', 'id, customer, order_id, amount, currency, state, method, paid_on, reason', [
      tenant, payment.id, id, payment.order ?? null, payment.amount, currency, payment.state, payment.method, day(payment.on), payment.reason ?? null,
    ])
  }
  for (const invoice of customer.invoices) {
    await insert('sample_invoices', 'id, customer, order_id, amount, currency, issued_on', [
      tenant, invoice.id, id, invoice.order ?? null, invoice.amount, currency, day(invoice.on),
    ])
  }
  for (const refund of customer.refunds) {
    await insert('sample_refunds', 'id, customer, order_id, payment, amount, currency, state, asked_on', [
      tenant, refund.id, id, refund.order, refund.payment, refund.amount, currency, refund.state, day(refund.on),
    ])
  }
}
