import type { Order, OrderId, Payment, Refund } from '../../src/core/customer.ts'
import type { Cents } from '../../src/core/money.ts'
import type { CustomerRecords } from '../../src/core/ports.ts'

/** Several charges of the same amount for one order. */
export interface DoubleCharge {
  readonly order: OrderId
  /** All charges of that amount, oldest first. */
  readonly charges: readonly Payment[]
  /** What has been sent back of them, or will be. */
  readonly refunds: readonly Refund[]
  /** The charges too many that nobody has refunded yet. */
  readonly surplus: readonly Payment[]
}

/** What was really taken for an order, oldest first. */
export function chargesOf(order: OrderId, records: CustomerRecords): readonly Payment[] {
  return records.payments
    .filter((payment) => payment.state === 'charged' && payment.order === order)
    .sort((one, other) => one.on.localeCompare(other.on) || one.id.localeCompare(other.id))
}

/** The charges of an order of which nothing was ever refunded, oldest first. A payment is refunded once at most. */
export function refundableOf(order: OrderId, records: CustomerRecords): readonly Payment[] {
  return chargesOf(order, records).filter(({ id }) => !records.refunds.some((refund) => refund.payment === id))
}

/** The amount an order was charged more than once, or undefined when it was not. */
export function doubleCharge(order: OrderId, records: CustomerRecords): DoubleCharge | undefined {
  const groups = Map.groupBy(chargesOf(order, records), ({ amount, currency }) => `${amount} ${currency}`)
  const charges = [...groups.values()].find((group) => group.length > 1)
  if (charges === undefined) return undefined

  const refunds = records.refunds.filter((refund) => charges.some(({ id }) => id === refund.payment))
  const refunded = new Set(refunds.map(({ payment }) => payment))
  const tooMany = Math.max(0, charges.length - 1 - refunded.size)
  const open = charges.filter(({ id }) => !refunded.has(id))
  return { order, charges, refunds, surplus: open.slice(open.length - tooMany) }
}

/** Every double charge among a customer's orders, those still to be refunded first. */
export function doubleCharges(orders: readonly Order[], records: CustomerRecords): readonly DoubleCharge[] {
  return orders
    .map(({ id }) => doubleCharge(id, records))
    .filter((found) => found !== undefined)
    .sort((one, other) => other.surplus.length - one.surplus.length)
}

/** Two payments of the same amount without an order (a plan's fee), at most a week apart. */
export function doublePlanFee(records: CustomerRecords): readonly Payment[] | undefined {
  const fees = records.payments.filter((payment) => payment.state === 'charged' && payment.order === undefined)
  for (const fee of fees) {
    const twin = fees.find((other) => other.id !== fee.id && other.amount === fee.amount && isClose(other.on, fee.on))
    if (twin !== undefined) return [fee, twin]
  }
  return undefined
}

export function totalOf(payments: readonly { readonly amount: Cents }[]): Cents {
  return payments.reduce((total, { amount }) => addCents(total, amount), 0 as Cents)
}

const weekMs = 7 * 86_400_000

function isClose(one: string, other: string): boolean {
  return Math.abs(Date.parse(one) - Date.parse(other)) <= weekMs
}

function addCents(one: Cents, other: Cents): Cents {
  return (one + other) as Cents
}
