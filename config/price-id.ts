import { createHash } from 'node:crypto'
import type { PriceBand } from '../src/core/model.ts'

/** Names one list of prices for good: `anthropic/claude-haiku-5-5@2026-11-21#1f8a3c2e`. Another rate is another name. */
export function priceId(name: string, asOf: string, bands: readonly PriceBand[]): string {
  const content = bands.map(({ from, aboveTokens, rates }) => {
    const { input, cached, cacheWrite, output } = rates
    return [from, aboveTokens, input, cached, cacheWrite, output].join(' ')
  })
  return `${name}@${asOf}#${createHash('sha256').update(content.join('\n')).digest('hex').slice(0, 8)}`
}
