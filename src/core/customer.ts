import type { Cents } from './money.ts'

export type CustomerId = string
/** `1042`, as customers type it. */
export type OrderId = string

/** The subscriptions that can be had, cheapest first, with what a month costs. */
export interface Plan {
  readonly name: string
  readonly monthly: Cents
  /** What one gets for it, as a short phrase. */
  readonly includes: string
}

export interface Customer {
  readonly id: CustomerId
  readonly name: string
  readonly email: string
  readonly postcode: string
  readonly plan: string
  /** On the free plan: until when a cancelled paid plan still runs. */
  readonly planRenewsOn: string | undefined
  readonly isClosed: boolean
}

export type OrderState = 'processing' | 'shipped' | 'delivered' | 'cancelled'

export interface Order {
  readonly id: OrderId
  readonly customer: CustomerId
  readonly state: OrderState
  readonly items: string
  readonly total: Cents
  readonly currency: string
  /** Calendar days, `2026-11-14`. */
  readonly placedOn: string
  readonly dueOn: string | undefined
  readonly address: string
  readonly tracking: string | undefined
}

export interface Payment {
  readonly id: string
  readonly customer: CustomerId
  readonly order: OrderId | undefined
  readonly amount: Cents
  readonly currency: string
  readonly state: 'charged' | 'declined'
  /** `Visa ending 4242`. */
  readonly method: string
  readonly on: string
  /** Why the bank said no. */
  readonly reason: string | undefined
}

export interface Invoice {
  readonly id: string
  readonly customer: CustomerId
  readonly order: OrderId | undefined
  readonly amount: Cents
  readonly currency: string
  readonly on: string
}

/** `approved` is on its way to the card; `waiting` is for a person to decide. */
export interface Refund {
  readonly id: string
  readonly customer: CustomerId
  readonly order: OrderId
  readonly payment: string
  readonly amount: Cents
  readonly currency: string
  readonly state: 'approved' | 'waiting'
  readonly on: string
}
