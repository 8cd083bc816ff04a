import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ClaimLostError } from '../../../src/core/errors.ts'
import type { Claim, OutboxItem } from '../../../src/core/ports.ts'
import { Bench, longerThanALease, reply } from './bench.ts'

/** What a customer, a worker and a sender may do, in any order. `which` chooses among the messages that were written. */
type Happening =
  | { readonly kind: 'stop' }
  | { readonly kind: 'write' | 'claim' | 'complete' | 'begin-sending' | 'shown' | 'refused' | 'lost' | 'wait' }
  | { readonly kind: 'change' | 'take-back'; readonly which: number }

const which = fc.nat({ max: 5 })
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('write' as const, 'claim' as const, 'complete' as const) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('begin-sending' as const, 'shown' as const, 'refused' as const, 'lost' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('change' as const, 'take-back' as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stop' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const) }) },
)

/** What the customer was promised about one message. */
interface Promised {
  readonly id: string
  /** The text that is to be answered; undefined when none is. */
  text: string | undefined
}

class Story {
  readonly bench: Bench
  readonly promised: Promised[] = []
  /** Texts whose answers are seen. */
  readonly seen: string[] = []
  #claim: Claim | undefined
  #sending: OutboxItem | undefined
  /** Texts of which a sending ended in the dark. */
  readonly #lost = new Set<string>()
  #changes = 0

  constructor(bench: Bench) {
    this.bench = bench
  }

  async happen(happening: Happening): Promise<void> {
    const { store, clock } = this.bench
    switch (happening.kind) {
      case 'write': {
        const { id, text } = await this.bench.accept({ text: `text ${this.promised.length}` })
        this.promised.push({ id, text })
        return
      }
      case 'claim':
        this.#claim = (await store.inbox.claim(this.bench.key())) ?? this.#claim
        return
      case 'complete':
        return await this.complete()
      case 'begin-sending':
        this.#sending ??= await this.bench.nextReply()
        return
      case 'shown':
        return await this.show()
      case 'wait':
        this.bench.later(longerThanALease)
        return
      case 'refused':
      case 'lost': {
        const item = this.#sending
        this.#sending = undefined
        const failure = { reason: 'away', retryAt: clock.at, isAmbiguous: happening.kind === 'lost' }
        if (item === undefined) return
        if (failure.isAmbiguous) this.#lost.add(item.reply.text)
        await store.outbox.failed(item, failure)
        return
      }
      default:
        await this.change(happening)
    }
  }

  private async complete(): Promise<void> {
    const claim = this.#claim
    this.#claim = undefined
    if (claim === undefined) return
    try {
      await this.bench.complete(claim, { replies: [reply(claim.message.text)] })
    } catch (error) {
      if (!(error instanceof ClaimLostError)) throw error
    }
  }

  private async show(): Promise<void> {
    const item = this.#sending
    this.#sending = undefined
    if (item === undefined) return
    this.seen.push(item.reply.text)
    await this.bench.store.outbox.delivered(item, item.reply.id)
  }

  /** The customer holds the bot to what it acknowledged. */
  private async change(happening: Extract<Happening, { kind: 'stop' | 'change' | 'take-back' }>): Promise<void> {
    const { revisions } = this.bench.store
    const key = this.bench.key()
    if (happening.kind === 'stop') {
      await revisions.withdraw(key)
      // An answer that may have been seen is left to its sender; everything else is gone.
      const sending = this.#sending?.reply.text
      const mayBeSeen = (text: string): boolean => this.seen.includes(text) || this.#lost.has(text) || text === sending
      for (const one of this.promised) if (one.text !== undefined && !mayBeSeen(one.text)) one.text = undefined
      return
    }
    const promised = this.promised[happening.which]
    if (promised === undefined) return
    if (happening.kind === 'take-back') {
      if ((await revisions.withdraw(key, promised.id)) === 'withdrawn') promised.text = undefined
      return
    }
    this.#changes += 1
    const text = `change ${this.#changes}`
    if ((await revisions.revise(key, promised.id, { text })) === 'revised') promised.text = text
  }

  /** What recovery does until nothing is owed. */
  async settle(): Promise<void> {
    if (this.#sending !== undefined) await this.show()
    for (let rounds = 0; rounds < 100; rounds += 1) {
      this.bench.later(longerThanALease)
      this.#sending = await this.bench.nextReply()
      const hadReply = this.#sending !== undefined
      await this.show()
      this.#claim = await this.bench.store.inbox.claim(this.bench.key())
      const hadMessage = this.#claim !== undefined
      await this.complete()
      if (!hadReply && !hadMessage) return
    }
    throw new Error('still owed after 100 rounds')
  }
}

export function changingPromises(bench: () => Bench): void {
  test(
    'after any interleaving each message is answered once, in its last acknowledged text, and none that was taken back',
    { timeout: 60_000 },
    async () => {
      const { store, clock } = bench()
      await fc.assert(
        fc.asyncProperty(fc.array(happening, { minLength: 20, maxLength: 60, size: 'max' }), async (happenings) => {
          const story = new Story(new Bench(store, clock))

          for (const one of happenings) await story.happen(one)
          await story.settle()

          const texts = story.promised.flatMap(({ text }) => text ?? [])
          expect(story.seen.toSorted()).toEqual(texts.toSorted())
        }),
        { numRuns: 60 },
      )
    },
  )
}
