import { pause } from '../../src/core/pause.ts'

/** Whether something ends by then, well or badly. It goes on either way. */
export async function isWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  const limit = new AbortController()
  const ended = work.then(
    () => true,
    () => true, // whoever awaits the work itself learns of it
  )
  const isEnded = await Promise.race([ended, pause(ms, limit.signal).then(() => false)])
  limit.abort('ended')
  return isEnded
}
