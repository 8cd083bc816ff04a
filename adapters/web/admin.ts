import { Hono } from 'hono'
import { ForbiddenError, InputError } from '../../src/core/errors.ts'
import { identifyCaller, type CallerParts } from './caller.ts'
import { decisionSchema, parkedDecisionSchema, readBody } from './request.ts'

/** What somebody decided about a proposed change of a tier. */
export interface TierDecisionRequest {
  readonly id: string
  readonly decision: 'approve' | 'reject'
  readonly days: number
  readonly by: string
}

/** What somebody decided about a message that could not be answered. */
export interface ParkedDecisionRequest {
  readonly message: string
  readonly decision: 'replay' | 'discard'
  readonly by: string
}

/** The messages that could not be answered, as they go over the wire. */
export interface ParkedAdmin {
  list(which: 'parked' | 'all'): Promise<object>
  /** @throws UsageError when no such message was parked */
  show(message: string): Promise<object>
  /** @throws UsageError when there is nothing to decide any more */
  decide(request: ParkedDecisionRequest): Promise<object>
}

/** What admins read and decide. */
export interface AdminParts {
  /** What a period cost, as it goes over the wire. @throws UsageError for a period nobody can read */
  readonly spend: (period: string) => Promise<object>
  /** A page of what people said messages mean. @throws UsageError for a period nobody can read, or a place that is none */
  readonly labels: (period: string, after: string | undefined) => Promise<object>
  /** How models have done in so many days, 1 to 366, as it goes over the wire. */
  readonly models: (days: number) => Promise<object>
  /** Stores a decision, which counts from the next message on, and gives it back. @throws UsageError without such a proposal */
  readonly decideTier: (decision: TierDecisionRequest) => Promise<object>
  readonly parked: ParkedAdmin
}

/** How many days count when none are named. */
const usualDays = 30

/** What the bot spends and how its models do: for admins only, on this machine too; a visitor of the playground is none. */
export function createAdmin(caller: CallerParts, parts: AdminParts): Hono {
  const app = new Hono()
  app.get('/spend', async (context) => {
    refuseStrangers(context.req.raw.headers, caller)
    return context.json(await parts.spend(context.req.query('period') ?? 'today'))
  })
  app.get('/labels', async (context) => {
    refuseStrangers(context.req.raw.headers, caller)
    return context.json(await parts.labels(context.req.query('period') ?? 'today', context.req.query('after')))
  })
  app.get('/models', async (context) => {
    refuseStrangers(context.req.raw.headers, caller)
    return context.json(await parts.models(daysOf(context.req.query('days'))))
  })
  app.post('/models/decision', async (context) => {
    refuseStrangers(context.req.raw.headers, caller)
    const { days = usualDays, by = 'admin', ...decision } = await readBody(context.req.raw, decisionSchema)
    return context.json(await parts.decideTier({ ...decision, days, by }))
  })
  addParked(app, caller, parts.parked)
  return app
}

function addParked(app: Hono, caller: CallerParts, parked: ParkedAdmin): void {
  app.get('/parked', async (context) => {
    refuseStrangers(context.req.raw.headers, caller)
    return context.json(await parked.list(context.req.query('all') === 'true' ? 'all' : 'parked'))
  })
  app.get('/parked/:message', async (context) => {
    refuseStrangers(context.req.raw.headers, caller)
    return context.json(await parked.show(context.req.param('message')))
  })
  app.post('/parked/:message', async (context) => {
    refuseStrangers(context.req.raw.headers, caller)
    const { decision, by = 'admin' } = await readBody(context.req.raw, parkedDecisionSchema)
    return context.json(await parked.decide({ message: context.req.param('message'), decision, by }))
  })
}

function refuseStrangers(headers: Headers, parts: CallerParts): void {
  if (identifyCaller(headers, undefined, parts).isAdmin) return
  throw new ForbiddenError(
    'authorization',
    'What was spent, and what could not be answered, is for admins; send the header authorization: Bearer TOKEN with the admin token (TUPPENCE_ADMIN_TOKEN).',
  )
}

function daysOf(given: string | undefined): number {
  if (given === undefined) return usualDays
  const days = /^\d{1,3}$/.test(given) ? Number(given) : 0
  if (days >= 1 && days <= 366) return days
  throw new InputError('days', `"days" is "${given.slice(0, 80)}"; write a whole number from 1 to 366, for example 30.`)
}
