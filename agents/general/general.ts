import type { Agent, Answer } from '../../src/core/agent.ts'
import type { WishedAction } from '../../src/core/reply.ts'
import { plain } from '../../src/core/markup.ts'
import { printCents } from '../../src/core/money.ts'
import { intentButton, personButton } from '../actions.ts'
import { createAgent } from '../parts.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { requestText } from '../questions.ts'
import { question, returnPolicy, shipping, warranty } from './articles.ts'

const greeting: Flow = (_, parts) => ({
  kind: 'reply',
  text: parts.say('general.greeting', { company: parts.company.name }),
  actions: firstSteps(parts),
})

const capabilities: Flow = (_, parts) => ({
  kind: 'reply',
  text: parts.say('general.capabilities', { company: parts.company.name }),
  actions: firstSteps(parts),
})

const thanks: Flow = (_, parts) => ({ kind: 'reply', text: parts.say('general.thanks') })

const goodbye: Flow = (_, parts) => ({
  kind: 'reply',
  text: parts.say('general.goodbye', { company: parts.company.name }),
})

const person: Flow = () => ({ kind: 'escalate', because: 'The customer asked for a person.' })

const openingHours: Flow = (_, parts) => ({
  kind: 'reply',
  text: parts.say('general.opening-hours', { hours: parts.company.hours }),
})

const contact: Flow = (_, parts) => {
  const { email, phone, postalAddress, hours } = parts.company
  const text = parts.say('general.contact', { email, phone, address: postalAddress, hours })
  return { kind: 'reply', text, actions: [personButton(parts.say)] }
}

const prices: Flow = (_, parts) => {
  const { say, company } = parts
  const rows = company.plans.map((plan) => {
    const price =
      plan.monthly === 0
        ? say('plan.no-price')
        : say('plan.price', { amount: printCents(plan.monthly, company.currency) })
    return `| ${plain(plan.name)} | ${price} | ${plain(plan.includes)} |`
  })
  const table = [say('general.prices.head'), ...rows].join('\n')
  const actions = [intentButton(say('general.prices.button'), 'account.change-plan')]
  return { kind: 'reply', text: say('general.prices', { table }), actions }
}

const smallTalk: Flow = (turn, parts): Answer => {
  const { say } = parts
  const text = requestText(turn)
  if (/\bjoke\b/i.test(text)) return { kind: 'reply', text: say('general.small-talk.joke') }
  if (/\bhow(?:'s|s| is| are| r| do)\b|what'?s up/i.test(text))
    return { kind: 'reply', text: say('general.small-talk.how-are-you') }
  return { kind: 'reply', text: say('general.small-talk'), actions: firstSteps(parts) }
}

/** What most people come for, as buttons; a person is always among them. */
function firstSteps(parts: AgentParts): WishedAction[] {
  const { say } = parts
  return [
    intentButton(say('general.button.order-status'), 'account.order-status'),
    intentButton(say('general.button.refund'), 'payments.refund-request'),
    intentButton(say('general.button.ticket'), 'tickets.open'),
    personButton(say),
  ]
}

const flows = new Map<string, Flow>([
  ['general.greeting', greeting],
  ['general.thanks', thanks],
  ['general.goodbye', goodbye],
  ['general.person', person],
  ['general.opening-hours', openingHours],
  ['general.capabilities', capabilities],
  ['general.shipping', shipping],
  ['general.return-policy', returnPolicy],
  ['general.warranty', warranty],
  ['general.contact', contact],
  ['general.small-talk', smallTalk],
  ['general.prices', prices],
  ['general.question', question],
])

/** Everything that needs no records: greetings, hours, prices, and the knowledge base with its source named. */
export function createGeneralAgent(parts: AgentParts): Agent {
  return createAgent('general', flows, parts)
}
