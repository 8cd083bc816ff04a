import type { Answer, Turn } from '../../src/core/agent.ts'
import type { Customer, Plan } from '../../src/core/customer.ts'
import { printCents } from '../../src/core/money.ts'
import type { Cents } from '../../src/core/money.ts'
import { intentButton } from '../actions.ts'
import { printDay } from '../calendar.ts'
import { forCustomer } from '../identity.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { askChoice, requestText, sorry, unconfirmed, withSlots } from '../questions.ts'

/** "Which plan am I on?" */
export const currentPlan: Flow = (turn, parts) =>
  forCustomer(turn, parts, {
    whatFor: parts.say('account.current-plan.first'),
    run: (_, customer) => tellPlan(parts, customer),
  })

function tellPlan(parts: AgentParts, customer: Customer): Answer {
  const { say } = parts
  const change = intentButton(say('account.current-plan.button'), 'account.change-plan')
  return { kind: 'reply', text: planSentence(parts, customer), actions: [change] }
}

function planSentence(parts: AgentParts, customer: Customer): string {
  const { say } = parts
  const { planRenewsOn } = customer
  const values = { plan: customer.plan, price: monthly(parts, planNamed(parts, customer.plan)) }
  if (isFree(parts, customer.plan)) {
    if (planRenewsOn === undefined) return say('account.current-plan.free', { plan: customer.plan })
    return say('account.current-plan.ending', { plan: customer.plan, day: printDay(planRenewsOn) })
  }
  if (planRenewsOn === undefined) return say('account.current-plan.paid', values)
  return say('account.current-plan.renews', { ...values, day: printDay(planRenewsOn) })
}

/** Another plan, with the difference in price told before the yes. Down to the free one is a cancellation. */
export const changePlan: Flow = (turn, parts) =>
  forCustomer(withMentioned(turn, parts), parts, {
    whatFor: parts.say('account.change-plan.first'),
    run: (clean, customer) => change(clean, parts, customer),
  })

/** Keeps which plans the first message names; which of them is wanted shows when the present one is known. */
function withMentioned(turn: Turn, parts: AgentParts): Turn {
  if (turn.task.slots['mentioned'] !== undefined) return turn
  const words = new Set(
    requestText(turn)
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u),
  )
  const mentioned = parts.company.plans.filter(({ name }) => words.has(name.toLowerCase()))
  return withSlots(turn, { mentioned: mentioned.map(({ name }) => name).join(',') })
}

function change(turn: Turn, parts: AgentParts, customer: Customer): Answer {
  const { say, company } = parts
  const others = company.plans.filter(({ name }) => name !== customer.plan)
  const mentioned = (turn.task.slots['mentioned'] ?? '').split(',')
  const named = others.filter(({ name }) => mentioned.includes(name))
  const isRejected = turn.task.slots['agreeing'] !== undefined // "not that one"
  const chosen = turn.task.slots['plan'] ?? (isRejected || named.length !== 1 ? undefined : named[0]?.name)
  const target = others.find(({ name }) => name === chosen)
  if (target === undefined) {
    const options = others.map((plan) => ({
      value: plan.name,
      ...(plan.monthly > 0 && { label: `${plan.name} · ${monthly(parts, plan)}` }),
    }))
    const text = say('account.change-plan.which', { plan: customer.plan })
    return askChoice(withSlots(turn, { plan: undefined }), parts, { name: 'plan', text, options })
  }
  if (isFree(parts, target.name)) return end(withSlots(turn, { plan: target.name }), parts, customer)
  return switchTo(withSlots(turn, { plan: target.name }), parts, { customer, target, others })
}

function switchTo(
  turn: Turn,
  parts: AgentParts,
  wish: { customer: Customer; target: Plan; others: readonly Plan[] },
): Answer {
  const { say } = parts
  const { customer, target, others } = wish
  const difference = target.monthly - (planNamed(parts, customer.plan)?.monthly ?? 0)
  const amount = printCents(Math.abs(difference) as Cents, parts.company.currency)
  const key = difference >= 0 ? 'account.change-plan.dearer' : 'account.change-plan.cheaper'
  const values = { from: customer.plan, to: target.name, price: monthly(parts, target) }
  const unsure = unconfirmed(turn, parts, {
    text: say('account.change-plan.confirm', { ...values, difference: say(key, { amount }) }),
    about: `plan ${customer.plan} to ${target.name} ${target.monthly}`,
    yes: say('account.change-plan.button', { to: target.name }),
    instead: { slot: 'plan', options: others.map(({ name }) => name) },
  })
  if (unsure !== undefined) return unsure
  return {
    kind: 'reply',
    text: say('account.change-plan.done', values),
    effects: [{ kind: 'change-plan', customer: customer.id, from: customer.plan, to: target.name }],
  }
}

/** The paid plan is not renewed; what is paid for stays. */
export const cancelPlan: Flow = (turn, parts) =>
  forCustomer(turn, parts, {
    whatFor: parts.say('account.cancel-plan.first'),
    run: (clean, customer) => end(clean, parts, customer),
  })

function end(turn: Turn, parts: AgentParts, customer: Customer): Answer {
  const { say, company } = parts
  const free = company.plans[0]?.name
  if (free === undefined || customer.plan === free) return sorry(parts, planSentence(parts, customer))
  const { planRenewsOn } = customer
  const until = planRenewsOn === undefined ? say('account.cancel-plan.today') : printDay(planRenewsOn)
  const values = { plan: customer.plan, until, free }
  const unsure = unconfirmed(turn, parts, {
    text: say('account.cancel-plan.confirm', values),
    about: `end ${customer.plan} ${until}`,
    yes: say('account.cancel-plan.button'),
    isDangerous: true,
  })
  if (unsure !== undefined) return unsure
  return {
    kind: 'reply',
    text: say('account.cancel-plan.done', values),
    effects: [{ kind: 'change-plan', customer: customer.id, from: customer.plan, to: free }],
  }
}

function planNamed(parts: AgentParts, name: string): Plan | undefined {
  return parts.company.plans.find((plan) => plan.name === name)
}

function isFree(parts: AgentParts, name: string): boolean {
  return parts.company.plans[0]?.name === name
}

function monthly(parts: AgentParts, plan: Plan | undefined): string {
  if (plan === undefined || plan.monthly === 0) return parts.say('plan.no-price')
  return parts.say('plan.price', { amount: printCents(plan.monthly, parts.company.currency) })
}
