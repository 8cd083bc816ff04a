import type { Answer, Effect } from '../../src/core/agent.ts'
import { offerButton, personButton } from '../actions.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { ask, askChoice, requestText, sorry, withSlots } from '../questions.ts'
import { maskEmail } from '../texts.ts'

/** "I forgot my password": a link by mail, in the same words whether or not there is such an account. */
export const resetPassword: Flow = async (turn, parts) => {
  const { say } = parts
  const { email } = turn.task.slots
  if (email === undefined) {
    if (!turn.message.isPrivate) return sorry(parts, say('identity.not-private'))
    const missing = { name: 'email', kind: 'email' } as const
    return ask(turn, { text: say('account.reset-password.email'), missing, actions: [personButton(say)] })
  }
  const customer = await parts.customers.byEmail(turn.message.tenant, email)
  const mail: Effect[] =
    customer === undefined || customer.isClosed
      ? []
      : [{ kind: 'send-mail', to: customer.email, template: 'reset-link', about: customer.id }]
  const text = say('account.reset-password.sent', { email: maskEmail(email) })
  return { kind: 'reply', text, actions: [personButton(say)], effects: mail }
}

/** "I can't log in": what exactly happens decides between a new password, a hint and a person. */
export const loginProblem: Flow = (turn, parts) => {
  const { say } = parts
  const options = {
    password: say('account.login-problem.password'),
    code: say('account.login-problem.code'),
    locked: say('account.login-problem.locked'),
    other: say('account.login-problem.other'),
  }
  const trouble = turn.task.slots['trouble'] ?? guess(requestText(turn), options)
  if (trouble === options.password) return resetPassword(withSlots(turn, { trouble }), parts)
  if (trouble === options.code) return noCode(parts)
  if (trouble === options.locked)
    return { kind: 'escalate', because: 'The account is locked; only a person can unlock it.' }
  if (trouble === options.other) {
    const report = offerButton(say('account.login-problem.button-report'), 'tickets.technical-problem', '')
    return sorry(parts, say('account.login-problem.other-hint'), [report])
  }
  const choices = Object.values(options).map((value) => ({ value }))
  const { password, code, locked, other } = options
  const synonyms = { password, pw: password, pin: code, code, locked, blocked: locked, 'something else': other }
  return askChoice(turn, parts, { name: 'trouble', text: say('account.login-problem.ask'), options: choices, synonyms })
}

/** What the first message says so plainly that asking would be rude. */
function guess(text: string, options: { readonly code: string; readonly locked: string }): string | undefined {
  if (/\b(locked|blocked|unlock)\b/i.test(text)) return options.locked
  return /\b(code|2fa|two-step|two-factor|authenticator)\b/i.test(text) ? options.code : undefined
}

function noCode(parts: AgentParts): Answer {
  return sorry(parts, parts.say('account.login-problem.code-hint'))
}
