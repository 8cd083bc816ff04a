import type { ChannelName } from '../src/core/message.ts'
import type { ChannelEvent, Intake, Observer } from '../src/core/ports.ts'

interface AcknowledgedParts {
  readonly observer: Observer
  /** Milliseconds from some fixed point, for durations only. */
  readonly elapsedMs: () => number
}

type TakeIn = (event: ChannelEvent) => Promise<Intake>

/**
 * The same intake, which tells how long the channel had to wait until it could say "got it". What could not be stored is
 * told as failed and thrown on: the platform hears no "got it" then.
 */
export function tellAcknowledged(channel: ChannelName, takeIn: TakeIn, parts: AcknowledgedParts): TakeIn {
  return async (event) => {
    const begunMs = parts.elapsedMs()
    const tell = (outcome: Intake['kind'] | 'failed'): void => {
      const message = event.kind === 'message' || event.kind === 'action' ? { message: event.message.id } : {}
      const fields = { channel, kind: event.kind, outcome, durationMs: parts.elapsedMs() - begunMs, ...message }
      parts.observer.event({ name: 'event.acknowledged', level: 'debug', fields })
    }
    try {
      const intake = await takeIn(event)
      tell(intake.kind)
      return intake
    } catch (error) {
      tell('failed')
      throw error
    }
  }
}
