import type { Budget, BudgetLevel } from '../core/budget.ts'

/** Where the levels change, as parts of the day's limit, 0 to 1, to a tenth of a percent. */
export interface BudgetSteps {
  readonly qualityFirstBelow: number
  readonly preferLocalFrom: number
}

const usualSteps: BudgetSteps = { qualityFirstBelow: 0.3, preferLocalFrom: 0.9 }

/**
 * The ladder of the day's money, by the share that is spent or held: below 30 % the best models first, from 90 % local ones
 * first, at 100 % nothing that costs. Shares are compared as whole numbers, so that 30 % and 90 % are exact.
 *
 * @param isFreeOnly a person switched to free answers for today
 */
export function budgetLevel(
  budget: Pick<Budget, 'limit' | 'held' | 'spent'>,
  isFreeOnly: boolean,
  steps: BudgetSteps = usualSteps,
): BudgetLevel {
  const { limit } = budget
  const used = budget.spent + budget.held
  if (isFreeOnly || limit <= 0 || used >= limit) return 'free-only'
  const reaches = (share: number): boolean => used * 1000 >= limit * Math.round(share * 1000)
  if (reaches(steps.preferLocalFrom)) return 'prefer-local'
  return reaches(steps.qualityFirstBelow) ? 'balanced' : 'quality-first'
}
