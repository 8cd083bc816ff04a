import { probeStore } from '../adapters/store/store.ts'
import { fetchModels } from '../adapters/web/models-client.ts'
import type { Config } from '../config/config.ts'
import type { TierAdjustment } from './core/adjustment.ts'
import { TuppenceError } from './core/errors.ts'
import { checkedAnswer, openConfiguredStore, ownOrRunning, storePlaceOf } from './open-store.ts'
import { isWireModels } from './simulation/wire-models.ts'

/** The changes of tiers that people approved, and what a reader of figures should know about them. */
export interface ApprovedAdjustments {
  readonly approved: readonly TierAdjustment[]
  /** At most one sentence. */
  readonly notes: readonly string[]
}

type Named = TierAdjustment & { readonly id: string }

/** Reads them in the store, or asks the bot that holds it. Where neither can be, none is followed, and a note says so. */
export async function readApproved(config: Config): Promise<ApprovedAdjustments> {
  try {
    const approved = await findApproved(config)
    if (approved === undefined) return unknown(`no bot was started on the data folder ${config.dataDir} yet.`)
    if (approved.length === 0) return { approved, notes: [] }
    return { approved, notes: [`Followed, as approved: ${approved.map(({ id }) => id).join(', ')}.`] }
  } catch (error) {
    if (error instanceof TuppenceError) return unknown(error.message)
    throw error
  }
}

function unknown(because: string): ApprovedAdjustments {
  return { approved: [], notes: [`No approved change of a tier is followed: ${because}`] }
}

/** Undefined where no bot was started yet: no store is made there. */
async function findApproved(config: Config): Promise<readonly Named[] | undefined> {
  const own = async (): Promise<readonly Named[] | undefined> => {
    const place = storePlaceOf(config)
    if (place.kind === 'folder' && (await probeStore(place)) === 'empty') return undefined
    const store = await openConfiguredStore(config)
    try {
      return (await store.adjustments.decisions(config.tenant)).filter(({ state }) => state === 'approved')
    } finally {
      await store.close()
    }
  }
  return await ownOrRunning(config, own, async (running) => {
    const { decisions } = checkedAnswer(await fetchModels(running, 1), isWireModels)
    return decisions.filter(({ state }) => state === 'approved')
  })
}
