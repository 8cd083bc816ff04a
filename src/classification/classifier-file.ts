import { crc32 } from 'node:zlib'
import { ClassifierFileError } from '../core/errors.ts'
import { hasStrayNumber, headerFault } from './check-header.ts'
import { type EncodedHeader, encodedLength, joinEncoded, splitEncoded } from './encoded-part.ts'
import { bucketCount } from './features.ts'
import type { FittedClassifier } from './fitted.ts'

/*
 * The file: "TPNC", version, length of the header in bytes, CRC-32 of all that follows (each a 32-bit number, little
 * endian); the header as JSON, padded with spaces to a multiple of four; then, without gaps, buckets (u32), weights of the
 * features (f32), scales (f32), bias (f32) and the weight matrix (i8), padded with zeros to a multiple of four. Where the
 * header names an encoder, the second stage follows: scales of the features (f32), scales of the vector's values (f32),
 * bias (f32), the matrix of the vector's values (i8), the matrix of the features (u4, two classes a byte), padded likewise.
 */
const magic = 0x43_4e_50_54
const version = 3
const preamble = 16

/** The header: everything but the large arrays. */
type Header = Omit<FittedClassifier, 'vocabulary' | 'weights' | 'encoded'> & {
  readonly features: number
  readonly encoded?: EncodedHeader
}

function toFour(length: number): number {
  // Not by bits: a length beyond 32 of them, as a damaged header may name, would become a small one.
  return Math.ceil(length / 4) * 4
}

function bytesOf(array: Uint32Array | Float32Array | Int8Array | Uint8Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0)
}

function putAll(parts: readonly Uint8Array[], bytes: Uint8Array, start: number): void {
  let offset = start
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
}

/** The classifier as the bytes of a file; equal classifiers give equal bytes. */
export function toBytes(fitted: FittedClassifier): Uint8Array {
  const { vocabulary, weights, encoded, ...rest } = fitted
  const second = encoded === undefined ? undefined : splitEncoded(encoded)
  const header: Header = {
    ...rest,
    features: vocabulary.buckets.length,
    ...(second !== undefined && { encoded: second.header }),
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const headerLength = toFour(json.length)
  const parts = [vocabulary.buckets, vocabulary.featureWeights, weights.scales, weights.bias, weights.matrix].map(
    bytesOf,
  )
  const furtherParts = (second?.arrays ?? []).map(bytesOf)
  const bytes = new Uint8Array(preamble + headerLength + toFour(lengthOf(parts)) + toFour(lengthOf(furtherParts)))
  bytes.fill(32, preamble, preamble + headerLength)
  bytes.set(json, preamble)
  putAll(parts, bytes, preamble + headerLength)
  putAll(furtherParts, bytes, preamble + headerLength + toFour(lengthOf(parts)))
  const numbers = new Uint32Array(bytes.buffer)
  numbers.set([magic, version, headerLength, crc32(bytes.subarray(preamble))])
  return bytes
}

function refuse(problem: string, cause?: unknown): ClassifierFileError {
  return new ClassifierFileError(
    `This is not a classifier file that can be read: ${problem}. Make one with \`tuppence train --data FILE.jsonl --out FILE\`.`,
    cause,
  )
}

function readHeader(bytes: Uint8Array): { header: Header; bodyAt: number } {
  if (bytes.length < preamble) throw refuse(`it has ${bytes.length} bytes, the preamble alone has ${preamble}`)
  const numbers = new Uint32Array(bytes.buffer, bytes.byteOffset, 4)
  if (numbers[0] !== magic) throw refuse('it does not begin with "TPNC"')
  if (numbers[1] !== version) throw refuse(`it has version ${numbers[1]}, this Tuppence reads version ${version}`)
  const headerLength = numbers[2] ?? 0
  const bodyAt = preamble + headerLength
  if (headerLength % 4 !== 0 || bodyAt > bytes.length) throw refuse('it is cut short inside its header')
  if (bytes.length % 4 !== 0) throw refuse('it is cut short')
  if (crc32(bytes.subarray(preamble)) !== numbers[3])
    throw refuse('its checksum does not fit, so it is damaged or cut short')
  try {
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(preamble, bodyAt)))
    return { header: checkHeader(header), bodyAt }
  } catch (error) {
    throw error instanceof ClassifierFileError ? error : refuse('its header is not JSON', error)
  }
}

function checkHeader(header: unknown): Header {
  const fault = headerFault(header)
  if (fault !== undefined) throw refuse(fault)
  return header as Header
}

/**
 * A classifier from the bytes of a file. Shares memory with `bytes`, which must not be changed afterwards.
 *
 * @throws ClassifierFileError naming what is wrong with the file
 */
export function fromBytes(bytes: Uint8Array): FittedClassifier {
  // Typed arrays need an address divisible by four, which a slice of a pooled buffer may not have.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  const { header, bodyAt } = readHeader(aligned)
  const { features, encoded, ...rest } = header
  const classes = rest.intents.length
  const furtherAt = bodyAt + toFour(12 * features + 4 * classes + features * classes)
  const sizes = { features, classes, dimensions: encoded?.dimensions ?? 0 }
  const wanted = encoded === undefined ? furtherAt : furtherAt + toFour(encodedLength(sizes))
  if (aligned.length !== wanted) throw refuse(`it has ${aligned.length} bytes, its header promises ${wanted}`)
  let at = aligned.byteOffset + bodyAt
  const take = (length: number): number => {
    const start = at
    at += length
    return start
  }
  const { buffer } = aligned
  const buckets = new Uint32Array(buffer, take(4 * features), features)
  if (buckets.some((bucket) => bucket >= bucketCount)) throw refuse('it names a feature that does not exist')
  const featureWeights = new Float32Array(buffer, take(4 * features), features)
  const scales = new Float32Array(buffer, take(4 * features), features)
  const bias = new Float32Array(buffer, take(4 * classes), classes)
  if ([featureWeights, scales, bias].some(hasStrayNumber)) throw refuse('one of its weights is not a number')
  const matrix = new Int8Array(buffer, take(features * classes), features * classes)
  const first = { ...rest, vocabulary: { buckets, featureWeights }, weights: { classes, matrix, scales, bias } }
  if (encoded === undefined) return first
  const second = joinEncoded(encoded, { buffer, offset: aligned.byteOffset + furtherAt }, sizes)
  if (second === undefined) throw refuse('one of the weights of its second stage is not a number')
  return { ...first, encoded: second }
}
