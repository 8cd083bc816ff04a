import type { Visible } from './judge.ts'

/** How often a sending goes wrong in which way, 0 to 1 each. */
export interface Malice {
  /** The platform shows the reply, and its answer is lost. */
  readonly actThenDrop: number
  /** The connection is lost, and the platform shows the reply up to two seconds later. */
  readonly lateAccept: number
  readonly rateLimited: number
  /** The request never arrives. */
  readonly drop: number
  /** The platform says that it has a trouble of its own. */
  readonly refused: number
}

/** Six lost answers, four late ones and two refusals for the rate in a hundred, and a few others. */
export const usualMalice: Malice = { actThenDrop: 0.06, lateAccept: 0.04, rateLimited: 0.02, drop: 0.02, refused: 0.02 }

/** Two in five go wrong: a missing safeguard shows at once. */
export const heavyMalice: Malice = { actThenDrop: 0.12, lateAccept: 0.12, rateLimited: 0.06, drop: 0.06, refused: 0.04 }

export type OpenStage = (seed: number, malice: Malice) => Promise<Stage>

/** A stand-in for a platform with customers before it. */
export interface Stage {
  /** What connects the bot to it. @param botUrl where the bot listens */
  environment(botUrl: string): Readonly<Record<string, string>>
  /**
   * A customer writes in a conversation, which begins with the first message of its name. Each promise is one way of the
   * message to the bot: it resolves with whether the bot took it, once it did or the platform has given up.
   */
  say(conversation: string, text: string, random: () => number): readonly Promise<boolean>[]
  /** What can be seen, in the order in which it stands. */
  visible(): readonly Visible[]
  /** How often a reply became visible more than once, for however short a time. */
  seenTwice(): number
  /** How often which fault has happened. */
  mishaps(): Readonly<Record<string, number>>
  close(): Promise<void>
}
