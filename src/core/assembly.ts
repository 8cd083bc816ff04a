/*
 * A WebAssembly module, written instruction by instruction: what kernels unrolled for their shapes need, and no more.
 * Numbers of instructions: https://webassembly.github.io/spec/core/binary/instructions.html (2026-11-28).
 */

/** What a kernel works on. */
export interface Memory {
  readonly buffer: ArrayBuffer
}

/** What is used of WebAssembly; the language's own types have it only together with those of a browser. */
interface WebAssembly {
  readonly Memory: new (size: { readonly initial: number }) => Memory
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (
    module: object,
    imports: { readonly memory: { readonly memory: Memory } },
  ) => { readonly exports: unknown }
}

const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssembly }
const pageBytes = 65_536

/** A memory of at least so many bytes, all 0, which never grows: whatever looks into it stays right. */
export function makeMemory(bytes: number): Memory {
  return new WebAssembly.Memory({ initial: Math.max(1, Math.ceil(bytes / pageBytes)) })
}

/** The functions, ready to be called by their names, at work on `memory`. */
export function instantiate(functions: readonly AssembledFunction[], memory: Memory): unknown {
  return new WebAssembly.Instance(new WebAssembly.Module(assemble(functions)), { memory: { memory } }).exports
}

const kinds = { i32: 0x7f, f32: 0x7d, v128: 0x7b } as const
type Kind = keyof typeof kinds

/** Instructions: those of an expression leave its value on the stack, those of a statement nothing. */
export type Bytes = readonly number[]

/** A parameter or local of a function. */
export interface Local {
  readonly get: Bytes
  set(value: Bytes): Bytes
  /** `local += amount` */
  advance(amount: Bytes): Bytes
}

/** One function of the module. It takes whole numbers and floats, and gives nothing back. */
export interface AssembledFunction {
  readonly name: string
  readonly parameters: readonly Kind[]
  readonly locals: readonly Kind[]
  readonly code: Bytes
}

/** Writes a function: `write` gets the parameters, and something that makes a further local. */
export function assembleFunction<Name extends string>(
  name: string,
  parameters: Readonly<Record<Name, Kind>>,
  write: (parameters: Readonly<Record<Name, Local>>, local: (kind: Kind) => Local) => readonly Bytes[],
): AssembledFunction {
  const given = Object.entries<Kind>(parameters)
  const locals: Kind[] = []
  const local = (kind: Kind): Local => localOf(given.length + locals.push(kind) - 1)
  const named = Object.fromEntries(given.map(([key], index) => [key, localOf(index)])) as Record<Name, Local>
  const code = write(named, local).flat()
  return { name, parameters: given.map(([, kind]) => kind), locals, code }
}

function localOf(index: number): Local {
  const get = [0x20, ...unsigned(index)]
  const set = (value: Bytes): Bytes => [...value, 0x21, ...unsigned(index)]
  return { get, set, advance: (amount) => set(plus(get, amount)) }
}

export const whole = (value: number): Bytes => [0x41, ...signed(value)]
export const plus = (one: Bytes, other: Bytes): Bytes => [...one, ...other, 0x6a]
export const minus = (one: Bytes, other: Bytes): Bytes => [...one, ...other, 0x6b]
export const times = (one: Bytes, other: Bytes): Bytes => [...one, ...other, 0x6c]
export const dividedBy = (one: Bytes, other: Bytes): Bytes => [...one, ...other, 0x6e]
export const isEqual = (one: Bytes, other: Bytes): Bytes => [...one, ...other, 0x46]
export const isBelow = (one: Bytes, other: Bytes): Bytes => [...one, ...other, 0x49]

export const wholeAt = (address: Bytes, offset = 0): Bytes => [...address, 0x28, 2, ...unsigned(offset)]
export const vectorAt = (address: Bytes, offset = 0): Bytes => [...address, 0xfd, 0, 2, ...unsigned(offset)]
/** Four copies of the float at the address. */
export const splatAt = (address: Bytes, offset = 0): Bytes => [...address, 0xfd, 9, 2, ...unsigned(offset)]
export const splat = (float: Bytes): Bytes => [...float, 0xfd, 0x13]
export const zeroVector: Bytes = [0xfd, 12, ...Array.from({ length: 16 }, () => 0)]
export const addVectors = (one: Bytes, other: Bytes): Bytes => [...one, ...other, 0xfd, 0xe4, 0x01]
export const timesVectors = (one: Bytes, other: Bytes): Bytes => [...one, ...other, 0xfd, 0xe6, 0x01]
export const largerOf = (one: Bytes, other: Bytes): Bytes => [...one, ...other, 0xfd, 0xe9, 0x01]
export const orVectors = (one: Bytes, other: Bytes): Bytes => [...one, ...other, 0xfd, 0x50]
export const isAnyBitSet = (vector: Bytes): Bytes => [...vector, 0xfd, 0x53]
/** The bytes of both, in turn: the first eight of each, or the last eight. */
export const interleaveLow = (one: Bytes, other: Bytes): Bytes => [...one, ...other, 0xfd, 13, ...inTurn(0)]
export const interleaveHigh = (one: Bytes, other: Bytes): Bytes => [...one, ...other, 0xfd, 13, ...inTurn(8)]
/** Eight signed numbers of 16 bits from the first or the last eight bytes. */
export const widenLow = (bytes: Bytes): Bytes => [...bytes, 0xfd, 0x87, 0x01]
export const widenHigh = (bytes: Bytes): Bytes => [...bytes, 0xfd, 0x88, 0x01]
/** Products of 16 signed bits each, every two neighbours added up: four numbers of 32 bits. */
export const timesNeighbours = (one: Bytes, other: Bytes): Bytes => [...one, ...other, 0xfd, 0xba, 0x01]
export const addWholes = (one: Bytes, other: Bytes): Bytes => [...one, ...other, 0xfd, 0xae, 0x01]
export const lane = (vector: Bytes, index: number): Bytes => [...vector, 0xfd, 0x1f, index]
export const addFloats = (one: Bytes, other: Bytes): Bytes => [...one, ...other, 0x92]

function inTurn(first: number): Bytes {
  return Array.from({ length: 16 }, (_, index) => first + (index >> 1) + (index & 1) * 16)
}

export function storeVector(address: Bytes, value: Bytes, offset = 0): Bytes {
  return [...address, ...value, 0xfd, 11, 2, ...unsigned(offset)]
}

export function storeFloat(address: Bytes, value: Bytes): Bytes {
  return [...address, ...value, 0x38, 2, 0]
}

/** Does the body once, and again as long as the condition holds after it. */
export function repeatWhile(condition: Bytes, body: readonly Bytes[]): Bytes {
  return [0x03, 0x40, ...body.flat(), ...condition, 0x0d, 0, 0x0b]
}

export function when(condition: Bytes, body: readonly Bytes[]): Bytes {
  return [...condition, 0x04, 0x40, ...body.flat(), 0x0b]
}

/** Calls the function at that place in the module. */
export function call(index: number, ...values: readonly Bytes[]): Bytes {
  return [...values.flat(), 0x10, ...unsigned(index)]
}

/** The module's bytes. */
function assemble(functions: readonly AssembledFunction[]): Uint8Array<ArrayBuffer> {
  const counted = (items: readonly Bytes[]): number[] => [...unsigned(items.length), ...items.flat()]
  const text = (value: string): number[] => sized([...Buffer.from(value)])
  const section = (id: number, items: readonly Bytes[]): number[] => [id, ...sized(counted(items))]
  const types = functions.map(({ parameters }) => [0x60, ...counted(parameters.map((kind) => [kinds[kind]])), 0])
  const bodies = functions.map(({ locals, code }) =>
    sized([...counted(locals.map((kind) => [1, kinds[kind]])), ...code, 0x0b]),
  )
  const magicAndVersion = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  return Uint8Array.from([
    ...magicAndVersion,
    ...section(1, types),
    ...section(2, [[...text('memory'), ...text('memory'), 2, 0, 1]]),
    ...section(
      3,
      functions.map((_, index) => unsigned(index)),
    ),
    ...section(
      7,
      functions.map(({ name }, index) => [...text(name), 0, ...unsigned(index)]),
    ),
    ...section(10, bodies),
  ])
}

function sized(bytes: Bytes): number[] {
  return [...unsigned(bytes.length), ...bytes]
}

/** LEB128: seven bits a byte, the lowest first. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)]
}

function signed(value: number): number[] {
  const isLast = value >= -64 && value < 64
  return isLast ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)]
}
