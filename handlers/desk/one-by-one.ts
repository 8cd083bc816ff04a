/**
 * Does what belongs to one thing in the order it was asked for. Between processes the store decides who comes first; within
 * one, messages of a thread keep the order in which the platform told of them.
 */
export function createOneByOne(): <Result>(thing: string, work: () => Promise<Result>) => Promise<Result> {
  const last = new Map<string, Promise<unknown>>()
  return async (thing, work) => {
    const before = last.get(thing) ?? Promise.resolve()
    const run = before.then(work)
    const settled = run.catch(() => undefined) // whoever asked for it is told
    last.set(thing, settled)
    try {
      return await run
    } finally {
      if (last.get(thing) === settled) last.delete(thing)
    }
  }
}
