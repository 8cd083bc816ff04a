import { type AssembledFunction, Code, instantiate, type Kind, type Local, type Memory } from './assembly.ts'

/** Columns of a matrix that lie together: row by row, so that the product reads them in one go. */
export const panelColumns = 8
const panelBytes = panelColumns * 4
/** Rows whose sums are in registers at the same time. */
const mostRows = 4
/** Steps along a row that are written out. */
const unrolled = 4

/** Addresses are in bytes; vectors and rows are multiples of four floats. */
export interface Kernel {
  /**
   * `output = max(least, input · weights + bias (+ output))` for `rows` rows. Each sum runs along the row in order, so it is the
   * same number for one row as for a thousand.
   */
  product(...places: readonly number[]): void
  /** `output[n] = query · keys[n]`: arguments query, keys, strideBytes, sizeBytes, output, endOfOutput. */
  dots(query: number, keys: number, strideBytes: number, sizeBytes: number, output: number, endOfOutput: number): void
  /** `output = Σ weights[n] * values[n]`: arguments weights, endOfWeights, values, strideBytes, output, endOfOutput. */
  mix(
    weights: number,
    endOfWeights: number,
    values: number,
    strideBytes: number,
    output: number,
    endOfOutput: number,
  ): void
}

/** Fixed SIMD instructions only: every machine rounds alike. */
export function createKernel(memory: Memory): Kernel {
  const blocks = Array.from({ length: mostRows }, (_, index) => productBlock(index + 1))
  return instantiate([...blocks, product(), dots(), mix()], memory) as Kernel // what is written below
}

/** One panel for `rows` rows: input, strideBytes of input, weights, bias, output, strideBytes of output, isAdded, least. */
function productBlock(rows: number): AssembledFunction {
  const parameters: Kind[] = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'f32']
  const code = new Code(parameters)
  const [input, stride, weights, bias, output, outputStride, isAdded, least] = parameters.map((_, index) =>
    code.parameter(index),
  ) as [Local, Local, Local, Local, Local, Local, Local, Local]
  const inputs = Array.from({ length: rows }, () => code.local('i32'))
  const sums = Array.from({ length: rows }, () => [code.local('v128'), code.local('v128')] as const)
  const pair = [code.local('v128'), code.local('v128')] as const
  const value = code.local('v128')
  const end = code.local('i32')

  code.get(input).get(stride).plus().set(end)
  for (const [row, place] of inputs.entries()) code.get(input).get(stride).whole(row).times().plus().set(place)
  code.until(inputs[0] as Local, end, () => {
    for (let step = 0; step < unrolled; step += 1) {
      for (const half of [0, 1] as const)
        code
          .get(weights)
          .loadVector(step * panelBytes + half * 16)
          .set(pair[half])
      for (const [row, place] of inputs.entries()) {
        code
          .get(place)
          .loadSplat(step * 4)
          .set(value)
        for (const half of [0, 1] as const) {
          const sum = sums[row]?.[half] as Local
          code.get(sum).get(value).get(pair[half]).timesVectors().addVectors().set(sum)
        }
      }
    }
    for (const place of inputs) code.advance(place, unrolled * 4)
    code.advance(weights, unrolled * panelBytes)
  })
  finishSums({ code, sums, pair, bias, output, outputStride, isAdded, least })
  return { name: `product${rows}`, parameters, code }
}

interface Finish {
  readonly code: Code
  readonly sums: readonly (readonly [Local, Local])[]
  readonly pair: readonly [Local, Local]
  readonly bias: Local
  readonly output: Local
  readonly outputStride: Local
  readonly isAdded: Local
  readonly least: Local
}

/** Adds the bias, and what stands in the output when it is asked for, and writes each sum where it belongs. */
function finishSums({ code, sums, pair, bias, output, outputStride, isAdded, least }: Finish): void {
  for (const half of [0, 1] as const)
    code
      .get(bias)
      .loadVector(half * 16)
      .set(pair[half])
  for (const both of sums) {
    for (const half of [0, 1] as const) {
      code.get(both[half]).get(pair[half]).addVectors().set(both[half])
      code.get(isAdded).when(() =>
        code
          .get(both[half])
          .get(output)
          .loadVector(half * 16)
          .addVectors()
          .set(both[half]),
      )
      code
        .get(output)
        .get(both[half])
        .get(least)
        .splat()
        .maximum()
        .storeVector(half * 16)
    }
    code.advance(output, outputStride, true)
  }
}

/** All panels, each for all rows, so that the weights are read from memory once. */
function product(): AssembledFunction {
  const parameters: Kind[] = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'f32']
  const code = new Code(parameters)
  const [rows, input, stride, weights, bias, output, outputStride, isAdded, least] = parameters.map((_, index) =>
    code.parameter(index),
  ) as [Local, Local, Local, Local, Local, Local, Local, Local, Local]
  const [endOfPanels, row, taken, blocksLeft, place, target] = Array.from({ length: 6 }, () => code.local('i32')) as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ]

  code.get(bias).get(outputStride).plus().set(endOfPanels)
  code.until(bias, endOfPanels, () => {
    code.whole(0).set(row).get(input).set(place).get(output).set(target)
    // Blocks of nearly the same size: a last one of a single row would use the registers badly.
    code
      .get(rows)
      .whole(mostRows - 1)
      .plus()
      .whole(mostRows)
      .dividedBy()
      .set(blocksLeft)
    code.until(row, rows, () => {
      code.get(rows).get(row).minus().get(blocksLeft).dividedBy().set(taken)
      for (let count = 1; count <= mostRows; count += 1) {
        code.get(taken).whole(count).isEqual()
        code.when(() => {
          for (const local of [place, stride, weights, bias, target, outputStride, isAdded, least]) code.get(local)
          code.call(count - 1)
        })
      }
      code.advance(row, taken, true).advance(blocksLeft, -1)
      code.get(place).get(stride).get(taken).times().plus().set(place)
      code.get(target).get(outputStride).get(taken).times().plus().set(target)
    })
    code.get(weights).get(stride).whole(panelColumns).times().plus().set(weights)
    code.advance(bias, panelBytes).advance(output, panelBytes)
  })
  return { name: 'product', parameters, code }
}

function dots(): AssembledFunction {
  const parameters: Kind[] = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32']
  const code = new Code(parameters)
  const [query, keys, stride, size, output, endOfOutput] = parameters.map((_, index) => code.parameter(index)) as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ]
  const [place, key, end] = [code.local('i32'), code.local('i32'), code.local('i32')]
  const sums = [code.local('v128'), code.local('v128')] as const
  code.get(query).get(size).plus().set(end)
  code.until(output, endOfOutput, () => {
    code.get(query).set(place).get(keys).set(key)
    for (const sum of sums) code.zeroVector().set(sum)
    code.until(place, end, () => {
      for (const [index, sum] of sums.entries()) {
        code
          .get(sum)
          .get(place)
          .loadVector(index * 16)
          .get(key)
          .loadVector(index * 16)
          .timesVectors()
          .addVectors()
          .set(sum)
      }
      code.advance(place, 32).advance(key, 32)
    })
    code.get(sums[0]).get(sums[1]).addVectors().set(sums[0]).get(output)
    for (const lane of [0, 1, 2, 3]) code.get(sums[0]).lane(lane)
    code.addFloats().addFloats().addFloats().storeFloat()
    code.advance(output, 4).advance(keys, stride, true)
  })
  return { name: 'dots', parameters, code }
}

function mix(): AssembledFunction {
  const parameters: Kind[] = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32']
  const code = new Code(parameters)
  const [weights, endOfWeights, values, stride, output, endOfOutput] = parameters.map((_, index) =>
    code.parameter(index),
  ) as [Local, Local, Local, Local, Local, Local]
  const [place, value] = [code.local('i32'), code.local('i32')]
  const sums = Array.from({ length: 4 }, () => code.local('v128'))
  code.until(output, endOfOutput, () => {
    code.get(weights).set(place).get(values).set(value)
    for (const sum of sums) code.zeroVector().set(sum)
    code.until(place, endOfWeights, () => {
      for (const [index, sum] of sums.entries()) {
        code
          .get(sum)
          .get(place)
          .loadSplat()
          .get(value)
          .loadVector(index * 16)
          .timesVectors()
          .addVectors()
          .set(sum)
      }
      code.advance(place, 4).advance(value, stride, true)
    })
    for (const [index, sum] of sums.entries())
      code
        .get(output)
        .get(sum)
        .storeVector(index * 16)
    code.advance(output, 64).advance(values, 64)
  })
  return { name: 'mix', parameters, code }
}
