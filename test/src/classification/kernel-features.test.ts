import { expect, test } from 'vitest'
import { createExpansion, expandedLength } from '../../../src/classification/kernel-features.ts'
import { seeded } from '../../random.ts'

function dot(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0)
}

test.each([1, 3, 384, 512])(
  'a vector of %i dimensions stays as it is, and its features have length 1',
  (dimensions) => {
    const vector = Float32Array.from({ length: dimensions }, (_, at) => 1 / (at + 1))
    const values = new Float32Array(expandedLength(dimensions))

    createExpansion(dimensions)(vector, values)

    const features = values.subarray(dimensions)
    expect(values.subarray(0, dimensions)).toEqual(vector)
    expect(dot(features, features)).toBeCloseTo(1, 5)
  },
)

test('the product of two messages’ features is about the Gaussian kernel of their distance, seed 20261128', () => {
  const chance = seeded(20_261_128)
  const expand = createExpansion(512)
  const unit = (near?: Float32Array): Float32Array => {
    const drawn = Float32Array.from({ length: 512 }, (_, at) => chance() - 0.5 + 20 * chance() * (near?.[at] ?? 0))
    const length = Math.sqrt(dot(drawn, drawn))
    return drawn.map((value) => value / length)
  }
  const featuresOf = (vector: Float32Array): Float32Array => {
    const values = new Float32Array(expandedLength(512))
    expand(vector, values)
    return values.subarray(512)
  }

  const misses = Array.from({ length: 200 }, (_, pair) => {
    const one = unit()
    const other = unit(pair % 2 === 0 ? one : undefined)
    const squaredDistance = 2 - 2 * dot(one, other)
    // Of sharpness s the kernel is exp(-s² d² / 2), Rahimi and Recht 2007, theorem 1; here s is 1.5.
    return dot(featuresOf(one), featuresOf(other)) - Math.exp((-(1.5 ** 2) * squaredDistance) / 2)
  })

  expect(Math.max(...misses.map(Math.abs))).toBeLessThan(0.15)
  expect(Math.abs(misses.reduce((sum, miss) => sum + miss, 0) / misses.length)).toBeLessThan(0.02)
})
