import { ChannelError } from '../../src/core/errors.ts'
import type { ChannelName } from '../../src/core/message.ts'
import type { Channel, Delivery } from '../../src/core/ports.ts'

/** What a platform does with the next delivery. */
export type Fault =
  | { readonly kind: 'refuse'; readonly retryAfterMs?: number }
  | { readonly kind: 'lose-answer' | 'take-late' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'break' }

/** A chat platform with its own record of what a customer sees. */
export interface Platform extends Channel {
  readonly shown: { readonly id: string; readonly key: string; readonly text: string }[]
  /** Every call in order, as `send TEXT` or `find KEY`. */
  readonly calls: string[]
  /** What happens to the next posts, one each. */
  readonly faults: Fault[]
  /** What was taken late appears. */
  arrive(): void
  /** A customer's channel loses a message. */
  lose(id: string): void
}

export function createPlatform(name: ChannelName = 'slack'): Platform {
  const shown: Platform['shown'] = []
  const late: Platform['shown'] = []
  const calls: string[] = []
  const faults: Fault[] = []
  let posted = 0
  return {
    name,
    shown,
    calls,
    faults,
    arrive: () => void shown.push(...late.splice(0)),
    lose: (id) => {
      shown.splice(
        shown.findIndex((one) => one.id === id),
        1,
      )
    },
    start: async () => {},
    stop: async () => {},
    find: async (key) => {
      calls.push(`find ${key}`)
      return shown.find((one) => one.key === key)?.id
    },
    send: async (delivery: Delivery) => {
      if (delivery.kind === 'edit') return change(delivery)
      if (delivery.kind === 'tidy') return tidyUp(delivery)
      if (delivery.kind !== 'post') throw new TypeError('only posts, changes and tidying are expected here')
      const { text } = delivery.reply
      if (delivery.mayExist) {
        calls.push(`find ${delivery.key}`)
        const found = shown.find((one) => one.key === delivery.key)
        if (found !== undefined) return found.id
      }
      calls.push(`send ${text}`)
      const fault = faults.shift()
      if (fault?.kind === 'gone') throw new ChannelError('The channel is gone.', { retryable: false })
      if (fault?.kind === 'break') throw new TypeError('a fault of the adapter itself')
      if (fault?.kind === 'refuse') {
        const patience = fault.retryAfterMs === undefined ? {} : { retryAfterMs: fault.retryAfterMs }
        throw new ChannelError('The platform refuses.', { retryable: true, ...patience })
      }
      posted += 1
      const id = `platform-${posted}`
      const place = fault?.kind === 'take-late' ? late : shown
      place.push({ id, key: delivery.key, text })
      if (fault?.kind === 'lose-answer' || fault?.kind === 'take-late')
        throw new ChannelError('The answer was lost.', { retryable: true, retryAfterMs: 20, isAmbiguous: true })
      return id
    },
  }

  function change({ platformId, reply: { text } }: Extract<Delivery, { kind: 'edit' }>): string {
    calls.push(`change ${platformId} to ${text}`)
    const place = shown.findIndex(({ id }) => id === platformId)
    const found = shown[place]
    if (found === undefined) throw new ChannelError('There is no such message.', { retryable: false })
    shown[place] = { ...found, text }
    return platformId
  }

  function tidyUp({ key, keep }: Extract<Delivery, { kind: 'tidy' }>): string {
    calls.push(`tidy ${key}`)
    const kept = shown.filter((one) => one.key !== key || one.id === keep)
    const removed = shown.length - kept.length
    shown.splice(0, shown.length, ...kept)
    return String(removed)
  }
}
