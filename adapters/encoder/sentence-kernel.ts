import * as wasm from '../../src/core/assembly.ts'

/** Rows whose sums are in registers at the same time. */
const mostRows = 4
/** Vectors of four columns of a matrix that lie together, row by row, so that the product reads them in one go. */
const panelVectors = 2
export const panelColumns = 4 * panelVectors
const panelBytes = 4 * panelColumns
/** The same for a product with few numbers that are not 0: each has to be looked up. */
const sparseVectors = 8
export const sparsePanelColumns = 4 * sparseVectors
/** Steps along a row that are written out. */
const unrolled = 4
const vectorBytes = 16

/** Arguments of `product`, in this order. Addresses and strides in bytes; a row has a multiple of four floats. */
const productParameters = {
  input: 'i32',
  inputStride: 'i32',
  weights: 'i32',
  bias: 'i32',
  output: 'i32',
  outputStride: 'i32',
  isAdded: 'i32',
  least: 'f32',
} as const

/** Fixed SIMD instructions only: every machine rounds alike. */
export interface Kernel {
  /**
   * `output = max(least, input · weights + bias)`, and what stood in `output` when `isAdded`; at least one row. Each sum runs
   * along the row in order, so it is the same number for one row as for a thousand.
   */
  product(rows: number, ...places: readonly number[]): void
  /**
   * `output += input · weights + bias`, where the rows of `input` are nearly all zeros: given as lists of what is not, each a
   * number of bytes into a panel and a value. Arguments starts (of the lists, and the end of the last), endOfStarts, weights,
   * panelBytes, bias, output, outputStride.
   */
  sparseProduct(...places: readonly number[]): void
  /** `output[n] = query · keys[n]`: arguments query, keys, strideBytes, sizeBytes, output, endOfOutput. */
  dots(...places: readonly number[]): void
  /** `output = Σ weights[n] * values[n]`: arguments weights, endOfWeights, values, strideBytes, output, endOfOutput. */
  mix(...places: readonly number[]): void
}

export function createKernel(memory: wasm.Memory): Kernel {
  const blocks = Array.from({ length: mostRows }, (_, index) => productBlock(index + 1))
  return wasm.instantiate([...blocks, product(), sparseProduct(), dots(), mix()], memory) as Kernel // what is written below
}

/** One panel for so many rows. */
function productBlock(rows: number): wasm.AssembledFunction {
  return wasm.assembleFunction(`product${rows}`, productParameters, (given, local) => {
    const places = Array.from({ length: rows }, () => local('i32'))
    const sums = places.map(() => Array.from({ length: panelVectors }, () => local('v128')))
    const columns = Array.from({ length: panelVectors }, () => local('v128'))
    const [value, end] = [local('v128'), local('i32')]
    const firstPlace = places[0] ?? end

    const step = (index: number): wasm.Bytes[] => [
      ...columns.map((column, at) =>
        column.set(wasm.vectorAt(given.weights.get, index * panelBytes + at * vectorBytes)),
      ),
      ...places.flatMap((place, row) => [
        value.set(wasm.splatAt(place.get, index * 4)),
        ...columns.flatMap((column, at) => {
          const sum = sums[row]?.[at]
          return sum === undefined ? [] : [sum.set(wasm.addVectors(sum.get, wasm.timesVectors(value.get, column.get)))]
        }),
      ]),
    ]
    return [
      end.set(wasm.plus(given.input.get, given.inputStride.get)),
      ...places.map((place, row) =>
        place.set(wasm.plus(given.input.get, wasm.times(given.inputStride.get, wasm.whole(row)))),
      ),
      wasm.repeatWhile(wasm.isBelow(firstPlace.get, end.get), [
        ...Array.from({ length: unrolled }, (_, index) => step(index)).flat(),
        ...places.map((place) => place.advance(wasm.whole(unrolled * 4))),
        given.weights.advance(wasm.whole(unrolled * panelBytes)),
      ]),
      ...sums.flatMap((row) => [
        ...row.flatMap((sum, at) => finishSum({ sum, given, offset: at * vectorBytes })),
        given.output.advance(given.outputStride.get),
      ]),
    ]
  })
}

interface Finish {
  readonly sum: wasm.Local
  readonly given: Readonly<Record<keyof typeof productParameters, wasm.Local>>
  readonly offset: number
}

function finishSum({ sum, given, offset }: Finish): wasm.Bytes[] {
  const { bias, output, isAdded, least } = given
  return [
    sum.set(wasm.addVectors(sum.get, wasm.vectorAt(bias.get, offset))),
    wasm.when(isAdded.get, [sum.set(wasm.addVectors(sum.get, wasm.vectorAt(output.get, offset)))]),
    wasm.storeVector(output.get, wasm.largerOf(sum.get, wasm.splat(least.get)), offset),
  ]
}

/** All panels, each for all rows, so that the weights are read from memory once. */
function product(): wasm.AssembledFunction {
  return wasm.assembleFunction('product', { rows: 'i32', ...productParameters }, (given, local) => {
    const { rows, input, inputStride, weights, bias, output, outputStride, isAdded, least } = given
    const [endOfBias, row, taken, blocksLeft] = [local('i32'), local('i32'), local('i32'), local('i32')]
    const [from, to] = [local('i32'), local('i32')]
    const values = [from, inputStride, weights, bias, to, outputStride, isAdded, least].map(({ get }) => get)
    const block = [
      taken.set(wasm.dividedBy(wasm.minus(rows.get, row.get), blocksLeft.get)),
      ...Array.from({ length: mostRows }, (_, index) =>
        wasm.when(wasm.isEqual(taken.get, wasm.whole(index + 1)), [wasm.call(index, ...values)]),
      ),
      row.advance(taken.get),
      blocksLeft.advance(wasm.whole(-1)),
      from.advance(wasm.times(inputStride.get, taken.get)),
      to.advance(wasm.times(outputStride.get, taken.get)),
    ]
    return [
      endOfBias.set(wasm.plus(bias.get, outputStride.get)),
      wasm.repeatWhile(wasm.isBelow(bias.get, endOfBias.get), [
        row.set(wasm.whole(0)),
        from.set(input.get),
        to.set(output.get),
        // Blocks of nearly the same size: a last one of a single row would use the registers badly.
        blocksLeft.set(wasm.dividedBy(wasm.plus(rows.get, wasm.whole(mostRows - 1)), wasm.whole(mostRows))),
        wasm.repeatWhile(wasm.isBelow(row.get, rows.get), block),
        weights.advance(wasm.times(inputStride.get, wasm.whole(panelColumns))),
        bias.advance(wasm.whole(panelBytes)),
        output.advance(wasm.whole(panelBytes)),
      ]),
    ]
  })
}

function sparseProduct(): wasm.AssembledFunction {
  const parameters = {
    starts: 'i32',
    endOfStarts: 'i32',
    weights: 'i32',
    panelBytes: 'i32',
    bias: 'i32',
    output: 'i32',
    outputStride: 'i32',
  } as const
  return wasm.assembleFunction('sparseProduct', parameters, (given, local) => {
    const [endOfBias, row, to] = [local('i32'), local('i32'), local('i32')]
    const [item, end, place, value] = [local('i32'), local('i32'), local('i32'), local('v128')]
    const sums = Array.from({ length: sparseVectors }, () => local('v128'))
    const addItem = [
      place.set(wasm.plus(given.weights.get, wasm.wholeAt(item.get))),
      value.set(wasm.splatAt(item.get, 4)),
      ...sums.map((sum, at) =>
        sum.set(wasm.addVectors(sum.get, wasm.timesVectors(value.get, wasm.vectorAt(place.get, at * vectorBytes)))),
      ),
      item.advance(wasm.whole(8)),
    ]
    const addRow = [
      item.set(wasm.wholeAt(row.get)),
      end.set(wasm.wholeAt(row.get, 4)),
      ...sums.map((sum, at) =>
        sum.set(
          wasm.addVectors(wasm.vectorAt(to.get, at * vectorBytes), wasm.vectorAt(given.bias.get, at * vectorBytes)),
        ),
      ),
      wasm.when(wasm.isBelow(item.get, end.get), [wasm.repeatWhile(wasm.isBelow(item.get, end.get), addItem)]),
      ...sums.map((sum, at) => wasm.storeVector(to.get, sum.get, at * vectorBytes)),
      row.advance(wasm.whole(4)),
      to.advance(given.outputStride.get),
    ]
    return [
      endOfBias.set(wasm.plus(given.bias.get, given.outputStride.get)),
      wasm.repeatWhile(wasm.isBelow(given.bias.get, endOfBias.get), [
        row.set(given.starts.get),
        to.set(given.output.get),
        wasm.repeatWhile(wasm.isBelow(row.get, given.endOfStarts.get), addRow),
        given.weights.advance(given.panelBytes.get),
        ...[given.bias, given.output].map((local) => local.advance(wasm.whole(sparseVectors * vectorBytes))),
      ]),
    ]
  })
}

function dots(): wasm.AssembledFunction {
  const parameters = {
    query: 'i32',
    keys: 'i32',
    stride: 'i32',
    size: 'i32',
    output: 'i32',
    endOfOutput: 'i32',
  } as const
  return wasm.assembleFunction('dots', parameters, ({ query, keys, stride, size, output, endOfOutput }, local) => {
    const [place, key, end] = [local('i32'), local('i32'), local('i32')]
    const [even, odd] = [local('v128'), local('v128')]
    const add = (sum: wasm.Local, offset: number): wasm.Bytes =>
      sum.set(
        wasm.addVectors(sum.get, wasm.timesVectors(wasm.vectorAt(place.get, offset), wasm.vectorAt(key.get, offset))),
      )
    const half = (first: number): wasm.Bytes =>
      wasm.addFloats(wasm.lane(even.get, first), wasm.lane(even.get, first + 1))
    return [
      end.set(wasm.plus(query.get, size.get)),
      wasm.repeatWhile(wasm.isBelow(output.get, endOfOutput.get), [
        place.set(query.get),
        key.set(keys.get),
        even.set(wasm.zeroVector),
        odd.set(wasm.zeroVector),
        wasm.repeatWhile(wasm.isBelow(place.get, end.get), [
          add(even, 0),
          add(odd, vectorBytes),
          place.advance(wasm.whole(2 * vectorBytes)),
          key.advance(wasm.whole(2 * vectorBytes)),
        ]),
        even.set(wasm.addVectors(even.get, odd.get)),
        wasm.storeFloat(output.get, wasm.addFloats(half(0), half(2))),
        output.advance(wasm.whole(4)),
        keys.advance(stride.get),
      ]),
    ]
  })
}

function mix(): wasm.AssembledFunction {
  const parameters = {
    weights: 'i32',
    endOfWeights: 'i32',
    values: 'i32',
    stride: 'i32',
    output: 'i32',
    endOfOutput: 'i32',
  } as const
  return wasm.assembleFunction(
    'mix',
    parameters,
    ({ weights, endOfWeights, values, stride, output, endOfOutput }, local) => {
      const [place, value] = [local('i32'), local('i32')]
      const sums = Array.from({ length: 4 }, () => local('v128'))
      return [
        wasm.repeatWhile(wasm.isBelow(output.get, endOfOutput.get), [
          place.set(weights.get),
          value.set(values.get),
          ...sums.map((sum) => sum.set(wasm.zeroVector)),
          wasm.repeatWhile(wasm.isBelow(place.get, endOfWeights.get), [
            ...sums.map((sum, at) =>
              sum.set(
                wasm.addVectors(
                  sum.get,
                  wasm.timesVectors(wasm.splatAt(place.get), wasm.vectorAt(value.get, at * vectorBytes)),
                ),
              ),
            ),
            place.advance(wasm.whole(4)),
            value.advance(stride.get),
          ]),
          ...sums.map((sum, at) => wasm.storeVector(output.get, sum.get, at * vectorBytes)),
          output.advance(wasm.whole(sums.length * vectorBytes)),
          values.advance(wasm.whole(sums.length * vectorBytes)),
        ]),
      ]
    },
  )
}
