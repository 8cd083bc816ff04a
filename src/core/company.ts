import type { OrderState, Payment, Plan, Refund } from './customer.ts'
import type { Cents } from './money.ts'

/** What the bot may say about the company it works for, and how far it may go on its own. */
export interface Company {
  readonly name: string
  readonly tagline: string
  readonly currency: string
  /** One sentence, for example `Monday to Friday, 9:00 to 18:00 (London time)`. */
  readonly hours: string
  readonly email: string
  readonly phone: string
  readonly postalAddress: string
  readonly paymentMethods: readonly string[]
  /** Cheapest first; the first one is free and what an ended subscription falls back to. */
  readonly plans: readonly Plan[]
  /** A refund up to this is approved at once, a larger one waits for a person. */
  readonly refundCap: Cents
  /** Days after the order in which a refund may be asked for. */
  readonly refundDays: number
  /** The discount codes given out, also those that have run out. */
  readonly codes: readonly DiscountCode[]
}

/** What a customer may be told about a discount code. */
export interface DiscountCode {
  /** In capitals. */
  readonly code: string
  /** What it takes off: `10 % off`. */
  readonly worth: string
  readonly isExpired: boolean
  /** The smallest basket it counts for. */
  readonly minimum?: Cents | undefined
}

/** A part of an article that answers a question by itself. */
export interface Passage {
  readonly text: string
  /** The article's title, named below the passage. */
  readonly article: string
  /** File name without its ending, for a link. */
  readonly source: string
}

/** A day of the sample, as days before (negative) or after the one on which it was first opened: the sample never ages. */
export type DayOffset = number

/** A customer of the sample company with everything the company holds on them. */
export interface SampleCustomer {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly postcode: string
  readonly plan: string
  readonly planRenewsOn?: DayOffset | undefined
  /** What a newcomer can try as this customer. */
  readonly note: string
  readonly orders: readonly {
    readonly id: string
    readonly state: OrderState
    readonly items: string
    readonly total: number
    readonly placedOn: DayOffset
    readonly dueOn?: DayOffset | undefined
    readonly address: string
    readonly tracking?: string | undefined
  }[]
  readonly payments: readonly {
    readonly id: string
    readonly order?: string | undefined
    readonly amount: number
    readonly state: Payment['state']
    readonly method: string
    readonly on: DayOffset
    readonly reason?: string | undefined
  }[]
  readonly invoices: readonly {
    readonly id: string
    readonly order?: string | undefined
    readonly amount: number
    readonly on: DayOffset
  }[]
  readonly refunds: readonly {
    readonly id: string
    readonly order: string
    readonly payment: string
    readonly amount: number
    readonly state: Refund['state']
    readonly on: DayOffset
  }[]
}

/** The company a fresh installation answers for. */
export interface Sample {
  readonly currency: string
  readonly customers: readonly SampleCustomer[]
  /** Messages to try. */
  readonly suggestions: readonly string[]
}
