import type { Row, Step } from './database.ts'

/** How statements are done. */
export interface Senders {
  /** All of them in one transaction, or none of them; gives the rows of each. */
  readonly all: (steps: readonly Step[]) => Promise<readonly (readonly Row[])[]>
  /** One by itself, as a transaction of its own. */
  readonly one: (step: Step) => Promise<readonly Row[]>
  /** Whether a failure of `all` says for certain that nothing was done. */
  readonly isUndone: (error: unknown) => boolean
  /** One that takes longer, as behind a lock that somebody else holds, keeps nobody from the next. Left out, 100 ms. */
  readonly slowMs?: number
}

interface Waiting extends Step {
  readonly resolve: (rows: readonly Row[]) => void
  readonly reject: (error: unknown) => void
}

/** As many as the conversations that a process works on at a time. */
const mostTogether = 64
/** While so many transactions are under way, whatever comes waits for the next one: the busier, the more go together. */
const mostUnderWay = 2
const usualSlowMs = 100

/**
 * Lets statements that are asked for at the same moment travel in one message and be one transaction. Each ends as if it
 * were alone: where one fails, all are undone, and each is done by itself.
 */
export function createTogether({
  all,
  one,
  isUndone,
  slowMs = usualSlowMs,
}: Senders): (step: Step) => Promise<readonly Row[]> {
  const waiting: Waiting[] = []
  let underWay = 0
  let isPlanned = false

  const plan = (): void => {
    if (isPlanned || underWay >= mostUnderWay || waiting.length === 0) return
    isPlanned = true
    // After all that the loop has to read at this moment: each of it may ask for something.
    setImmediate(() => {
      isPlanned = false
      send(waiting.splice(0, mostTogether)).catch(() => {}) // cannot happen: whatever fails is told to whoever asked
      plan()
    })
  }

  const send = async (asked: readonly Waiting[]): Promise<void> => {
    underWay += 1
    let isCounted = true
    const letNext = (): void => {
      if (!isCounted) return
      isCounted = false
      underWay -= 1
      plan()
    }
    const slow = setTimeout(letNext, slowMs)
    // Whoever locks in one order never waits in a circle.
    const steps = asked.toSorted((first, second) => order(first.about, second.about))
    try {
      const rows = await all(steps)
      for (const [index, { resolve }] of steps.entries()) resolve(rows[index] ?? [])
    } catch (error) {
      if (steps.length > 1 && isUndone(error)) for (const step of steps) one(step).then(step.resolve, step.reject)
      else for (const { reject } of steps) reject(error)
    } finally {
      clearTimeout(slow)
      letNext()
    }
  }

  return async (step) => {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Row[]>()
    waiting.push({ ...step, resolve, reject })
    plan()
    return await promise
  }
}

function order(first: string, second: string): number {
  if (first === second) return 0
  return first < second ? -1 : 1
}
