import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isLocal, type ModelSpec } from '../../../src/core/model.ts'
import { chooseModels, type ModelSituation } from '../../../src/routing/choose-model.ts'
import { profileNames } from '../../../src/routing/profile.ts'
import { calm, down, model, need } from './catalogue.ts'

const spec = fc
  .record({
    tier: fc.constantFrom(1, 2, 3, 4),
    input: fc.nat({ max: 10_000_000 }),
    output: fc.nat({ max: 50_000_000 }),
    contextTokens: fc.constantFrom(500, 8000, 100_000),
    expectedLatencyMs: fc.nat({ max: 60_000 }),
    fallbacks: fc.array(fc.constantFrom('m0', 'm1', 'm2', 'm3', 'm4', 'm5'), { maxLength: 3 }),
    retiresOn: fc.constantFrom(undefined, '2026-11-01', '2027-01-01'),
    isPriced: fc.boolean(),
  })
  .map(({ tier, isPriced, input, output, ...rest }): ModelSpec => {
    const priced = model('', tier, tier === 1 ? rest : { ...rest, input, output })
    return isPriced ? priced : { ...priced, prices: undefined }
  })
/** Up to six entries with one alias each; their fallbacks may name anybody, themselves too. */
const catalogue = fc
  .array(spec, { maxLength: 6 })
  .map((specs) => specs.map((entry, index) => ({ ...entry, alias: `m${index}`, wireName: `w${index}` })))
const aliases = fc.subarray(['m0', 'm1', 'm2', 'm3', 'm4', 'm5'])
const anyNeed = fc.record({
  purpose: fc.constantFrom('classification', 'answer', 'advanced'),
  needs: fc.constant(['answer'] as const),
  tier: fc.constantFrom(1, 2, 3, 4),
  promptTokens: fc.nat({ max: 20_000 }),
  outputTokens: fc.nat({ max: 2000 }),
  asksForCloud: fc.boolean(),
})
const anySituation = fc
  .record({
    models: catalogue,
    profile: fc.constantFrom(...profileNames),
    level: fc.constantFrom('quality-first', 'balanced', 'prefer-local', 'free-only'),
    budgetMode: fc.constantFrom('free', 'cheapest'),
    asked: aliases.map((list) => new Set(list)),
    circuits: aliases.map((list) => new Map(list.map((alias) => [alias, down]))),
    waitsMs: aliases.map((list) => new Map(list.map((alias) => [alias, 100]))),
    qualities: fc
      .array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 })
      .map((list) => new Map(list.map((quality, index) => [`m${index}`, quality]))),
    cloudCallsLeft: fc.constantFrom(undefined, 0, 3),
    defaultModel: fc.constantFrom(undefined, 'm2'),
  })
  .map((parts): ModelSituation => ({ ...calm, ...parts }))

test('any choice is finite, without repetition, without what was asked, never up, and says of everybody else why not', () => {
  fc.assert(
    fc.property(anyNeed, anySituation, (wanted, situation) => {
      const { candidates, notAsked } = chooseModels(wanted, situation)

      const chosen = candidates.map(({ alias }) => alias)
      const inReach = situation.models.filter(({ tier, alias }) => tier <= wanted.tier && !situation.asked.has(alias))
      expect([...chosen, ...notAsked.map(({ alias }) => alias)].toSorted()).toEqual(
        inReach.map(({ alias }) => alias).toSorted(),
      )
      expect(notAsked.every(({ because }) => because !== '')).toBe(true)
      expect(candidates.every(({ prices, retiresOn }) => prices !== undefined && retiresOn !== '2026-11-01')).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('any choice keeps to its profile, to the level and to the calls left', () => {
  fc.assert(
    fc.property(anyNeed, anySituation, (wanted, situation) => {
      const { candidates, cloudReason } = chooseModels(wanted, situation)

      const paid = candidates.filter((candidate) => !isLocal(candidate))
      const { profile, level, budgetMode, cloudCallsLeft } = situation
      const mostPaid =
        profile === 'free' || profile === 'local-only' || cloudCallsLeft === 0
          ? 0
          : level === 'free-only'
            ? Number(budgetMode === 'cheapest')
            : Infinity
      const mostLocal = profile === 'free' || profile === 'cloud' ? 0 : Infinity
      expect(paid.length).toBeLessThanOrEqual(mostPaid)
      expect(candidates.length - paid.length).toBeLessThanOrEqual(mostLocal)
      expect(cloudReason !== undefined).toBe(profile === 'local-first' && paid.length > 0)
    }),
    { numRuns: 500 },
  )
})

test('a choice does not depend on the order of the catalogue', () => {
  fc.assert(
    fc.property(anyNeed, anySituation, (wanted, situation) => {
      const reversed = { ...situation, models: situation.models.toReversed() }

      expect(chooseModels(wanted, reversed)).toEqual(chooseModels(wanted, situation))
    }),
    { numRuns: 300 },
  )
})

test('among models that are equal otherwise, none is asked before a cheaper one', () => {
  const price = fc.nat({ max: 10_000_000 })
  fc.assert(
    fc.property(fc.array(fc.tuple(price, price), { minLength: 1, maxLength: 6 }), (prices) => {
      const models = prices.map(([input, output], index) => model(`m${index}`, 2, { input, output }))

      const costs = chooseModels(need, { ...calm, models }).candidates.map(({ prices: known }) => {
        const rates = known?.bands[0]?.rates
        return Math.ceil((1000 * (rates?.input ?? 0) + 300 * (rates?.output ?? 0)) / 1_000_000)
      })

      expect(costs).toEqual(costs.toSorted((a, b) => a - b))
    }),
  )
})
