import type { IntentName, Stage } from './intent.ts'
import type { TenantId } from './message.ts'

/**
 * How somebody said what a message means. `choice`: the customer pressed one of the intents the bot asked between;
 * `helpful`, `not-helpful`: 👍 or 👎 on the answer; `resolved`: a person closed the hand-over of a message understood so.
 */
export const labelSources = ['choice', 'helpful', 'not-helpful', 'resolved'] as const
export type LabelSource = (typeof labelSources)[number]

/** What one person said of one message. */
export interface Label {
  /** Orders labels of the same instant. */
  readonly id: string
  readonly at: Date
  readonly source: LabelSource
  readonly text: string
  readonly intent: IntentName
  /** As the bot had it, 0 to 1. */
  readonly confidence: number
  readonly stage: Stage
  /** What else the message could have meant, most likely first. */
  readonly candidates: readonly IntentName[]
}

/** A label as the store keeps it, with what the customer is called there. */
export interface StoredLabel extends Label {
  readonly names: readonly string[]
}

/** Where a page of labels ended. */
export type LabelPlace = Pick<Label, 'at' | 'id'>

/** What people said messages mean. */
export interface Labels {
  /** The oldest first, at most 1,000, those after the place named. The instants are when it was said; the second is not included. */
  page(
    tenant: TenantId,
    range: { readonly begins: Date; readonly ends: Date },
    after?: LabelPlace,
  ): Promise<readonly StoredLabel[]>
}
