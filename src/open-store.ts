import { uuidv7 } from 'uuidv7'
import { findRunning } from '../adapters/files/running.ts'
import { openStore, type Store } from '../adapters/store/store.ts'
import type { Config } from '../config/config.ts'
import { ChannelError, DataFolderInUseError } from './core/errors.ts'
import type { Now } from './core/ports.ts'

type Where = Pick<Config, 'tenant' | 'databaseUrl' | 'dataDir'>

/** Where the records of this configuration stand: in Postgres when it names one, else in its data folder. */
export function storePlaceOf({
  databaseUrl,
  dataDir,
}: Pick<Where, 'databaseUrl' | 'dataDir'>):
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'postgres'; readonly url: string } {
  return databaseUrl === undefined
    ? { kind: 'folder', folder: dataDir }
    : { kind: 'postgres', url: databaseUrl.reveal() }
}

/**
 * The store of the configured tenant; the database shows it no other's rows.
 * @throws DataFolderInUseError when a running bot holds the data folder
 */
export async function openConfiguredStore(config: Where, now: Now = () => new Date()): Promise<Store> {
  return await openStore({ ...storePlaceOf(config), tenant: config.tenant }, now, uuidv7)
}

/** A bot that runs, and holds the data folder. */
export interface RunningBot {
  readonly url: string
  readonly token: string
}

/** What `own` finds in the store, or, where a bot that runs holds the data folder, what `ofRunning` makes of that bot. */
export async function ownOrRunning<Found>(
  config: Where,
  own: () => Promise<Found>,
  ofRunning: (running: RunningBot) => Found | Promise<Found>,
): Promise<Found> {
  try {
    return await own()
  } catch (error) {
    const running = error instanceof DataFolderInUseError ? await findRunning(config.dataDir) : undefined
    if (running === undefined) throw error
    return await ofRunning(running)
  }
}

/** The same with the store, which stays open for what `inStore` made of it, unless making it failed. */
export async function inStoreOrRunning<Source>(
  config: Where,
  inStore: (store: Store) => Source | Promise<Source>,
  ofRunning: (running: RunningBot) => Source | Promise<Source>,
): Promise<Source> {
  const own = async (): Promise<Source> => {
    const store = await openConfiguredStore(config)
    try {
      return await inStore(store)
    } catch (error) {
      await store.close()
      throw error
    }
  }
  return await ownOrRunning(config, own, ofRunning)
}

/** What a running bot answered. @throws ChannelError when it is of another version and answers in another shape */
export function checkedAnswer<Answer>(answer: unknown, isAnswer: (answer: unknown) => answer is Answer): Answer {
  if (isAnswer(answer)) return answer
  throw new ChannelError('The running bot gave an answer of another version. Restart it with this one.', {
    retryable: false,
  })
}
