import type { Customer, Invoice, Order, Payment, Refund } from '../../src/core/customer.ts'
import type { Cents } from '../../src/core/money.ts'
import type { CustomerRecords, Customers } from '../../src/core/ports.ts'
import { integer, optionalText, text, type Database, type Row } from './database.ts'

/** The sample company's records. Dates leave the database as text, so that a day stays that day in every time zone. */
export function createCustomers(database: Database): Customers {
  const customerColumns = `select id, name, email, postcode, plan, plan_renews_on::text, is_closed from sample_customers`
  return {
    byEmail: async (tenant, email) => {
      const [row] = await database.query(`${customerColumns} where tenant = $1 and email = $2`, [
        tenant,
        email.toLowerCase(),
      ])
      return row === undefined ? undefined : toCustomer(row)
    },
    byId: async (tenant, id) => {
      const [row] = await database.query(`${customerColumns} where tenant = $1 and id = $2`, [tenant, id])
      return row === undefined ? undefined : toCustomer(row)
    },
    records: (tenant, id) => records(database, [tenant, id]),
    failedChecks: async (tenant, email, since) => {
      const [row] = await database.query(
        'select count(*)::integer as failed from identity_failures where tenant = $1 and email = lower($2) and at >= $3',
        [tenant, email, since],
      )
      return integer(row ?? { failed: 0 }, 'failed')
    },
  }
}

async function records(database: Database, key: readonly [string, string]): Promise<CustomerRecords> {
  const orders = await database.query(
    `select id, customer, state, items, total, currency, placed_on::text, due_on::text, address, tracking
     from sample_orders where tenant = $1 and customer = $2 order by sample_orders.placed_on desc, id desc`,
    key,
  )
  const payments = await database.query(
    `select id, customer, order_id, amount, currency, state, method, paid_on::text, reason
     from sample_payments where tenant = $1 and customer = $2 order by sample_payments.paid_on desc, id desc`,
    key,
  )
  const invoices = await database.query(
    `select id, customer, order_id, amount, currency, issued_on::text
     from sample_invoices where tenant = $1 and customer = $2 order by sample_invoices.issued_on desc, id desc`,
    key,
  )
  const refunds = await database.query(
    `select id, customer, order_id, payment, amount, currency, state, asked_on::text
     from sample_refunds where tenant = $1 and customer = $2 order by sample_refunds.asked_on desc, id desc`,
    key,
  )
  return {
    orders: orders.map(toOrder),
    payments: payments.map(toPayment),
    invoices: invoices.map(toInvoice),
    refunds: refunds.map(toRefund),
  }
}

function cents(row: Row, column: string): Cents {
  return integer(row, column) as Cents
}

function toCustomer(row: Row): Customer {
  return {
    id: text(row, 'id'),
    name: text(row, 'name'),
    email: text(row, 'email'),
    postcode: text(row, 'postcode'),
    plan: text(row, 'plan'),
    planRenewsOn: optionalText(row, 'plan_renews_on'),
    isClosed: row['is_closed'] === true,
  }
}

/** The table's own check allows no other state, here and below. */
function toOrder(row: Row): Order {
  return {
    id: text(row, 'id'),
    customer: text(row, 'customer'),
    state: text(row, 'state') as Order['state'],
    items: text(row, 'items'),
    total: cents(row, 'total'),
    currency: text(row, 'currency'),
    placedOn: text(row, 'placed_on'),
    dueOn: optionalText(row, 'due_on'),
    address: text(row, 'address'),
    tracking: optionalText(row, 'tracking'),
  }
}

function toPayment(row: Row): Payment {
  return {
    id: text(row, 'id'),
    customer: text(row, 'customer'),
    order: optionalText(row, 'order_id'),
    amount: cents(row, 'amount'),
    currency: text(row, 'currency'),
    state: text(row, 'state') as Payment['state'],
    method: text(row, 'method'),
    on: text(row, 'paid_on'),
    reason: optionalText(row, 'reason'),
  }
}

function toInvoice(row: Row): Invoice {
  return {
    id: text(row, 'id'),
    customer: text(row, 'customer'),
    order: optionalText(row, 'order_id'),
    amount: cents(row, 'amount'),
    currency: text(row, 'currency'),
    on: text(row, 'issued_on'),
  }
}

function toRefund(row: Row): Refund {
  return {
    id: text(row, 'id'),
    customer: text(row, 'customer'),
    order: text(row, 'order_id'),
    payment: text(row, 'payment'),
    amount: cents(row, 'amount'),
    currency: text(row, 'currency'),
    state: text(row, 'state') as Refund['state'],
    on: text(row, 'asked_on'),
  }
}
