import { identityAt, type Conversation } from '../../src/core/conversation.ts'
import type { CustomerId } from '../../src/core/customer.ts'
import type { Message } from '../../src/core/message.ts'
import { printCents } from '../../src/core/money.ts'
import type { CustomerRecords, Customers } from '../../src/core/ports.ts'

/** The kinds of records a model may ask to be shown. */
export type RecordKind = keyof CustomerRecords

/** More of one kind than these are not shown; the newest come first. */
const mostRecords = 10

/**
 * Whose records may be read: the customer whose identity was checked in this very conversation, where nobody else can read
 * along. What the model wrote has no part in it.
 */
export async function customerFor(
  {
    message,
    conversation,
    now,
  }: { readonly message: Message; readonly conversation: Conversation; readonly now: Date },
  customers: Customers,
): Promise<CustomerId | undefined> {
  const identity = message.isPrivate ? identityAt(conversation, now) : undefined
  if (identity === undefined) return undefined
  const customer = await customers.byId(message.tenant, identity.customer)
  return customer === undefined || customer.isClosed ? undefined : customer.id
}

/** The customer's own records of one kind, a line each; no address, no card beyond its last digits. */
export async function factsOf(
  { tenant, customer }: { readonly tenant: string; readonly customer: CustomerId },
  kind: RecordKind,
  customers: Customers,
): Promise<readonly string[]> {
  const lines = toLines(await customers.records(tenant, customer), kind).slice(0, mostRecords)
  return lines.length > 0 ? lines : [`The customer has no ${kind}.`]
}

function toLines(records: CustomerRecords, kind: RecordKind): readonly string[] {
  switch (kind) {
    case 'orders':
      return records.orders.map(
        ({ id, state, items, total, currency, placedOn, dueOn }) =>
          `Order ${id}: ${state}, ${items}, ${printCents(total, currency)}, placed ${placedOn}${dueOn === undefined ? '' : `, due ${dueOn}`}`,
      )
    case 'payments':
      return records.payments.map(
        ({ order, amount, currency, state, method, on, reason }) =>
          `Payment of ${printCents(amount, currency)} by ${method} on ${on}${forOrder(order)}: ${state}${reason === undefined ? '' : ` (${reason})`}`,
      )
    case 'invoices':
      return records.invoices.map(
        ({ id, order, amount, currency, on }) =>
          `Invoice ${id} of ${on}${forOrder(order)}: ${printCents(amount, currency)}`,
      )
    case 'refunds':
      return records.refunds.map(
        ({ order, amount, currency, state, on }) =>
          `Refund of ${printCents(amount, currency)} for order ${order}, asked for on ${on}: ${state}`,
      )
  }
}

function forOrder(order: string | undefined): string {
  return order === undefined ? '' : ` for order ${order}`
}
