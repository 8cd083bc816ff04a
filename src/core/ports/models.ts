import type { Bill, Budget, BudgetDay, Reservation, ReservationRequest } from '../budget.ts'
import type { Completion, CompletionPart, ModelRequest, ProviderName } from '../model.ts'
import type { MicroDollars } from '../money.ts'

/** A provider of models. One request is one HTTP call: it never tries again by itself, follows no redirect, and ends with its signal. */
export interface ModelProvider {
  readonly name: ProviderName
  /** @throws ModelError */
  complete(request: ModelRequest, signal: AbortSignal): Promise<Completion>
  /**
   * Piece by piece; the last piece is the whole answer.
   * @throws ModelError also when the stream ends without the provider's own mark of its end
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<CompletionPart>
}

/**
 * The day's money. What was dispatched and not settled stays charged at its bound, so the sum of all calls never passes a
 * limit, whoever crashes; what was reserved and never dispatched comes back when its lease is over.
 */
export interface BudgetLedger {
  /** Holds the amount in every scope, or in none. */
  reserve(request: ReservationRequest): Promise<Reservation>
  /** Asked immediately before the request is sent. `lost`: the lease or the day is over; nothing is held, reserve anew. */
  dispatch(id: string): Promise<'dispatched' | 'lost'>
  /** Charges what the call cost, once; gives what is charged. A late bill corrects one that was charged at its bound. */
  settle(id: string, bill: Bill): Promise<MicroDollars>
  /** Gives back what was reserved and never sent. */
  release(id: string): Promise<void>
  /** The day's budget as it stands; today's when no day is named. */
  on(day?: BudgetDay): Promise<Budget>
}
