import { openBlockingEncoder } from '../adapters/encoder/sentence-blocking.ts'
import { openPackagedEncoder } from './encoder-packaged.ts'

/* One of the encoders that are compared, alone in a process: tells how long its start took and what it holds in memory. */
const texts = Array.from(
  { length: 64 },
  (_, index) => `I was charged ${index} times for the same order, and nobody answers.`,
)

const emptyBytes = process.memoryUsage.rss()
const begunMs = performance.now()
const encode = process.argv[2] === 'ours' ? openOurs() : await openPackaged()
const openMs = performance.now() - begunMs
await encode(texts.slice(0, 1))
const firstMs = performance.now() - begunMs - openMs
await encode(texts)
process.send?.({ openMs, firstMs, megabytes: (process.memoryUsage.rss() - emptyBytes) / 2 ** 20 })

function openOurs(): (texts: readonly string[]) => unknown {
  const encoder = openBlockingEncoder()
  return (texts) => encoder.encode(texts)
}

async function openPackaged(): Promise<(texts: readonly string[]) => unknown> {
  const model = await openPackagedEncoder()
  return async (texts) => await model.embed(texts)
}
