/*
 * A WebAssembly module, written instruction by instruction: what a kernel unrolled for several shapes needs, and no more.
 * Numbers of instructions: https://webassembly.github.io/spec/core/binary/instructions.html (2026-11-28).
 */

/** What the kernel works on. */
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
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) })
}

/** The functions, ready to be called by their names, at work on `memory`. */
export function instantiate(functions: readonly AssembledFunction[], memory: Memory): unknown {
  return new WebAssembly.Instance(new WebAssembly.Module(assemble(functions)), { memory: { memory } }).exports
}

/** A local of a function: its number. Parameters come first. */
export type Local = number & { readonly unit: 'local' }

const kinds = { i32: 0x7f, f32: 0x7d, v128: 0x7b } as const
export type Kind = keyof typeof kinds

/** One function of the module. Takes whole numbers and floats, gives nothing back. */
export interface AssembledFunction {
  readonly name: string
  readonly parameters: readonly Kind[]
  readonly code: Code
}

/** The instructions of one function, in the order they are added. */
export class Code {
  private readonly bytes: number[] = []
  private readonly locals: Kind[] = []
  private readonly parameters: number

  constructor(parameters: readonly Kind[]) {
    this.parameters = parameters.length
  }

  parameter(index: number): Local {
    return index as Local
  }

  local(kind: Kind): Local {
    this.locals.push(kind)
    return (this.parameters + this.locals.length - 1) as Local
  }

  get(local: Local): this {
    return this.add(0x20, ...unsigned(local))
  }

  set(local: Local): this {
    return this.add(0x21, ...unsigned(local))
  }

  whole(value: number): this {
    return this.add(0x41, ...signed(value))
  }

  plus(): this {
    return this.add(0x6a)
  }

  minus(): this {
    return this.add(0x6b)
  }

  times(): this {
    return this.add(0x6c)
  }

  dividedBy(): this {
    return this.add(0x6e)
  }

  /** `local += amount`, in bytes as a rule. */
  advance(local: Local, amount: number | Local, isLocal = false): this {
    this.get(local)
    if (isLocal) this.get(amount as Local)
    else this.whole(amount)
    return this.plus().set(local)
  }

  /** Repeats the body, at least once, until `local` has reached `end`. */
  until(local: Local, end: Local, body: () => void): this {
    this.add(0x03, 0x40)
    body()
    return this.get(local).get(end).add(0x49, 0x0d, 0, 0x0b)
  }

  /** Does the body when the number on the stack is not 0. */
  when(body: () => void): this {
    this.add(0x04, 0x40)
    body()
    return this.add(0x0b)
  }

  isEqual(): this {
    return this.add(0x46)
  }

  call(functionIndex: number): this {
    return this.add(0x10, ...unsigned(functionIndex))
  }

  loadVector(offset = 0): this {
    return this.add(0xfd, 0, 2, ...unsigned(offset))
  }

  /** Four copies of one float. */
  loadSplat(offset = 0): this {
    return this.add(0xfd, 9, 2, ...unsigned(offset))
  }

  storeVector(offset = 0): this {
    return this.add(0xfd, 11, 2, ...unsigned(offset))
  }

  storeFloat(offset = 0): this {
    return this.add(0x38, 2, ...unsigned(offset))
  }

  zeroVector(): this {
    return this.add(0xfd, 12, ...Array.from({ length: 16 }, () => 0))
  }

  splat(): this {
    return this.add(0xfd, 0x13)
  }

  lane(index: number): this {
    return this.add(0xfd, 0x1f, index)
  }

  addFloats(): this {
    return this.add(0x92)
  }

  timesFloats(): this {
    return this.add(0x94)
  }

  addVectors(): this {
    return this.add(0xfd, 0xe4, 0x01)
  }

  timesVectors(): this {
    return this.add(0xfd, 0xe6, 0x01)
  }

  maximum(): this {
    return this.add(0xfd, 0xe9, 0x01)
  }

  /** The function as it stands in a module. */
  body(): number[] {
    const declared = this.locals.flatMap((kind) => [1, kinds[kind]])
    return sized([...unsigned(this.locals.length), ...declared, ...this.bytes, 0x0b])
  }

  private add(...bytes: readonly number[]): this {
    this.bytes.push(...bytes)
    return this
  }
}

/** The module's bytes. */
function assemble(functions: readonly AssembledFunction[]): Uint8Array<ArrayBuffer> {
  const counted = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()]
  const text = (value: string): number[] => sized([...Buffer.from(value)])
  const section = (id: number, items: readonly (readonly number[])[]): number[] => [id, ...sized(counted(items))]
  const types = functions.map(({ parameters }) => [0x60, ...counted(parameters.map((kind) => [kinds[kind]])), 0])
  const memory = [...text('memory'), ...text('memory'), 2, 0, 1]
  const magicAndVersion = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  return Uint8Array.from([
    ...magicAndVersion,
    ...section(1, types),
    ...section(2, [memory]),
    ...section(
      3,
      functions.map((_, index) => unsigned(index)),
    ),
    ...section(
      7,
      functions.map(({ name }, index) => [...text(name), 0, ...unsigned(index)]),
    ),
    ...section(
      10,
      functions.map(({ code }) => code.body()),
    ),
  ])
}

function sized(bytes: readonly number[]): number[] {
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
