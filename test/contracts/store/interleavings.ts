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
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(1, 30, 59, 60, 61, 200) }),
  },
)

/** As the store promises it. */
const leaseMs = 60_000

/** Workers that hold claims, as far as they know themselves. */
class Story {
  readonly bench: Bench
  readonly held: Claim[] = []
  readonly accepted: Record<ConversationName, string[]> = { left: [], middle: [], right: [] }
  /** Claims given while another worker's claim on the conversation was alive. */
  readonly overlaps: Claim[] = []
  readonly #alive = new Map<string, { readonly claim: Claim; readonly until: number }>()

  constructor(bench: Bench) {
    this.bench = bench
  }

  async happen(happening: Happening): Promise<void> {
    switch (happening.kind) {
      case 'accept':
        this.accepted[happening.conversation].push((await this.bench.accept(happening)).id)
        return
      case 'claim':
        await this.claim(happening.conversation)
        return
      case 'wait':
        this.bench.later(happening.seconds * 1000)
        return
      case 'repeat': {
        const claim = this.held[happening.which]
        if (claim !== undefined) await this.bench.store.inbox.accept(claim.message)
        return
      }
      default:
        await this.end(happening)
    }
  }

  private async claim(name: ConversationName): Promise<void> {
    const now = this.bench.clock.at.getTime()
    const claim = await this.bench.store.inbox.claim(this.bench.key(name))
    if (claim === undefined) return
    if ((this.#alive.get(name)?.until ?? 0) > now) this.overlaps.push(claim)
    this.#alive.set(name, { claim, until: now + leaseMs })
    this.held.push(claim)
  }

  /** A worker ends: with an outcome, by giving the message back, or without a word. */
  private async end({ kind, which }: { kind: 'complete' | 'postpone' | 'crash'; which: number }): Promise<void> {
    const [claim] = this.held.splice(which, 1)
    if (claim === undefined || kind === 'crash') return
    const { conversation: name } = claim.message
    if (this.#alive.get(name)?.claim === claim) this.#alive.delete(name)
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
  test(
    'after any interleaving every accepted message has exactly one reply, in order, and no two claims overlapped',
    { timeout: 60_000 },
    async () => {
      const { store, clock } = bench()
      await fc.assert(
        fc.asyncProperty(fc.array(happening, { minLength: 20, maxLength: 80, size: 'max' }), async (happenings) => {
          const story = new Story(new Bench(store, clock))

          for (const one of happenings) await story.happen(one)
          await story.settle()

          const told = await Promise.all(conversations.map((name) => story.bench.replies(name)))
          expect(told).toEqual(conversations.map((name) => story.accepted[name]))
          expect(story.overlaps).toEqual([])
        }),
        { numRuns: 30 },
      )
    },
  )
}
