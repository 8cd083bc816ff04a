import { makeMemory, type Memory } from '../../src/core/assembly.ts'
import { panelColumns, sparsePanelColumns } from './sentence-kernel.ts'
import type { PackagedNetwork } from './sentence-package.ts'

/** A matrix in panels, and its bias: addresses in bytes. */
export interface Matrix {
  readonly weights: number
  readonly bias: number
  readonly rows: number
  readonly columns: number
}

/** Brings a row to mean 0 and variance 1, then scales and shifts each number: addresses in bytes. */
export interface Norm {
  readonly scale: number
  readonly shift: number
  readonly size: number
}

export interface Layer {
  readonly norm: Norm
  /** Queries, keys and values of all heads side by side. */
  readonly attention: Matrix
  readonly attended: Matrix
  readonly wideNorm: Norm
  readonly widening: Matrix
  readonly narrowing: Matrix
}

export interface Weights {
  readonly embeddings: number
  /** Angle of one step in the text, for each pair of sine and cosine. */
  readonly angles: number
  /** Makes a row of the first layer as long as those of the second. */
  readonly lengthening: Matrix
  readonly layers: readonly [Layer, Layer]
  readonly last: Matrix
}

type Numbers = Float32Array<ArrayBuffer>

/** Gives out places in a memory that is made when all are known. Addresses are multiples of 16 bytes. */
export class Layout {
  private endBytes = 0
  private readonly fills: ((memory: ArrayBuffer) => void)[] = []

  /** Room for so many floats, filled by `fill` once the memory is there. */
  take(count: number, fill?: (numbers: Numbers) => void): number {
    const start = this.endBytes
    this.endBytes = Math.ceil((start + count * 4) / 16) * 16
    if (fill !== undefined) this.fills.push((memory) => fill(new Float32Array(memory, start, count)))
    return start
  }

  makeMemory(): Memory {
    const memory = makeMemory(this.endBytes)
    for (const fill of this.fills.splice(0)) fill(memory.buffer)
    return memory
  }
}

export const pieceSize = 256
export const rowSize = 512
export const wideSize = 1536
const pieceCount = 8002

const encode = 'module_apply_default/Encoder_en/KonaTransformer/Encode'

/** Says where each part of the network will lie; the numbers are read when the memory is made. */
export function placeWeights(layout: Layout, packaged: PackagedNetwork): Weights {
  const source = new Source(layout, packaged)
  const dense = `${encode}/Layer_0/TransformerLayer/dense`
  const tanh = 'module/Encoder_en/hidden_layers/tanh_layer_0'
  return {
    embeddings: source.numbers('module/Embeddings_en', pieceCount * pieceSize),
    angles: source.numbers(
      `${encode}/TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1`,
      pieceSize / 2,
    ),
    lengthening: source.matrix({
      weights: `${dense}/kernel/ConcatPartitions/concat`,
      bias: `${dense}/bias/ConcatPartitions/concat`,
      rows: pieceSize,
      columns: rowSize,
    }),
    layers: [placeLayer(source, 0, pieceSize), placeLayer(source, 1, rowSize)],
    last: source.matrix({ weights: `${tanh}/weights`, bias: `${tanh}/bias`, rows: rowSize, columns: rowSize }),
  }
}

function placeLayer(source: Source, index: 0 | 1, size: number): Layer {
  const biases = `${encode}/Layer_${index}/TransformerLayer`
  const kernels = `module/Encoder_en/KonaTransformer/Encode/Layer_${index}/TransformerLayer/MultiheadAttention`
  const wide = `${encode}/TransformerStack/Layer_${index}/TransformerLayer/FFN`
  const attention = (name: string, columns: number): Matrix =>
    source.matrix({
      weights: `${kernels}/${name}/kernel/part_0`,
      bias: `${biases}/MultiheadAttention/${name}/bias/ConcatPartitions/concat`,
      rows: size,
      columns,
    })
  const feedForward = (name: string, sizes: Sizes): Matrix =>
    source.matrix({
      weights: `${wide}/${name}/Tensordot/Reshape_1`,
      bias: `${biases}/FFN/${name}/bias/ConcatPartitions/concat`,
      ...sizes,
    })
  return {
    norm: source.norm(`${biases}/layer_prepostprocess`, size),
    attention: attention('qkv_transform_single', 3 * size),
    attended: attention('output_transform_single', rowSize),
    wideNorm: source.norm(`${biases}/FFN/layer_prepostprocess`, rowSize),
    widening: feedForward('conv1', { rows: rowSize, columns: wideSize }),
    narrowing: feedForward('conv2', {
      rows: wideSize,
      columns: rowSize,
      inPanel: index === 0 ? sparsePanelColumns : panelColumns,
    }),
  }
}

/** Takes places in the layout for what will be read from the package. */
class Source {
  private readonly layout: Layout
  private readonly packaged: PackagedNetwork
  /** For one matrix at a time, as the package has it; the largest has as many numbers. */
  private readonly scratch = new Float32Array(rowSize * wideSize)

  constructor(layout: Layout, packaged: PackagedNetwork) {
    this.layout = layout
    this.packaged = packaged
  }

  numbers(name: string, count: number): number {
    return this.layout.take(count, (target) => this.packaged.read(name, target))
  }

  matrix({ weights, bias, rows, columns, inPanel = panelColumns }: Shape): Matrix {
    const place = this.layout.take(rows * columns, (target) => {
      const plain = this.scratch.subarray(0, rows * columns)
      this.packaged.read(weights, plain)
      toPanels({ plain, target, columns, inPanel })
    })
    return { weights: place, bias: this.numbers(bias, columns), rows, columns }
  }

  norm(name: string, size: number): Norm {
    return {
      scale: this.numbers(`${name}/layer_norm/layer_norm_scale/ConcatPartitions/concat`, size),
      shift: this.numbers(`${name}/layer_norm/layer_norm_bias/ConcatPartitions/concat`, size),
      size,
    }
  }
}

interface Sizes {
  readonly rows: number
  readonly columns: number
  /** Columns that lie together. */
  readonly inPanel?: number
}

interface Shape extends Sizes {
  /** Names of the numbers in the package. */
  readonly weights: string
  readonly bias: string
}

interface Laying {
  readonly plain: Float32Array
  readonly target: Float32Array
  readonly columns: number
  readonly inPanel: number
}

/** From rows to panels: so many columns of all rows, then the next ones. */
function toPanels({ plain, target, columns, inPanel }: Laying): void {
  const rows = plain.length / columns
  let place = 0
  for (let first = 0; first < columns; first += inPanel) {
    for (let row = 0; row < rows; row += 1) {
      const start = row * columns + first
      // Copied one by one: a part of an array would have to be made for every few numbers.
      for (let column = start; column < start + inPanel; column += 1) target[place++] = plain[column] ?? 0
    }
  }
}
