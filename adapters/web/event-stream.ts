import { setTimeout } from 'node:timers/promises'
import type { StatusStep } from '../../src/core/status.ts'

/** Sends one event of a stream. */
export type Send = (event: string, data: object) => Promise<void>

/** Sends each step once in a row, one after the other; `told` resolves when the last one is on its way. */
export function tellSteps(
  send: Send,
  textOf: (step: StatusStep) => string,
): { tell: (step: StatusStep) => void; told: () => Promise<void> } {
  let last: StatusStep | undefined
  let sent = Promise.resolve()
  return {
    tell: (step) => {
      if (step === last) return
      last = step
      sent = sent.then(() => send('status', { text: textOf(step) }))
    },
    told: () => sent,
  }
}

/** Words go out in at most this many pieces, with a pause between that adds up to a third of a second at most. */
const mostPieces = 24
const pauseMs = 12

/** Streams a text that is stored already, some words at a time; the pieces together are the text. */
export async function typeOut(text: string, send: Send): Promise<void> {
  const words = text.split(/(?<=\s)(?=\S)/u)
  const size = Math.ceil(words.length / mostPieces)
  for (let from = 0; from < words.length; from += size) {
    if (from > 0) await setTimeout(pauseMs)
    await send('delta', { text: words.slice(from, from + size).join('') })
  }
}
