import { z } from 'zod'
import { isZone } from '../src/budget/day.ts'
import { profileNames } from '../src/routing/profile.ts'
import { budgetModes } from './config.ts'
import { dollars } from './dollars.ts'
import { classificationSettings } from './classification-schema.ts'
import { limitSettings } from './limits-schema.ts'
import { aliasShape } from './models-schema.ts'
import { teamCards } from '../src/core/team.ts'

/** A share or probability. */
const share = z.number().min(0).max(1)

/** A name of the IANA time zone database that this machine and Postgres know. */
export const timeZone = z.string().refine(isZone, 'write a time zone like Europe/Berlin or UTC')

/** How models are chosen. */
const modelsSettings = z
  .strictObject({
    profile: z.enum(profileNames).default('hybrid').describe('Which models take part, and for what.'),
    defaultModel: aliasShape.optional().describe('Alias that is asked first within its tier.'),
    maxFallbackAttempts: z
      .int()
      .min(0)
      .max(10)
      .default(2)
      .describe('Other models that may be tried after the first one, for one message.'),
    ollama: z
      .strictObject({
        maxLoaded: z.int().min(1).max(16).default(2).describe('Local models kept in memory at a time.'),
        keepAlive: z
          .string()
          .regex(/^(-1|0|\d{1,6}(s|m|h))$/, 'write a time such as "30m", "0" to unload at once or "-1" to stay')
          .default('30m')
          .describe('How long a local model stays loaded after its last answer.'),
        preload: z.array(aliasShape).default([]).describe('Aliases loaded at the start.'),
      })
      .prefault({}),
    weights: z
      .strictObject({
        cost: share.default(0.6).describe('How much a lower price counts when models of a tier are compared.'),
        latency: share.default(0.4).describe('How much a quicker answer counts.'),
      })
      .prefault({}),
    tierGate: share
      .default(0.7)
      .describe('Confidence of the estimate of effort below which a message goes one tier higher.'),
  })
  .prefault({})

const limit = dollars.optional()

/** What may be spent. */
const budgetSettings = z
  .strictObject({
    timeZone: timeZone
      .optional()
      .describe("Where a day begins and ends; this machine's zone by default, or UTC where it names none."),
    dailyUsd: dollars.prefault(100).describe('Dollars a day for everything; 0 for free answers only.'),
    requestUsd: dollars.prefault(0.01).describe('Dollars one message may cost.'),
    advancedRequestUsd: dollars
      .prefault(0.05)
      .describe('Dollars one message may cost at the highest tier, or after a press of "Try advanced AI".'),
    userDailyUsd: limit.describe('Dollars a day for one person; as much as the day has by default.'),
    channelDailyUsd: limit.describe('Dollars a day for one channel.'),
    workspaceDailyUsd: limit.describe('Dollars a day for one workspace.'),
    modelDailyUsd: z.record(aliasShape, dollars).default({}).describe('Dollars a day for single models, by alias.'),
    shares: z
      .strictObject({
        classification: share.default(0.05).describe('Part of the day kept for telling intents apart.'),
        advanced: share.default(0.05).describe('Part of the day kept for the button.'),
      })
      .refine(({ classification, advanced }) => classification + advanced <= 1, 'the shares are more than the whole')
      .prefault({}),
    alertAt: share.default(0.8).describe('Share of the day at which somebody is told, once.'),
    qualityFirstBelow: share.default(0.3).describe('Share of the day below which the better model is preferred.'),
    preferLocalFrom: share.default(0.9).describe('Share of the day from which local models are preferred.'),
    budgetMode: z
      .enum(budgetModes)
      .default('free')
      .describe(
        'When the day is spent: free and local answers only; cheapest: before that, the cheapest paid model alone.',
      ),
    cloudCallsPerDay: z.int().min(0).max(1_000_000).optional().describe('Calls a day of models that are not local.'),
    spike: z
      .strictObject({
        factor: z.number().min(1).max(100).default(2).describe('An hour this many times the usual one is told.'),
        floorUsd: dollars.prefault(0.5).describe('An hour below this is never told.'),
        floorCalls: z.int().min(0).default(20).describe('Nor one with fewer calls.'),
      })
      .prefault({}),
  })
  .refine(({ qualityFirstBelow, preferLocalFrom }) => qualityFirstBelow <= preferLocalFrom, {
    path: ['qualityFirstBelow'],
    message: 'must not be above preferLocalFrom',
  })
  .prefault({})

/** A person by the platform's own id. */
const person = z
  .string()
  .regex(
    /^(?:slack:[TE][A-Z0-9]+:[UW][A-Z0-9]+|discord:\d{5,20})$/,
    'write "slack:TEAM:USER", for example "slack:T0123ABCD:U0456EFGH", or "discord:USER", for example "discord:1234567890123456789"',
  )

/** bot.yaml: every setting has a default, so an own file names only what differs. */
export const botSchema = z.strictObject({
  tenant: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'write lower-case letters, digits and hyphens, for example "default"')
    .default('default')
    .describe('Name of the company in the store; every row carries it.'),
  classification: classificationSettings,
  models: modelsSettings,
  budget: budgetSettings,
  limits: limitSettings,
  alerts: z
    .strictObject({
      channel: z
        .strictObject({ platform: z.enum(['slack', 'discord']), address: z.string().min(1).max(100) })
        .optional()
        .describe('Where alerts of the budget are posted.'),
    })
    .prefault({}),
  slack: z
    .strictObject({
      agentView: z
        .boolean()
        .default(true)
        .describe('Whether the app has the agent view; false for apps made before 30 June 2026 without it.'),
    })
    .prefault({}),
  discord: z
    .strictObject({
      messageContent: z
        .boolean()
        .default(false)
        .describe('Whether the privileged message content intent is on, so that threads need no mention.'),
      servers: z
        .array(z.string().regex(/^\d{5,20}$/, 'write the id of a server in quotes, for example "1234567890123456789"'))
        .default([])
        .describe('Servers of the company where admins may use /spend, besides the one of the team’s channel.'),
    })
    .prefault({}),
  team: z
    .strictObject({
      admins: z.array(person).default([]).describe('Who may use /spend, while the platform has them as an admin too.'),
      support: z.array(person).default([]).describe('Who belongs to the team besides the readers of its channels.'),
      channels: z
        .strictObject({
          slack: z
            .string()
            .regex(/^[CG][A-Z0-9]{2,40}$/, 'write the id of a channel, for example C0123456789')
            .optional(),
          discord: z
            .string()
            .regex(/^\d{5,20}$/, 'write the id of a channel in quotes, for example "1234567890123456789"')
            .optional(),
        })
        .prefault({})
        .describe('The channel of the team on each platform, where conversations are handed over.'),
      cards: z
        .enum(teamCards)
        .default('every-conversation')
        .describe('Which conversations the team sees in its channel.'),
    })
    .prefault({}),
  linkHosts: z
    .array(z.string().regex(/^[a-z0-9.-]{1,253}$/, 'write a host in lower case, for example "help.example.com"'))
    .default([])
    .describe('Hosts that links may lead to, besides those in the articles and the wording.'),
  advanced: z
    .strictObject({
      visibleTo: z.enum(['staff', 'customers']).default('staff').describe('Who is shown the button "Try advanced AI".'),
    })
    .prefault({}),
})

/** One file of intents/AGENT/ */
export const intentSchema = z.strictObject({
  label: z.string().min(1).max(40, 'at most 40 characters, because it stands on a button'),
  description: z
    .string()
    .regex(/^[^\n\r]{1,120}$/, 'one line of at most 120 characters, because a model reads it beside seven others')
    .optional(),
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
