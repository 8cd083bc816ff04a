import type { Agent } from '../../src/core/agent.ts'
import { createAgent } from '../parts.ts'
import type { AgentParts, Flow } from '../parts.ts'
import { cancelOrder } from './cancel-order.ts'
import { changeAddress } from './change-address.ts'
import { changeEmail } from './change-email.ts'
import { closeAccount, dataExport } from './close-account.ts'
import { loginProblem, resetPassword } from './login.ts'
import { orderStatus } from './order-status.ts'
import { cancelPlan, changePlan, currentPlan } from './plan.ts'

const flows = new Map<string, Flow>([
  ['account.reset-password', resetPassword],
  ['account.login-problem', loginProblem],
  ['account.change-email', changeEmail],
  ['account.change-address', changeAddress],
  ['account.change-plan', changePlan],
  ['account.current-plan', currentPlan],
  ['account.cancel-plan', cancelPlan],
  ['account.close', closeAccount],
  ['account.order-status', orderStatus],
  ['account.cancel-order', cancelOrder],
  ['account.data-export', dataExport],
])

/** Log-in, plans, orders and personal details: the account's owner first, then the change. */
export function createAccountAgent(parts: AgentParts): Agent {
  return createAgent('account', flows, parts)
}
