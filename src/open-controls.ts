import type { Config } from '../config/config.ts'
import type { Controls, ControlRecords, LiveControls } from './core/controls.ts'
import type { Observer } from './core/ports.ts'
import { oneAtATime, repeat } from './core/repeat.ts'

/** How often the switches are read, for changes that another process made. */
const readEveryMs = 3000

export interface ControlParts {
  readonly records: Pick<ControlRecords, 'read'>
  readonly observer: Observer
  /** For tests; every three seconds otherwise. */
  readonly everyMs?: number
}

/** The switches, kept up to date until they are closed. */
export interface OpenControls extends LiveControls {
  close(): Promise<void>
}

/**
 * Reads what admins switched, and follows it.
 * @throws StoreUnavailableError when they cannot be read at the start; later failures are told, and what was known goes on
 */
export async function openControls(
  config: Pick<Config, 'tenant' | 'budget'>,
  parts: ControlParts,
): Promise<OpenControls> {
  const live = createControls(config, parts.records)
  await live.refresh()
  const stop = repeat(
    parts.everyMs ?? readEveryMs,
    oneAtATime(
      async () => await live.refresh(),
      (error) => parts.observer.event({ name: 'controls.unknown', level: 'warn', fields: {}, error }),
    ),
  )
  return { ...live, close: stop }
}

/** The switches over the configuration; until `refresh` they show nothing. */
export function createControls(
  { tenant, budget }: Pick<Config, 'tenant' | 'budget'>,
  records: Pick<ControlRecords, 'read'>,
): LiveControls {
  let known: Controls = { limit: undefined, mode: undefined }
  let asked = 0
  let answered = 0
  return {
    current: () => known,
    dailyLimit: () => known.limit ?? budget.dailyLimit,
    isFreeOnly: (day) => known.mode === day,
    refresh: async () => {
      asked += 1
      const number = asked
      const read = await records.read(tenant)
      // A slow answer is older than a quick one that was asked for later.
      if (number < answered) return
      answered = number
      known = read
    },
  }
}
