import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, beforeEach, describe } from 'vitest'
import type { Store } from '../../adapters/store/store.ts'
import { actionPromises } from './store/actions.ts'
import { addressedPromises } from './store/addressed.ts'
import { backlogPromises } from './store/backlog.ts'
import { begunPromises } from './store/begun.ts'
import { Bench, noon, type Clock, type OpenStore } from './store/bench.ts'
import { changingPromises } from './store/changing.ts'
import { deskPromises } from './store/desk.ts'
import { earlyPromises } from './store/early.ts'
import { effectPromises } from './store/effects.ts'
import { inboxPromises } from './store/inbox.ts'
import { interleavingPromises } from './store/interleavings.ts'
import { loadPromises } from './store/load.ts'
import { outboxPromises } from './store/outbox.ts'
import { parkedPromises } from './store/parked.ts'
import { revisionPromises } from './store/revisions.ts'
import { samplePromises } from './store/sample-days.ts'
import { tenantPromises } from './store/tenants.ts'
import { textPromises } from './store/texts.ts'
import { ticketPromises } from './store/tickets.ts'
import { transcriptPromises } from './store/transcript.ts'
import { twinPromises } from './store/twins.ts'

/** What every store promises. One store is opened for all of it; each test works under a company of its own. */
export function storeContract(name: string, open: OpenStore): void {
  describe(`store contract: ${name}`, () => {
    const clock: Clock = { at: noon }
    let store: Store
    let bench: Bench
    beforeAll(async () => {
      store = await open(() => clock.at, uuidv7)
    })
    beforeEach(() => {
      bench = new Bench(store, clock)
    })
    afterAll(() => store.close())

    const promises = {
      inboxPromises,
      actionPromises,
      addressedPromises,
      revisionPromises,
      earlyPromises,
      twinPromises,
      outboxPromises,
      begunPromises,
      backlogPromises,
      parkedPromises,
      deskPromises,
      effectPromises,
      ticketPromises,
      transcriptPromises,
    }
    const more = { tenantPromises, textPromises, samplePromises, interleavingPromises, changingPromises }
    for (const [topic, promise] of Object.entries({ ...promises, ...more })) {
      describe(topic.replace('Promises', ''), () => {
        promise(() => bench)
      })
    }
    describe('load', () => {
      loadPromises(() => bench, 10_000)
    })
  })
}
