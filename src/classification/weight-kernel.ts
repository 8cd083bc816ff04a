import * as wasm from '../core/assembly.ts'

/*
 * Two loops in WebAssembly, four numbers at a time, over weights that stand feature by feature with those of all classes side
 * by side: one visit to a message then serves every class. In JavaScript, whose numbers go one at a time, they take several
 * times as long. Nothing is fused or reordered, so the sums are the same on every machine.
 */

/** Columns are handled in blocks of so many; a feature has a multiple of it. */
export const blockColumns = 16

/**
 * Takes the entries whose place of weights stands at the bytes from `first` to below `end`, at least one, and whose values
 * stand `toValue` bytes further on. A place is the byte of the feature's first weight after `weights`.
 */
type Loop = (
  ...bytes: readonly [first: number, end: number, toValue: number, weights: number, sums: number, columnBytes: number]
) => void

/** The loops over one memory. */
export interface WeightKernel {
  readonly buffer: ArrayBuffer
  /** Adds value times weight to the sum of each column. */
  readonly multiply: Loop
  /** Adds value times the number of each column, given in place of the sums, to the weight. */
  readonly spread: Loop
}

/** The vectors of a block: their local, and their byte within it. */
type Block = readonly (readonly [vector: wasm.Local, offset: number])[]

/** What both loops do for each block: reads its sums, then `pass` makes the statements around the run over the entries. */
function overBlocks(
  name: string,
  parts: {
    /** For an entry: the address of its weights of this block, and four copies of its value. */
    readonly visit: (block: Block, weight: wasm.Bytes, value: wasm.Bytes) => readonly wasm.Bytes[]
    readonly pass: (run: readonly wasm.Bytes[], block: Block, sums: wasm.Bytes) => readonly wasm.Bytes[]
  },
): wasm.AssembledFunction {
  const whole = 'i32'
  const parameters = {
    first: whole,
    end: whole,
    toValue: whole,
    weights: whole,
    sums: whole,
    columnBytes: whole,
  } as const
  return wasm.assembleFunction(name, parameters, ({ first, end, toValue, weights, sums, columnBytes }, local) => {
    const [column, entry, weight, value] = [local('i32'), local('i32'), local('i32'), local('v128')]
    const block = Array.from({ length: blockColumns / 4 }, (_, index) => [local('v128'), index * 16] as const)
    const sumsOfBlock = wasm.plus(sums.get, column.get)
    const run = [
      entry.set(first.get),
      wasm.repeatWhile(wasm.isBelow(entry.get, end.get), [
        weight.set(wasm.plus(wasm.plus(wasm.wholeAt(entry.get), weights.get), column.get)),
        value.set(wasm.splatAt(wasm.plus(entry.get, toValue.get))),
        ...parts.visit(block, weight.get, value.get),
        entry.advance(wasm.whole(4)),
      ]),
    ]
    const body = [
      ...block.map(([vector, offset]) => vector.set(wasm.vectorAt(sumsOfBlock, offset))),
      ...parts.pass(run, block, sumsOfBlock),
      column.advance(wasm.whole(blockColumns * 4)),
    ]
    return [wasm.repeatWhile(wasm.isBelow(column.get, columnBytes.get), body)]
  })
}

const multiply = overBlocks('multiply', {
  visit: (block, weight, value) =>
    block.map(([sum, offset]) =>
      sum.set(wasm.addVectors(sum.get, wasm.timesVectors(value, wasm.vectorAt(weight, offset)))),
    ),
  pass: (run, block, sums) => [...run, ...block.map(([sum, offset]) => wasm.storeVector(sums, sum.get, offset))],
})

const spread = overBlocks('spread', {
  visit: (block, weight, value) =>
    block.map(([factor, offset]) => {
      const added = wasm.timesVectors(value, factor.get)
      return wasm.storeVector(weight, wasm.addVectors(wasm.vectorAt(weight, offset), added), offset)
    }),
  // A block of zeros changes nothing.
  pass: (run, block) => [wasm.when(wasm.isAnyBitSet(block.map(([factor]) => factor.get).reduce(wasm.orVectors)), run)],
})

/** Compiles the loops over a memory of at least so many bytes, all 0, which never grows. */
export function createWeightKernel(bytes: number): WeightKernel {
  const memory = wasm.makeMemory(bytes)
  // The cast is the border to the module, which has these two functions.
  const loops = wasm.instantiate([multiply, spread], memory) as { multiply: Loop; spread: Loop }
  return { buffer: memory.buffer, multiply: loops.multiply, spread: loops.spread }
}
