import type { Counted, MessageLimit, MessageLimits, Now, Place } from '../../src/core/ports.ts'

/** Some 8,000 people who write as fast as they may. */
const usualPlaces = 50_000

/** What is known of one key, its places in their order. */
interface Known {
  places: { readonly message: string; readonly atMs: number }[]
  told: { readonly message: string; untilMs: number } | undefined
}

/**
 * Limits of this process. Of very many keys at the same time those that asked for nothing for the longest time are
 * forgotten, which lets more through and never less.
 *
 * @param options.maximumPlaces remembered for all keys together; 50,000 when left out
 */
export function createInProcessLimits(
  options: { readonly maximumPlaces?: number; readonly now?: Now } = {},
): MessageLimits {
  const { maximumPlaces = usualPlaces, now = () => new Date() } = options
  /** In the order of their last use, because a Map keeps the order in which keys were set. */
  const keys = new Map<string, Known>()
  let kept = 0

  const takeOne = (message: string, { key, limit }: Counted): Place => {
    const known = keys.get(key) ?? { places: [], told: undefined }
    keys.delete(key)
    kept -= known.places.length
    const place = takeFrom(known, message, { limit, nowMs: now().getTime() })
    keys.set(key, known)
    kept += known.places.length
    for (const [oldest, { places }] of keys) {
      if (kept <= maximumPlaces && keys.size <= maximumPlaces) break
      keys.delete(oldest)
      kept -= places.length
    }
    return place
  }

  return {
    async take(message, asked) {
      const places: Place[] = []
      for (const counted of asked) {
        const place = takeOne(message, counted)
        places.push(place)
        if (place.kind === counted.endsWith) break
      }
      return places
    },
    async stop() {
      keys.clear()
      kept = 0
    },
  }
}

/** The same steps as the script of limits-redis.ts. */
function takeFrom(
  known: Known,
  message: string,
  { limit: { most, windowMs }, nowMs }: { readonly limit: MessageLimit; readonly nowMs: number },
): Place {
  known.places = known.places.filter(({ atMs }) => atMs > nowMs - windowMs)
  if (known.told !== undefined && known.told.untilMs <= nowMs) known.told = undefined
  const { places, told } = known
  const own = places.find((place) => place.message === message)
  if (own !== undefined && own.atMs > nowMs) return { kind: 'over', waitMs: own.atMs - nowMs }
  if (own !== undefined) return { kind: told?.message === message ? 'first-over' : 'within' }
  if (places.length < most) {
    places.push({ message, atMs: nowMs })
    return { kind: 'within' }
  }
  if (told === undefined) {
    places.push({ message, atMs: nowMs })
    known.told = { message, untilMs: nowMs + windowMs }
    return { kind: 'first-over' }
  }
  const atMs = (places[places.length - most]?.atMs ?? nowMs) + windowMs
  places.push({ message, atMs })
  told.untilMs = Math.max(told.untilMs, atMs + windowMs)
  return { kind: 'over', waitMs: atMs - nowMs }
}
