/*
 * Two loops in WebAssembly, four numbers at a time, over weights that stand feature by feature with those of all classes side
 * by side: one visit to a message then serves every class. In JavaScript, whose numbers go one at a time, they take several
 * times as long. Nothing is fused or reordered, so the sums are the same on every machine.
 * Numbers of instructions: https://webassembly.github.io/spec/core/binary/instructions.html (2026-11-28).
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

/** What is used of WebAssembly; the language's own types have it only together with those of a browser. */
interface WebAssembly {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer }
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
}

const pageBytes = 65_536

const [first, end, toValue, weights, sums, columnBytes] = [0, 1, 2, 3, 4, 5]
const [entry, weight, column, value] = [6, 7, 8, 9]
const block = [10, 11, 12, 13]

const get = (local: number): number[] => [0x20, local]
const set = (local: number): number[] => [0x21, local]
const add = [0x6a]
const addVectors = [0xfd, 0xe4, 0x01]
const multiplyVectors = [0xfd, 0xe6, 0x01]
const orVectors = [0xfd, 0x50]
const isAnyBitSet = [0xfd, 0x53]
const ifSo = [0x04, 0x40]
const endOfBlock = [0x0b]
const loadVector = (offset: number): number[] => [0xfd, 0x00, 2, offset]
const storeVector = (offset: number): number[] => [0xfd, 0x0b, 2, offset]
/** Up to 127. */
const constant = (number: number): number[] => [0x41, ...(number < 64 ? [number] : [number | 128, 0])]

/** `local += bytes`, and back to the start of the loop while it is below `limit`. */
function nextBelow(local: number, bytes: number, limit: number): number[] {
  return [...get(local), ...constant(bytes), ...add, 0x22, local, ...get(limit), 0x49, 0x0d, 0]
}

function loop(...body: readonly (readonly number[])[]): number[] {
  return [0x03, 0x40, ...body.flat(), ...endOfBlock]
}

const overLanes = (write: (local: number, offset: number) => readonly number[]): number[] =>
  block.flatMap((local, lane) => write(local, lane * 16))

/** Leaves where the entry's weights of this block stand in `weight`, and four copies of its value in `value`. */
const readEntry = [
  [...get(entry), 0x28, 2, 0, ...get(weights), ...add, ...get(column), ...add, ...set(weight)],
  [...get(entry), ...get(toValue), ...add, 0xfd, 0x09, 2, 0, ...set(value)],
].flat()
const sumsOfBlock = [...get(sums), ...get(column), ...add]
const loadSums = overLanes((local, offset) => [...sumsOfBlock, ...loadVector(offset), ...set(local)])
const toFirst = [...get(first), ...set(entry)]
const nextEntry = nextBelow(entry, 4, end)
const nextBlock = nextBelow(column, blockColumns * 4, columnBytes)

const multiplyCode = loop(
  loadSums,
  toFirst,
  loop(
    readEntry,
    overLanes((local, offset) =>
      [get(local), get(value), get(weight), loadVector(offset), multiplyVectors, addVectors, set(local)].flat(),
    ),
    nextEntry,
  ),
  overLanes((local, offset) => [...sumsOfBlock, ...get(local), ...storeVector(offset)]),
  nextBlock,
)

const spreadCode = loop(
  loadSums,
  // A block of zeros changes nothing.
  [...block.flatMap(get), ...orVectors, ...orVectors, ...orVectors, ...isAnyBitSet, ...ifSo],
  toFirst,
  loop(
    readEntry,
    overLanes((local, offset) =>
      [
        [get(weight), get(weight), loadVector(offset), get(value), get(local)],
        [multiplyVectors, addVectors, storeVector(offset)],
      ].flat(2),
    ),
    nextEntry,
  ),
  endOfBlock,
  nextBlock,
)

/** LEB128: seven bits a byte, the lowest first. */
function unsigned(number: number): number[] {
  return number < 128 ? [number] : [(number & 127) | 128, ...unsigned(number >>> 7)]
}

const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes]
const section = (id: number, items: readonly (readonly number[])[]): number[] => [
  id,
  ...sized([items.length, ...items.flat()]),
]
const text = (word: string): number[] => sized([...new TextEncoder().encode(word)])

/** Both functions take six whole numbers; three more and five vectors are their own. */
function moduleBytes(): Uint8Array {
  const body = (code: readonly number[]): number[] => sized([2, 3, 0x7f, 5, 0x7b, ...code, ...endOfBlock])
  const magicAndVersion = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  return Uint8Array.from([
    ...magicAndVersion,
    ...section(1, [[0x60, 6, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0]]),
    ...section(2, [[...text('kernel'), ...text('memory'), 2, 0, 1]]),
    ...section(3, [[0], [0]]),
    ...section(7, [
      [...text('multiply'), 0, 0],
      [...text('spread'), 0, 1],
    ]),
    ...section(10, [body(multiplyCode), body(spreadCode)]),
  ])
}

/** Compiles the loops over a memory of at least so many bytes, all 0, which never grows. */
export function createWeightKernel(bytes: number): WeightKernel {
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssembly }
  const memory = new WebAssembly.Memory({ initial: Math.max(1, Math.ceil(bytes / pageBytes)) })
  const instance = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes()), { kernel: { memory } })
  // The cast is the border to the module above, which has these two functions.
  const { multiply, spread } = instance.exports as { multiply: Loop; spread: Loop }
  return { buffer: memory.buffer, multiply, spread }
}
