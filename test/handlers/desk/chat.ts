import { ChannelError } from '../../../src/core/errors.ts'
import type { Address, ChannelName } from '../../../src/core/message.ts'
import type { Channel, Delivery } from '../../../src/core/ports.ts'
import type { ReplyAction } from '../../../src/core/reply.ts'

/** A message as everybody in its place sees it. */
export interface Visible {
  readonly id: string
  readonly key: string
  readonly channel: string
  /** The message it stands below. */
  readonly thread: string | undefined
  readonly from: string | undefined
  text: string
  actions: readonly ReplyAction[]
  /** How often it was changed. */
  edits: number
}

/** What the platform does with the next delivery. */
export type Fault = 'refuse' | 'lose-answer' | 'lose-answer-for-long' | 'gone'

/** A chat platform with a record of its own of what can be seen, and of what it had to refuse as senseless. */
export interface Chat extends Channel {
  readonly seen: Visible[]
  readonly nonsense: string[]
  readonly faults: Fault[]
}

export function createChat(name: ChannelName): Chat {
  const seen: Visible[] = []
  const nonsense: string[] = []
  const faults: Fault[] = []
  return {
    name,
    seen,
    nonsense,
    faults,
    start: async () => {},
    stop: async () => {},
    find: async (key) => seen.find((one) => one.key === key)?.id,
    send: async (delivery) => {
      const fault = faults.shift()
      if (fault === 'gone') throw new ChannelError('The place is gone.', { retryable: false })
      if (fault === 'refuse') throw new ChannelError('Too many.', { retryable: true, retryAfterMs: 5 })
      const id = delivery.kind === 'edit' ? edit(delivery) : post(delivery)
      if (fault === 'lose-answer' || fault === 'lose-answer-for-long') {
        const retryAfterMs = fault === 'lose-answer' ? 5 : 60_000
        throw new ChannelError('The answer was lost.', { retryable: true, retryAfterMs, isAmbiguous: true })
      }
      return id
    },
  }

  function post(delivery: Delivery): string {
    if (delivery.kind !== 'post') return '0' // a status or a search for twins leaves nothing to see
    const { key, address, reply, mayExist } = delivery
    const earlier = seen.find((one) => one.key === key)
    if (earlier !== undefined && mayExist) return earlier.id
    if (earlier !== undefined) nonsense.push(`${key} was sent twice`)
    const { channel, thread } = placeOf(address)
    if (thread !== undefined && channel === 'TEAM' && !seen.some(({ id }) => id === thread))
      nonsense.push(`"${reply.text}" belongs below ${thread}, which is not there`)
    const id = name === 'discord' ? String(9000 + seen.length) : `${1000 + seen.length}.5`
    const { text, actions, from } = reply
    seen.push({ id, key, channel, thread, from, text, actions, edits: 0 })
    return id
  }

  function edit({ platformId, reply }: Extract<Delivery, { kind: 'edit' }>): string {
    const earlier = seen.find(({ id }) => id === platformId)
    if (earlier === undefined) {
      nonsense.push(`"${reply.text}" changes ${platformId}, which is not there`)
      return platformId
    }
    earlier.text = reply.text
    earlier.actions = reply.actions
    earlier.edits += 1
    return platformId
  }
}

function placeOf({ channel = 'CUSTOMER', thread }: Address): { channel: string; thread: string | undefined } {
  return { channel, thread }
}
