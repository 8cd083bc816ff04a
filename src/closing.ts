/** Ends something that was opened. */
export type Close = () => Promise<void>

/** What a bot has opened, in the order of its opening. */
export interface Opened {
  /** Ended first, all at the same time: what takes in, or begins by itself. */
  readonly ahead: Close[]
  /** Ended afterwards, the last first. */
  readonly others: Close[]
}

/** As a start begins. */
export function nothingOpened(): Opened {
  return { ahead: [], others: [] }
}

/** Closes everything. @throws the first failure, when all that can be closed is closed */
export async function close({ ahead, others }: Opened): Promise<void> {
  const failures: unknown[] = []
  const orKeep = (end: Close): Promise<void> => end().catch((error: unknown) => void failures.push(error))
  await Promise.all(ahead.map(orKeep))
  for (const end of others.toReversed()) await orKeep(end)
  if (failures.length > 0) throw failures[0]
}
