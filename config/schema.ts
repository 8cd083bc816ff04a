import { z } from 'zod'

/** A share or probability. */
const share = z.number().min(0).max(1)

/** bot.yaml: every setting has a default, so an own file names only what differs. */
export const botSchema = z.strictObject({
  tenant: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'write lower-case letters, digits and hyphens, for example "default"')
    .default('default')
    .describe('Name of the company in the store; every row carries it.'),
  classification: z
    .strictObject({
      freeThreshold: share
        .default(0.8)
        .describe('Calibrated confidence from which on, equality included, a message is answered without a model.'),
    })
    .prefault({}),
})

const price = z.int().min(1000).max(1_000_000_000)

/** models.yaml */
export const modelsSchema = z.strictObject({
  reference: z
    .strictObject({
      model: z.string().min(1),
      inputMicroDollarsPerMillion: price.describe('Micro-dollars per million tokens; $10 per million is 10000000.'),
      cachedMicroDollarsPerMillion: price,
      outputMicroDollarsPerMillion: price,
      asOf: z.iso.date(),
      source: z.string().min(1),
    })
    .describe('The dearest model, with which receipts compare an answer.'),
})

/** One file of intents/AGENT/ */
export const intentSchema = z.strictObject({
  label: z.string().min(1).max(40, 'at most 40 characters, because it stands on a button'),
  keywords: z.array(z.string().min(2)).default([]),
  utterances: z.array(z.string().min(1)).min(1, 'write at least one message that means this intent'),
})

/** intents/none.yaml */
export const noneSchema = z.strictObject({ utterances: z.array(z.string().min(1)) })

/** wording.yaml */
export const wordingSchema = z.record(z.string(), z.string().min(1))

const cents = z.int().min(0).max(100_000_000)
const id = z.string().min(1)
/** Days before (negative) or after the day the sample is first opened, so that it never ages. */
const dayOffset = z.int().min(-3650).max(3650)

const orderSchema = z.strictObject({
  id,
  state: z.enum(['processing', 'shipped', 'delivered', 'cancelled']),
  items: z.string().min(1),
  total: cents,
  placedOn: dayOffset,
  dueOn: dayOffset.optional(),
  address: z.string().min(1),
  tracking: z.string().optional(),
})

const paymentSchema = z.strictObject({
  id,
  order: id.optional(),
  amount: cents,
  state: z.enum(['charged', 'declined']),
  method: z.string().min(1),
  on: dayOffset,
  reason: z.string().optional(),
})

const invoiceSchema = z.strictObject({ id, order: id.optional(), amount: cents, on: dayOffset })

const refundSchema = z.strictObject({
  id,
  order: id,
  payment: id,
  amount: cents,
  state: z.enum(['approved', 'waiting']),
  on: dayOffset,
})

const customerSchema = z.strictObject({
  id,
  name: z.string().min(1),
  email: z.email(),
  postcode: z.string().min(1),
  plan: z.string().min(1),
  planRenewsOn: dayOffset.optional(),
  note: z.string().min(1),
  orders: z.array(orderSchema).default([]),
  payments: z.array(paymentSchema).default([]),
  invoices: z.array(invoiceSchema).default([]),
  refunds: z.array(refundSchema).default([]),
})

/** sample/company.yaml */
export const companySchema = z.strictObject({
  company: z.strictObject({
    name: z.string().min(1),
    tagline: z.string().min(1),
    currency: z.string().regex(/^[A-Z]{3}$/),
    hours: z.string().min(1),
    email: z.email(),
    phone: z.string().min(1),
    postalAddress: z.string().min(1),
    paymentMethods: z.array(z.string().min(1)).min(1),
    plans: z.array(z.strictObject({ name: z.string().min(1), monthly: cents, includes: z.string().min(1) })).min(1),
    refundCap: cents,
    refundDays: z.int().min(0).max(3650),
    codes: z
      .array(
        z.strictObject({
          code: z.string().min(1),
          worth: z.string().min(1),
          isExpired: z.boolean(),
          minimum: cents.optional(),
        }),
      )
      .default([]),
  }),
  suggestions: z.array(z.string().min(1)).max(12),
  customers: z.array(customerSchema),
})
