import { createKernel, type Kernel, sparsePanelColumns } from './sentence-kernel.ts'
import type { PackagedNetwork } from './sentence-package.ts'
import {
  Layout,
  type Layer,
  type Matrix,
  type Norm,
  pieceSize,
  placeWeights,
  rowSize,
  type Weights,
  wideSize,
} from './sentence-weights.ts'

/** What a message has beyond these tokens is not read: the network is trained so. */
const mostTokens = 128
/** Tokens, and messages, that go through the network together. */
const passSize = 256
const heads = 4
/** Keeps a root away from 0. */
const epsilon = { norm: Math.fround(1e-6), length: Math.fround(1e-12) }

/** Room for the numbers on their way, one row for each token: addresses in bytes. */
interface Room {
  readonly pieces: number
  readonly rows: number
  readonly normal: number
  /** Queries, keys and values; afterwards the wide rows. */
  readonly wide: number
  readonly attended: number
  readonly shares: number
  /** What is not 0 of the wide rows, and where each row's begins. */
  readonly lists: number
  readonly starts: number
  readonly results: number
}

/** One message on its way: its tokens' rows begin at `first`. */
interface Span {
  readonly first: number
  readonly count: number
}

/**
 * Universal Sentence Encoder lite (https://arxiv.org/abs/1803.11175, in the form of the package's graph): two transformer
 * layers over the pieces of a message, their mean, and a last layer. Messages go through together, each token as one row, so a
 * matrix is read once for all of them; a vector is the same to the bit whatever it travels with.
 */
export class SentenceNetwork {
  private readonly weights: Weights
  private readonly room: Room
  private readonly floats: Float32Array
  private readonly wholes: Int32Array
  private readonly kernel: Kernel

  /** @throws EncoderError when the package holds other numbers */
  constructor(packaged: PackagedNetwork) {
    const layout = new Layout()
    this.weights = placeWeights(layout, packaged)
    this.room = makeRoom(layout)
    const memory = layout.makeMemory()
    this.floats = new Float32Array(memory.buffer)
    this.wholes = new Int32Array(memory.buffer)
    this.kernel = createKernel(memory)
  }

  /** The vectors of messages given as tokens, one after another; tokens beyond `mostTokens` are left out. */
  encode(messages: readonly (readonly number[])[]): Float32Array<ArrayBuffer> {
    const vectors = new Float32Array(messages.length * rowSize)
    for (let first = 0; first < messages.length;) {
      let tokens = 0
      let next = first
      for (; next < messages.length && next - first < passSize; next += 1) {
        tokens += Math.min(messages[next]?.length ?? 0, mostTokens)
        if (tokens > passSize) break
      }
      vectors.set(this.pass(messages.slice(first, next)), first * rowSize)
      first = next
    }
    return vectors
  }

  private pass(messages: readonly (readonly number[])[]): Float32Array {
    const spans: Span[] = []
    let count = 0
    for (const message of messages) {
      const tokens = message.slice(0, mostTokens)
      for (const [position, token] of tokens.entries()) this.begin(count + position, { token, position })
      spans.push({ first: count, count: tokens.length })
      count += tokens.length
    }
    const { pieces, rows } = this.room
    const [first, second] = this.weights.layers
    if (count > 0) {
      this.product(this.weights.lengthening, { count, input: pieces, output: rows })
      this.attend(first, pieces, spans)
      this.widen(first, count)
      this.narrow(first.narrowing, count)
      this.attend(second, rows, spans)
      this.widen(second, count)
    }
    return this.finish(spans)
  }

  /** A token's row: twice its piece's numbers, and where it stands in the text as sines and cosines. */
  private begin(row: number, { token, position }: { readonly token: number; readonly position: number }): void {
    const { floats } = this
    const target = this.room.pieces / 4 + row * pieceSize
    const piece = this.weights.embeddings / 4 + token * pieceSize
    const half = pieceSize / 2
    for (let index = 0; index < half; index += 1) {
      const angle = Math.fround(position * (floats[this.weights.angles / 4 + index] ?? 0))
      floats[target + index] = 2 * (floats[piece + index] ?? 0) + Math.sin(angle)
      floats[target + half + index] = 2 * (floats[piece + half + index] ?? 0) + Math.cos(angle)
    }
  }

  private attend(layer: Layer, input: number, spans: readonly Span[]): void {
    const { normal, wide, attended, rows } = this.room
    const count = spans.reduce((sum, span) => sum + span.count, 0)
    this.normalise(layer.norm, { count, input })
    this.product(layer.attention, { count, input: normal, output: wide })
    for (const span of spans) for (let head = 0; head < heads; head += 1) this.attendHead(layer, span, head)
    this.product(layer.attended, { count, input: attended, output: rows, isAdded: true })
  }

  /** Each token's mixture of all values of its message, by how well its query fits their keys. */
  private attendHead(layer: Layer, span: Span, head: number): void {
    const size = layer.attended.rows * 4
    const [stride, headSize] = [3 * size, size / heads]
    const start = this.room.wide + span.first * stride + head * headSize
    const { shares } = this.room
    const end = shares + span.count * 4
    for (let token = 0; token < span.count; token += 1) {
      this.kernel.dots(start + token * stride, start + size, stride, headSize, shares, end)
      this.toShares(span.count, 1 / Math.sqrt(headSize / 4))
      const output = this.room.attended + (span.first + token) * size + head * headSize
      this.kernel.mix(shares, end, start + 2 * size, stride, output, output + headSize)
    }
  }

  private toShares(count: number, scale: number): void {
    const { floats } = this
    const start = this.room.shares / 4
    const end = start + count
    let largest = -Infinity
    for (let index = start; index < end; index += 1) largest = Math.max(largest, floats[index] ?? 0)
    let sum = 0
    for (let index = start; index < end; index += 1) {
      const share = Math.exp(((floats[index] ?? 0) - largest) * scale)
      floats[index] = share
      sum += share
    }
    for (let index = start; index < end; index += 1) floats[index] = (floats[index] ?? 0) / sum
  }

  private widen(layer: Layer, count: number): void {
    this.normalise(layer.wideNorm, { count, input: this.room.rows })
    this.product(layer.widening, { count, input: this.room.normal, output: this.room.wide, least: 0 })
  }

  /** Of a token's wide row, more than nine in ten numbers are 0. */
  private narrow(matrix: Matrix, count: number): void {
    const { floats, wholes } = this
    const { wide, lists, starts, rows } = this.room
    let end = lists / 4
    for (let row = 0; row < count; row += 1) {
      wholes[starts / 4 + row] = end * 4
      const from = wide / 4 + row * wideSize
      for (let index = 0; index < wideSize; index += 1) {
        const value = floats[from + index] ?? 0
        if (value === 0) continue
        wholes[end] = index * sparsePanelColumns * 4
        floats[end + 1] = value
        end += 2
      }
    }
    const endOfStarts = starts + count * 4
    wholes[endOfStarts / 4] = end * 4
    const { weights, bias, columns } = matrix
    const panelBytes = matrix.rows * sparsePanelColumns * 4
    this.kernel.sparseProduct(starts, endOfStarts, weights, panelBytes, bias, rows, columns * 4)
  }

  private normalise(norm: Norm, { count, input }: { readonly count: number; readonly input: number }): void {
    const { floats } = this
    const { size } = norm
    for (let row = 0; row < count; row += 1) {
      const from = input / 4 + row * size
      const to = this.room.normal / 4 + row * size
      let sum = 0
      for (let index = 0; index < size; index += 1) sum += floats[from + index] ?? 0
      const mean = sum / size
      let squares = 0
      for (let index = 0; index < size; index += 1) squares += ((floats[from + index] ?? 0) - mean) ** 2
      const factor = 1 / Math.sqrt(squares / size + epsilon.norm)
      for (let index = 0; index < size; index += 1) {
        const value = ((floats[from + index] ?? 0) - mean) * factor
        floats[to + index] = value * (floats[norm.scale / 4 + index] ?? 0) + (floats[norm.shift / 4 + index] ?? 0)
      }
    }
  }

  /** The second layer's last product is linear, as the mean is: the mean goes first, so that only one row a message is left. */
  private finish(spans: readonly Span[]): Float32Array {
    const { rows, wide, normal, attended, results } = this.room
    for (const [index, span] of spans.entries()) {
      this.average(span, { input: wide, size: wideSize, output: normal + index * wideSize * 4 })
      this.average(span, { input: rows, size: rowSize, output: attended + index * rowSize * 4 })
    }
    const count = spans.length
    const { layers, last } = this.weights
    this.product(layers[1].narrowing, { count, input: normal, output: attended, isAdded: true })
    // A message without tokens has a mean of 0, not the bias alone.
    for (const [index, span] of spans.entries()) {
      const start = attended / 4 + index * rowSize
      if (span.count === 0) this.floats.fill(0, start, start + rowSize)
    }
    this.product(last, { count, input: attended, output: results })
    const vectors = this.floats.subarray(results / 4, results / 4 + count * rowSize)
    for (let index = 0; index < count; index += 1) bend(vectors.subarray(index * rowSize, (index + 1) * rowSize))
    return vectors
  }

  private average(
    span: Span,
    { input, size, output }: { readonly input: number; readonly size: number; readonly output: number },
  ): void {
    const { floats } = this
    const start = input / 4 + span.first * size
    for (let index = 0; index < size; index += 1) {
      let sum = 0
      for (let row = 0; row < span.count; row += 1) sum += floats[start + row * size + index] ?? 0
      floats[output / 4 + index] = sum / Math.max(1, span.count)
    }
  }

  private product(
    matrix: Matrix,
    {
      count,
      input,
      output,
      isAdded = false,
      least = -Infinity,
    }: {
      readonly count: number
      readonly input: number
      readonly output: number
      readonly isAdded?: boolean
      readonly least?: number
    },
  ): void {
    const { weights, bias, rows, columns } = matrix
    this.kernel.product(count, input, rows * 4, weights, bias, output, columns * 4, Number(isAdded), least)
  }
}

function makeRoom(layout: Layout): Room {
  return {
    pieces: layout.take(passSize * pieceSize),
    rows: layout.take(passSize * rowSize),
    normal: layout.take(passSize * wideSize),
    wide: layout.take(passSize * wideSize),
    attended: layout.take(passSize * rowSize),
    shares: layout.take(mostTokens),
    lists: layout.take(passSize * wideSize * 2),
    starts: layout.take(passSize + 1),
    results: layout.take(passSize * rowSize),
  }
}

/** Hyperbolic tangent of each number, then length 1. */
function bend(vector: Float32Array): void {
  let squares = 0
  for (const [index, value] of vector.entries()) {
    vector[index] = Math.tanh(value)
    squares += (vector[index] ?? 0) ** 2
  }
  const length = Math.sqrt(Math.max(squares, epsilon.length))
  for (const [index, value] of vector.entries()) vector[index] = value / length
}
