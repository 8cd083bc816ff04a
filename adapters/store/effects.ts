import type { Effect, Feedback } from '../../src/core/agent.ts'
import { EffectConflictError } from '../../src/core/errors.ts'
import type { Message } from '../../src/core/message.ts'
import type { Parameter, Statements } from './database.ts'
import { changeCard } from './desk-changes.ts'

/**
 * Carries out what an answer wants changed, in the transaction that stores the answer. Each statement repeats what the
 * agent relied on; when it no longer holds, nothing is stored and the message is answered again.
 * @throws EffectConflictError
 */
export async function applyEffects(
  statements: Statements,
  effects: readonly Effect[],
  { message, instant, isReplay }: Occasion,
): Promise<void> {
  for (const [index, effect] of effects.entries()) {
    if (effect.kind === 'tell-team') {
      await changeCard(statements, effect.change, instant)
      continue
    }
    if (effect.kind === 'tell-ticket') {
      await statements.query(tellTicketStatement, [message.tenant, message.id, effect.text, instant])
      continue
    }
    for (const step of stepsOf(effect, { message, instant, before: effects[index - 1] })) {
      const isFound = isReplay && (await isThere(statements, step))
      if (!isFound && !(await isDone(statements, step))) {
        throw new EffectConflictError(
          `${effect.kind} for message ${message.id}: the record changed meanwhile. The message is answered again.`,
        )
      }
    }
  }
}

/** When, and for which message; what is done for one that is replayed may have been done before. */
interface Occasion {
  readonly message: Message
  readonly instant: Date
  readonly isReplay: boolean
}

// In: a message, a text. Out: nothing. Invariant: only the ticket under which it was parked has the text, in any state.
const tellTicketStatement = `
  insert into ticket_notes (tenant, ticket, author, text, at)
  select t.tenant, t.id, 'bot', $3, $4::timestamptz from parked p
  join tickets t on t.tenant = p.tenant and t.id = p.ticket where p.tenant = $1 and p.message = $2`

async function isThere(statements: Statements, { found }: Step): Promise<boolean> {
  return found !== undefined && (await statements.query(found.sql, found.parameters)).length > 0
}

/** A key that somebody else took at the same moment, or a record that is not there, is a conflict too. */
async function isDone(statements: Statements, { sql, parameters }: Step): Promise<boolean> {
  try {
    return (await statements.query(`${sql} returning 1 as done`, parameters)).length > 0
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === uniqueViolation || code === foreignKeyViolation) return false
    throw error
  }
}

const uniqueViolation = '23505'
const foreignKeyViolation = '23503'

interface Statement {
  readonly sql: string
  readonly parameters: readonly Parameter[]
}

interface Step extends Statement {
  /** Finds what the step would do, where the apology for the message has done it. */
  readonly found?: Statement
}

interface Surroundings {
  readonly message: Message
  readonly instant: Date
  /** The effect just carried out. */
  readonly before: Effect | undefined
}

function stepsOf(
  effect: Exclude<Effect, { kind: 'tell-team' | 'tell-ticket' }>,
  { message, instant, before }: Surroundings,
): readonly Step[] {
  const { tenant } = message
  const requester = `${message.channel}:${message.author.id}`
  const note = (ticket: string, text: string, states: 'live' | 'any'): Step =>
    noteStep({ tenant, ticket, requester, text, instant }, states)
  switch (effect.kind) {
    case 'open-ticket':
      return [openStep(effect, { message, instant, requester }), note(effect.ticket, effect.text, 'any')]
    case 'add-note': {
      const isJustOpened = before?.kind === 'open-ticket' && before.ticket === effect.ticket
      return [note(effect.ticket, effect.text, isJustOpened ? 'any' : 'live')]
    }
    case 'move-ticket':
      return [
        {
          sql: 'update tickets set state = $4 where tenant = $1 and id = $2 and state = $3',
          parameters: [tenant, effect.ticket, effect.from, effect.to],
        },
      ]
    case 'hand-over':
    case 'identify':
      return [] // both are part of the conversation that is stored with the outcome
    case 'identity-failed':
      return [
        {
          sql: 'insert into identity_failures (tenant, email, at) values ($1, lower($2), $3)',
          parameters: [tenant, effect.email, instant],
        },
      ]
    case 'send-mail':
      return [mailStep(effect, tenant, instant)]
    case 'record-feedback':
      return [feedbackStep(effect.feedback, message, instant)]
    default:
      return [recordStep(effect, tenant, instant)]
  }
}

interface NoteOfCustomer {
  readonly tenant: string
  readonly ticket: string
  readonly requester: string
  readonly text: string
  readonly instant: Date
}

function noteStep({ tenant, ticket, requester, text, instant }: NoteOfCustomer, states: 'live' | 'any'): Step {
  return {
    // The row is locked, so that the ticket cannot be closed between the look and the note.
    sql: `insert into ticket_notes (tenant, ticket, author, text, at)
          select tenant, id, $3, $4, $5::timestamptz from tickets where tenant = $1 and id = $2
          ${states === 'live' ? `and state not in ('solved', 'closed')` : ''} for no key update`,
    parameters: [tenant, ticket, requester, text, instant],
    found: {
      sql: 'select 1 from ticket_notes where tenant = $1 and ticket = $2 and author = $3 and text = $4',
      parameters: [tenant, ticket, requester, text],
    },
  }
}

function openStep(
  { ticket, subject, state }: Extract<Effect, { kind: 'open-ticket' }>,
  { message, instant, requester }: Pick<Occasion, 'message' | 'instant'> & { readonly requester: string },
): Step {
  const { tenant, conversation } = message
  return {
    sql: 'insert into tickets (tenant, id, subject, state, requester, conversation, opened_at) values ($1, $2, $3, $4, $5, $6, $7)',
    parameters: [tenant, ticket, subject, state, requester, conversation, instant],
    found: {
      // Somebody works on it again, if it was solved meanwhile.
      sql: `update tickets set state = case when state in ('solved', 'closed') then $4 else state end
            where tenant = $1 and id = $2 and conversation = $3 returning 1`,
      parameters: [tenant, ticket, conversation, state],
    },
  }
}

function mailStep(mail: Extract<Effect, { kind: 'send-mail' }>, tenant: string, instant: Date): Step {
  return {
    sql: 'insert into sample_mail (tenant, recipient, template, about, at) values ($1, $2, $3, $4, $5)',
    parameters: [tenant, mail.to, mail.template, mail.about, instant],
  }
}

/** Every press is kept; of two on one answer the later one counts. */
function feedbackStep(feedback: Feedback, { tenant, conversation }: Message, instant: Date): Step {
  return {
    sql: `insert into feedback (tenant, message, value, intent, tier, effort, confidence, model, text, conversation, at)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    parameters: [
      tenant,
      feedback.message,
      feedback.value,
      feedback.intent,
      feedback.tier,
      feedback.effort,
      feedback.confidence,
      feedback.model ?? null,
      feedback.text,
      conversation,
      instant,
    ],
  }
}

type RecordEffect = Extract<
  Effect,
  { kind: 'change-email' | 'change-plan' | 'close-account' | 'change-address' | 'cancel-order' | 'request-refund' }
>

function recordStep(effect: RecordEffect, tenant: string, instant: Date): Step {
  switch (effect.kind) {
    case 'change-email':
      return {
        sql: `update sample_customers set email = lower($4) where tenant = $1 and id = $2 and email = $3 and not is_closed
              and not exists (select 1 from sample_customers other where other.tenant = $1 and other.email = lower($4))`,
        parameters: [tenant, effect.customer, effect.from, effect.to],
      }
    case 'change-plan':
      return {
        // A plan taken up for the first time renews in a month; one that is changed or ended keeps its day.
        sql: `update sample_customers set plan = $4, plan_renews_on = coalesce(plan_renews_on, ($5::timestamptz at time zone 'UTC' + interval '1 month')::date)
              where tenant = $1 and id = $2 and plan = $3 and not is_closed`,
        parameters: [tenant, effect.customer, effect.from, effect.to, instant],
      }
    case 'close-account':
      return {
        sql: 'update sample_customers set is_closed = true where tenant = $1 and id = $2 and not is_closed',
        parameters: [tenant, effect.customer],
      }
    case 'change-address':
      return {
        sql: `update sample_orders set address = $4 where tenant = $1 and id = $2 and customer = $3 and state = 'processing'`,
        parameters: [tenant, effect.order, effect.customer, effect.address],
      }
    case 'cancel-order':
      return {
        sql: `update sample_orders set state = 'cancelled' where tenant = $1 and id = $2 and customer = $3 and state = 'processing'`,
        parameters: [tenant, effect.order, effect.customer],
      }
    case 'request-refund': {
      const { refund } = effect
      return {
        sql: `insert into sample_refunds (tenant, id, customer, order_id, payment, amount, currency, state, asked_on)
              values ($1, $2, $3, $4, $5, $6, $7, $8, $9::date)
              on conflict (tenant, payment) do nothing`,
        parameters: [
          tenant,
          refund.id,
          refund.customer,
          refund.order,
          refund.payment,
          refund.amount,
          refund.currency,
          refund.state,
          refund.on,
        ],
      }
    }
  }
}
