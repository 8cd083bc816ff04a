import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ClaimLostError } from '../../../src/core/errors.ts'
import type { Claim } from '../../../src/core/ports.ts'
import { Bench, longerThanALease, reply } from './bench.ts'

const conversations = ['left', 'middle', 'right'] as const
type ConversationName = (typeof conversations)[number]

/** What may happen, in any order. `which` chooses among the claims that workers hold. */
type Happening =
  | { readonly kind: 'accept' | 'claim'; readonly conversation: ConversationName }
  | { readonly kind: 'complete' | 'postpone' | 'crash'; readonly which: number }
  | { readonly kind: 'repeat'; readonly which: number }
  | { readonly kind: 'wait'; readonly seconds: number }

const conversation = fc.constantFrom(...conversations)
const which = fc.nat({ max: 9 })
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('accept' as const), conversation }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('claim' as const), conversation }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('complete' as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('postpone' as const, 'crash' as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('repeat' as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(1, 30, 59, 60, 61, 200) }) },
)

/** Workers that hold claims, as far as they know themselves. */
class Story {
  readonly bench: Bench
  readonly held: Claim[] = []
  readonly accepted: Record<ConversationName, string[]> = { left: [], middle: [], right: [] }

  constructor(bench: Bench) {
    this.bench = bench
  }

  async happen(happening: Happening): Promise<void> {
    switch (happening.kind) {
      case 'accept':
        this.accepted[happening.conversation].push((await this.bench.accept(happening)).id)
        return
      case 'claim': {
        const claim = await this.bench.store.inbox.claim(this.bench.key(happening.conversation))
        if (claim !== undefined) this.held.push(claim)
        return
      }
      case 'wait':
        this.bench.later(happening.seconds * 1000)
        return
      case 'repeat': {
        const claim = this.held[happening.which]
        if (claim !== undefined) expect(await this.bench.store.inbox.accept(claim.message)).toBe('seen')
        return
      }
      default:
        await this.end(happening)
    }
  }

  /** A worker ends: with an outcome, by giving the message back, or without a word. */
  private async end({ kind, which }: { kind: 'complete' | 'postpone' | 'crash'; which: number }): Promise<void> {
    const [claim] = this.held.splice(which, 1)
    if (claim === undefined || kind === 'crash') return
    if (kind === 'complete') await this.complete(claim)
    else await this.bench.store.inbox.postpone(claim, new Date(this.bench.clock.at.getTime() + 10_000))
  }

  async complete(claim: Claim): Promise<void> {
    try {
      await this.bench.complete(claim, { replies: [reply(claim.message.id)] })
    } catch (error) {
      if (!(error instanceof ClaimLostError)) throw error
    }
  }

  /** What recovery does until nothing is owed. */
  async settle(): Promise<void> {
    for (let rounds = 0; ; rounds += 1) {
      this.bench.later(longerThanALease)
      const owed = this.bench.own(await this.bench.store.inbox.owed())
      if (owed.length === 0) return
      if (rounds > 500) throw new Error(`still owed after 500 rounds: ${owed.join(', ')}`)
      for (const name of owed) await this.complete(await this.bench.claim(name))
    }
  }
}

/** Whatever happens to the workers, every message ends with one answer, in order. */
export function interleavingPromises(bench: () => Bench): void {
  test('after any interleaving every accepted message has exactly one reply, in order', { timeout: 60_000 }, async () => {
    const { store, clock } = bench()
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 20, maxLength: 80, size: 'max' }), async (happenings) => {
        const story = new Story(new Bench(store, clock))

        for (const one of happenings) await story.happen(one)
        await story.settle()

        for (const name of conversations) {
          expect(await story.bench.replies(name)).toEqual(story.accepted[name])
        }
      }),
      { numRuns: 25 },
    )
  })

  test('no two workers ever hold a live claim on one conversation', { timeout: 60_000 }, async () => {
    const { store, clock } = bench()
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 20, maxLength: 60, size: 'max' }), async (happenings) => {
        const story = new Story(new Bench(store, clock))
        const liveUntil = new Map<string, number>()
        for (const one of happenings) {
          const before = story.held.length
          await story.happen(one)
          const claim = story.held.length > before ? story.held.at(-1) : undefined
          if (claim !== undefined) {
            expect(liveUntil.get(claim.message.conversation) ?? 0).toBeLessThanOrEqual(clock.at.getTime())
            liveUntil.set(claim.message.conversation, clock.at.getTime() + 60_000)
          }
          // The end of a claim frees the conversation; a crash does not, until its lease is over.
          if (one.kind === 'complete' || one.kind === 'postpone') liveUntil.clear()
        }
      }),
      { numRuns: 15 },
    )
  })
}
